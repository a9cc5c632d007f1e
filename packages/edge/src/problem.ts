import { boundedErrors, type InputError, type Problem } from "@ecocompute/engine";
import type { Context } from "hono";

export interface ProblemPage {
  readonly status: number;
  readonly title: string;
  readonly meaning: string;
}

/** Every problem that this service answers with; each has a page at /problems/<type>. */
export const PROBLEM_PAGES = {
  malformed: { status: 400, title: "Malformed request", meaning: "The body could not be read as one JSON object." },
  "origin-not-allowed": {
    status: 403,
    title: "Origin not allowed",
    meaning: "A browser page of another origin may not use /mcp. Programs that send no Origin header may.",
  },
  "not-found": { status: 404, title: "Not found", meaning: "Nothing is served at this path." },
  "method-not-allowed": {
    status: 405,
    title: "Method not allowed",
    meaning: "The path exists, but not for this method. The Allow header lists the methods that it takes.",
  },
  "not-acceptable": {
    status: 406,
    title: "Not acceptable",
    meaning: "None of the media types in Accept exists here. `allowed` lists those that do.",
  },
  "dataset-mismatch": {
    status: 409,
    title: "Another dataset",
    meaning:
      "The request pins a dataset that this deployment does not hold. Its own is in `EcoCompute-Dataset` and in `allowed`: pin that, or leave `dataset` out.",
  },
  "body-too-large": {
    status: 413,
    title: "Body too large",
    meaning:
      "A body may have 64 KiB; the text of an AUDIT less where a deployment has little processor time for it, which `detail` says. The Action and the command line audit whole repositories.",
  },
  "url-too-long": { status: 414, title: "URL too long", meaning: "A URL may have 8 KiB. POST takes more." },
  "unsupported-media-type": {
    status: 415,
    title: "Unsupported media type",
    meaning: "A body is application/json, in UTF-8.",
  },
  "invalid-input": {
    status: 422,
    title: "Invalid input",
    meaning:
      "A parameter is missing, unknown, repeated or out of range. `errors` names each one and what was expected.",
  },
  unknown: {
    status: 422,
    title: "Not known",
    meaning:
      "No evidence supports an answer, so none is made up. `missing` says what is not known, `nearest_evidence` what comes closest and `how_to_measure` how to find out.",
  },
  "does-not-fit": {
    status: 422,
    title: "Does not fit",
    meaning: "The configuration needs more GPU memory than there is. `alternatives` lists what would fit.",
  },
  "verdict-failed": {
    status: 422,
    title: "The verdict is fail",
    meaning:
      "The answer exceeds the budget, and the request asked for an error status in that case (`verdict_as_status`). `report` is the whole answer.",
  },
  "rate-limited": {
    status: 429,
    title: "Too many requests",
    meaning: "More than 120 requests a minute from one address. Retry-After says when to come back.",
  },
  internal: { status: 500, title: "Internal error", meaning: "A fault of this service. It has been logged." },
} as const satisfies Record<Problem["type"], ProblemPage> & Record<string, ProblemPage>;
export type ProblemType = keyof typeof PROBLEM_PAGES;

/** A problem of a protocol, or of what the edge adds to it. */
export type EdgeProblem = Omit<Problem, "type" | "status"> & {
  readonly type: ProblemType;
  readonly status: number;
  readonly verdict?: "fail" | "unknown";
  /** Of a failed verdict: the whole answer. */
  readonly report?: object;
};

/** Why the edge itself refuses a request, before any protocol runs. */
export interface Refusal {
  readonly type: ProblemType;
  readonly detail: string;
  readonly errors?: readonly InputError[];
  readonly headers?: Readonly<Record<string, string>>;
}
export type Read<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly refusal: Refusal };

export const accept = <T>(value: T): Read<T> => ({ ok: true, value });
export const reject = (refusal: Refusal): { readonly ok: false; readonly refusal: Refusal } => ({ ok: false, refusal });
export function invalidInput(all: readonly InputError[]): { readonly ok: false; readonly refusal: Refusal } {
  const errors = boundedErrors(all);
  return reject({ type: "invalid-input", detail: errors.map((error) => error.message).join(" "), errors });
}

export const PROBLEM_MEDIA_TYPE = "application/problem+json";

/** What every problem has beside its type; a protocol's have members of their own. */
interface ProblemFields {
  readonly detail: string;
  readonly errors: readonly InputError[];
}
/** A problem as it is sent. */
export type ProblemBody = ReturnType<typeof problemBody<ProblemFields>>;

/** RFC 9457. Kept in the context, for a browser gets it as a page. */
function problemResponse(
  c: Context,
  type: ProblemType,
  fields: ProblemFields,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const body = problemBody(type, c.req.path, fields);
  const { status } = PROBLEM_PAGES[type];
  c.set("problem", body);
  return c.body(JSON.stringify(body), status, {
    ...headers,
    "cache-control": "no-store",
    "content-type": PROBLEM_MEDIA_TYPE,
  });
}

/** The body of a problem, for every transport. */
export function problemBody<F extends object>(type: ProblemType, path: string, fields: F) {
  const { status, title } = PROBLEM_PAGES[type];
  return { type: `/problems/${type}`, title, status, instance: path.slice(0, 256), ...fields };
}

export const refuse = (c: Context, { type, detail, errors = [], headers }: Refusal): Response =>
  problemResponse(c, type, { detail, errors }, headers);

/** A problem that a protocol found, or the edge on its way there. */
export function respondProblem(c: Context, { type, status: _status, ...fields }: EdgeProblem): Response {
  return problemResponse(c, type, fields);
}
