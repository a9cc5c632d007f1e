import type { Position } from "../domain/deployment.ts";
import { formatNumber, formatPercent } from "../domain/format.ts";
import type { RatioRange } from "./evidence-pairs.ts";
import type { RuleSubject } from "./rule.ts";

/** Where a finding stands: the fields that every finding copies from a position. */
export const placed = (at: Position) => ({ path: at.path, line: at.line, end_line: at.end_line, column: at.column });

export const percentRange = (low: number, high: number): string => {
  const [a, b] = [formatPercent(low, 2), formatPercent(high, 2)];
  return a === b ? a : `${a} to ${b}`;
};

/** "+60 % to +80 % (RTX 4090 D, 3 rows)": what a ratio range says against 16 bit. */
export function againstSixteenBit(range: RatioRange, subject: RuleSubject): string {
  const { gpu, gpu_assumed } = knownSize(subject);
  const names = range.gpus.map((id) => subject.catalogue.gpuById.get(id)?.name ?? id);
  const stated = gpu === null ? "the GPU is not stated; measured on" : "no near row on this GPU;";
  const own = gpu_assumed ? `GPU assumed: ${names[0] ?? ""}` : (names[0] ?? "");
  const where = range.scope === "this GPU" ? own : `${stated} ${names.join(", ")}`;
  const rows = range.evidence.length;
  return `${percentRange(100 * (range.low - 1), 100 * (range.high - 1))} energy per token against FP16 (${where}; ${rows} rows, gross)`;
}

export const gb = (x: number): string => `${formatNumber(x)} GB`;

/** The model and the GPU of a subject, as far as they are known. */
export interface KnownSize {
  readonly gpu: string | null;
  /** The deployment is judged on the default GPU, which nothing states. */
  readonly gpu_assumed: boolean;
  readonly params: number | null;
}

export function knownSize({ resolved, fleet }: RuleSubject): KnownSize {
  const assumed = resolved?.configuration.assumed.includes("hardware_platform") ?? false;
  // A default that no estimate was asked for is only a place holder.
  const judged = resolved !== null && (!assumed || fleet !== null);
  return {
    gpu: judged ? resolved.workload.gpu.id : null,
    gpu_assumed: judged && assumed,
    params: resolved?.workload.model.params_b_total ?? null,
  };
}

/** Did nobody state the traffic? Its numbers then stand for the contract's default. */
export const trafficAssumed = ({ resolved }: RuleSubject): boolean =>
  resolved?.configuration.assumed.includes("requests_per_month") ?? false;
