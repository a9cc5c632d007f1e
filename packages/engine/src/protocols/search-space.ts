import * as z from "zod";
import type { Catalogue } from "../domain/catalogue.ts";
import type { Gpu } from "../domain/gpu.ts";
import type { PrecisionId } from "../domain/precision.ts";
import type { InputError, Outcome, Warning } from "../domain/problem.ts";
import type { Resolved } from "../domain/request.ts";
import type { Workload } from "../domain/workload.ts";
import { largestBatch } from "./batch-bound.ts";
import { gridBatches, gridPrecisions } from "./grid.ts";
import { MAX_GPUS, QUANTIZATIONS, USE_CASES, type UseCase } from "./parameters.ts";
import { invalid } from "./parse.ts";
import { isPowerOfTwo } from "./resolve-checks.ts";
import { resolveGpu } from "./resolve-gpu.ts";
import { shown } from "./shown.ts";

/** A search over more configurations than this is refused; a host may take fewer. */
export const MAX_CONFIGURATIONS = 2000;
const MAX_LISTED = 64;

/** What OPTIMIZE may choose among, beside the precisions and batches of its default grid. */
export const searchParameters = {
  search_gpus: z
    .array(z.string().min(1).max(200))
    .min(1)
    .max(MAX_LISTED)
    .describe("GPUs to choose among, by id or alias; without it hardware_platform alone")
    .optional(),
  search_num_gpus: z
    .array(z.int().min(1).max(MAX_GPUS))
    .min(1)
    .max(MAX_LISTED)
    .describe("GPU counts of one replica to choose among: powers of two; without it num_gpus alone")
    .optional(),
  search_quantizations: z
    .array(z.enum(QUANTIZATIONS))
    .min(1)
    .max(QUANTIZATIONS.length)
    .describe("Precisions to choose among, the first wins a tie; without it 16 bit and those worth weighing against it")
    .optional(),
  search_batch_sizes: z
    .array(z.int().min(1))
    .min(1)
    .max(MAX_LISTED)
    .describe("Batches (bounds on concurrent sequences) to choose among; without it powers of two")
    .optional(),
} as const;
const SearchRequestSchema = z.strictObject(searchParameters);
export type SearchRequest = z.infer<typeof SearchRequestSchema>;

/** What may be chosen; null = the default grid's own. */
export interface SearchLists {
  readonly gpus: readonly Gpu[];
  readonly num_gpus: readonly number[];
  readonly precisions: readonly PrecisionId[] | null;
  readonly batches: readonly number[] | null;
}

export const defaultLists = ({ workload: w }: Resolved): SearchLists => ({
  gpus: [w.gpu],
  num_gpus: [w.num_gpus],
  precisions: null,
  batches: null,
});

/** The configurations of one GPU and count; the first precision is what the others are weighed against. */
export interface Board {
  readonly gpu: Gpu;
  readonly num_gpus: number;
  readonly precisions: readonly PrecisionId[];
  readonly batches: readonly number[];
}

export const useCaseOf = (resolved: Resolved): UseCase | null =>
  USE_CASES.find((name) => name === resolved.configuration.use_case) ?? null;

/** The whole search, board by board. */
export function boardsOf(
  w: Workload,
  lists: SearchLists,
  useCase: UseCase | null,
  latencyBudget: boolean,
  catalogue: Catalogue,
): readonly Board[] {
  return lists.gpus.flatMap((gpu) => {
    const on = { ...w, gpu };
    const { bound } = largestBatch(w.framework, gpu, catalogue);
    const precisions = lists.precisions ?? gridPrecisions(on);
    const batches =
      lists.batches?.filter((batch) => batch <= bound) ?? gridBatches(on, useCase, latencyBudget, catalogue);
    return lists.num_gpus.map((num_gpus) => ({ gpu, num_gpus, precisions, batches }));
  });
}

const configurations = (boards: readonly Board[]): number =>
  boards.reduce((n, { precisions, batches }) => n + precisions.length * batches.length, 0);

const unique = <T>(xs: readonly T[]): readonly T[] => [...new Set(xs)];

/** The request's lists, looked up and bounded; every error at once. */
export function resolveLists(
  request: SearchRequest,
  resolved: Resolved,
  catalogue: Catalogue,
  most_configurations = MAX_CONFIGURATIONS,
): Outcome<{ readonly lists: SearchLists; readonly warnings: readonly Warning[] }> {
  const w = resolved.workload;
  const errors: InputError[] = [];
  const warnings: Warning[] = [];
  const gpus = request.search_gpus?.flatMap((name, i) => {
    const found = resolveGpu(name, catalogue);
    if ("error" in found) {
      errors.push({ ...found.error, parameter: `search_gpus[${i}]` });
      return [];
    }
    warnings.push(...found.warnings);
    return [found.gpu];
  });
  for (const [i, count] of (request.search_num_gpus ?? []).entries()) {
    if (isPowerOfTwo(count)) continue;
    const parameter = `search_num_gpus[${i}]`;
    errors.push({ parameter, message: "expected 1, 2, 4, 8, ... (a power of two)", received: shown(count) });
  }
  if (errors.length > 0) return invalid(errors);
  const lists: SearchLists = {
    gpus: gpus ? unique(gpus) : [w.gpu],
    num_gpus: unique(request.search_num_gpus ?? [w.num_gpus]),
    precisions: request.search_quantizations ? unique(request.search_quantizations) : null,
    batches: request.search_batch_sizes ? [...unique(request.search_batch_sizes)].sort((a, b) => a - b) : null,
  };
  const bounds = lists.gpus.map((gpu) => ({ gpu, ...largestBatch(w.framework, gpu, catalogue) }));
  const most = Math.max(...bounds.map(({ bound }) => bound));
  for (const [i, batch] of (request.search_batch_sizes ?? []).entries()) {
    if (batch <= most) continue;
    const message = `expected 1 to ${most} (${bounds.find(({ bound }) => bound === most)?.of}); beyond it nothing was measured`;
    errors.push({ parameter: `search_batch_sizes[${i}]`, message, received: shown(batch) });
  }
  for (const { gpu, bound, of } of bounds) {
    const beyond = (lists.batches ?? []).filter((batch) => batch > bound && batch <= most);
    if (beyond.length > 0) {
      const message = `${gpu.id}: batch ${beyond.join(", ")} not searched, nothing was measured beyond ${bound} (${of}).`;
      warnings.push({ code: "not-searched", message });
    }
  }
  const boards = boardsOf(w, lists, null, true, catalogue);
  const n = configurations(boards);
  if (n > most_configurations) errors.push(tooWide(n, most_configurations, lists, boards));
  return errors.length > 0 ? invalid(errors) : { ok: true, value: { lists, warnings } };
}

/** Names the longest list: it is the one to shorten. */
function tooWide(n: number, limit: number, lists: SearchLists, boards: readonly Board[]): InputError {
  const sizes = [
    ["search_gpus", lists.gpus.length],
    ["search_num_gpus", lists.num_gpus.length],
    ["search_batch_sizes", Math.max(...boards.map(({ batches }) => batches.length))],
    ["search_quantizations", Math.max(...boards.map(({ precisions }) => precisions.length))],
  ] as const;
  const [longest] = [...sizes].sort((a, b) => b[1] - a[1]);
  return {
    parameter: longest?.[0] ?? "search_gpus",
    message: `expected at most ${limit} configurations, this search has ${n} (${sizes.map(([name, size]) => `${name} ${size}`).join(" x ")}): shorten a list or ask twice`,
    received: shown(n),
  };
}
