import { type Configuration, type Protocol, parse, type Report, resolveRegion, type Warning } from "@ecocompute/engine";
import { BOUNDARY } from "./boundary.ts";
import { fitAnswer } from "./fit-answer.ts";
import { type GridFactor, givenFactor, liveFactor, yearlyFactor } from "./grid/factor.ts";
import { readLive } from "./grid/live.ts";
import { liveZoneOf } from "./grid/zones.ts";
import { MAX_ARRAY_ITEMS, MAX_BODY_BYTES, MAX_CONFIGURATIONS } from "./limits.ts";
import { type EdgeParameters, requestSchema, splitRequest } from "./parameters.ts";
import { type EdgeProblem, PROBLEM_PAGES } from "./problem.ts";
import type { Bindings, Service } from "./service.ts";
import { cut } from "./suggest.ts";
import { type Verdict, verdictOf } from "./verdict.ts";

/** A report with what the edge knows of it: the same over REST, in the page and over MCP. */
export type Answer = Report & {
  readonly method_version: string;
  readonly generated_from: string;
  readonly boundary: typeof BOUNDARY;
  readonly grid: GridFactor;
} & Partial<Verdict>;

export type Answered =
  | { readonly ok: true; readonly value: Answer; readonly live: boolean }
  | { readonly ok: false; readonly problem: EdgeProblem };

/** Validates a request, runs its protocol and adds version, grid and verdict. */
export async function ask(
  service: Service,
  bindings: Bindings | undefined,
  protocol: Protocol,
  input: unknown,
): Promise<Answered> {
  const { given, own } = withoutOwnRows(input);
  const parsed = parse(requestSchema(protocol), given);
  if (!parsed.ok) return parsed;
  const refused =
    tooMany(parsed.value) ?? tooLong(parsed.value, bindings) ?? otherDataset(parsed.value.dataset, service);
  if (refused) return { ok: false, problem: refused };
  const { edge, question: asked } = splitRequest(parsed.value);
  const question = { ...asked, ...own };
  const placed = await place(service, bindings, edge, question);
  if (!placed.ok) return placed;
  const python = protocol.id === "audit" ? await service.loadPython() : null;
  const outcome = protocol.run(placed.question, {
    catalogue: service.catalogue,
    python,
    today: today(service),
    max_configurations: Number(bindings?.OPTIMIZE_MAX_CONFIGURATIONS ?? MAX_CONFIGURATIONS),
  });
  if (!outcome.ok) return { ok: false, problem: withVerdict(outcome.problem, edge) };
  const verdict = verdictOf(outcome.value, edge);
  const report = fitAnswer(outcome.value);
  const { protocol: id, dataset_version, warnings, ...rest } = report;
  const answer = {
    protocol: id,
    dataset_version,
    ...service.method,
    ...verdict,
    ...rest,
    boundary: BOUNDARY,
    grid: placed.grid ?? gridOf(report, question, service),
    warnings: [...warnings, ...placed.warnings],
  } as Answer;
  return verdict?.verdict === "fail" && edge.verdict_as_status
    ? { ok: false, problem: failed(answer, verdict) }
    : { ok: true, value: answer, live: placed.grid !== null };
}

/** Rows of one's own are the protocol's to check: it names row and field, and says what a published row would have to be. */
function withoutOwnRows(input: unknown): {
  readonly given: unknown;
  readonly own: { readonly measurements?: unknown };
} {
  if (typeof input !== "object" || input === null || !Object.hasOwn(input, "measurements")) {
    return { given: input, own: {} };
  }
  const entries = Object.entries(input);
  const measurements: unknown = entries.find(([name]) => name === "measurements")?.[1];
  return { given: Object.fromEntries(entries.filter(([name]) => name !== "measurements")), own: { measurements } };
}

/** The day in UTC, which suppressions that end are judged by. */
const today = ({ now }: Service): string => new Date(now()).toISOString().slice(0, "YYYY-MM-DD".length);

function tooMany(request: Readonly<Record<string, unknown>>): EdgeProblem | null {
  const errors = Object.entries(request).flatMap(([parameter, value]) =>
    Array.isArray(value) && value.length > MAX_ARRAY_ITEMS
      ? [{ parameter, message: `expected at most ${MAX_ARRAY_ITEMS} entries`, received: String(value.length) }]
      : [],
  );
  return errors.length === 0 ? null : problem("invalid-input", errors[0]?.message ?? "", errors);
}

/** Bytes of text that one AUDIT of this deployment may have. */
export const mostAuditBytes = (bindings: Bindings | undefined): number =>
  Number(bindings?.AUDIT_MAX_BYTES ?? MAX_BODY_BYTES);

/** The refusal of an AUDIT of more text than this deployment has the processor time for. */
function tooLong(request: Readonly<Record<string, unknown>>, bindings: Bindings | undefined): EdgeProblem | null {
  const most = mostAuditBytes(bindings);
  const texts = [request.code, ...(Array.isArray(request.files) ? request.files.map(({ content }) => content) : [])];
  const bytes = texts.reduce<number>(
    (sum, text) => sum + (typeof text === "string" ? new TextEncoder().encode(text).length : 0),
    0,
  );
  if (bytes <= most) return null;
  const message = `This deployment audits ${most} bytes of text at once; the Action and the command audit whole repositories.`;
  const parameter = request.code === undefined ? "files" : "code";
  return problem("body-too-large", message, [{ parameter, message, received: `${bytes} bytes` }]);
}

/** The refusal of a request that pins a dataset which this deployment does not hold. */
export function otherDataset(pinned: unknown, { catalogue }: Service): EdgeProblem | null {
  if (pinned === undefined || pinned === catalogue.dataset_version) return null;
  const message = `This deployment answers from dataset ${catalogue.dataset_version}.`;
  const received = cut(String(pinned));
  return problem("dataset-mismatch", message, [
    { parameter: "dataset", message, received, allowed: [catalogue.dataset_version] },
  ]);
}

const problem = (type: EdgeProblem["type"], detail: string, errors: EdgeProblem["errors"]): EdgeProblem => ({
  type,
  status: PROBLEM_PAGES[type].status,
  title: PROBLEM_PAGES[type].title,
  detail,
  errors,
});

/** CI that asked for a verdict learns from the problem, too, that there is none. */
const withVerdict = (found: EdgeProblem, edge: EdgeParameters): EdgeProblem =>
  found.type === "unknown" && edge.budget_kwh !== undefined ? { ...found, verdict: "unknown" } : found;

const failed = (answer: Answer, { verdict_why }: Verdict): EdgeProblem => ({
  ...problem("verdict-failed", verdict_why, []),
  verdict: "fail",
  report: answer,
});

type Placed =
  | {
      readonly ok: true;
      readonly question: Readonly<Record<string, unknown>>;
      /** null: not live. */
      readonly grid: GridFactor | null;
      readonly warnings: readonly Warning[];
    }
  | { readonly ok: false; readonly problem: EdgeProblem };

/** With `carbon=live`: the question with the live intensity in it, or as it was, and why. */
async function place(
  service: Service,
  bindings: Bindings | undefined,
  edge: EdgeParameters,
  question: Readonly<Record<string, unknown>>,
): Promise<Placed> {
  if (edge.carbon !== "live") return { ok: true, question, grid: null, warnings: [] };
  if (question.grid_gco2_per_kwh !== undefined) {
    const message = "expected either carbon=live or grid_gco2_per_kwh, not both";
    const error = { parameter: "carbon", message, received: "live" };
    return { ok: false, problem: problem("invalid-input", message, [error]) };
  }
  const region = regionOf(question.region, service);
  const yearly = (code: string, why: string): Placed => ({
    ok: true,
    question,
    grid: null,
    warnings: [{ code, message: `${why}: carbon is computed with the yearly figure.` }],
  });
  // An unknown region is the protocol's to refuse.
  if (region === null) return { ok: true, question, grid: null, warnings: [] };
  const zone = liveZoneOf(region);
  if (zone === null) return yearly("live-grid-not-offered", `No live intensity is offered for ${region}`);
  const read = await readLive(bindings?.LIVE_GRID, zone, service.now());
  if (read.kind === "absent") return yearly("live-grid-absent", `No live intensity of ${region}: ${read.why}`);
  if (read.kind === "stale") return yearly("live-grid-stale", `The live intensity of ${region} is of ${read.time}`);
  return {
    ok: true,
    question: { ...question, grid_gco2_per_kwh: read.figure.gco2_per_kwh },
    grid: liveFactor(region, read.figure),
    warnings: [],
  };
}

const DEFAULT_REGION = "us";

/** The id of the region that a question names; null where there is none of this name. */
function regionOf(name: unknown, { catalogue }: Service): string | null {
  const found = resolveRegion(typeof name === "string" ? name : DEFAULT_REGION, catalogue);
  return "region" in found ? found.region.id : null;
}

function gridOf(report: Report, question: Readonly<Record<string, unknown>>, service: Service): GridFactor {
  const given = question.grid_gco2_per_kwh;
  const configured: Configuration | null = report.protocol === "audit" ? null : report.configuration;
  const zone = configured?.region ?? regionOf(question.region, service) ?? DEFAULT_REGION;
  return typeof given === "number" ? givenFactor(zone, given) : yearlyFactor(zone, service.catalogue, service.now());
}
