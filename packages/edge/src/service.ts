import type { Catalogue, Protocol, PythonParser, Report, Rule } from "@ecocompute/engine";
import type { ProblemBody } from "./problem.ts";
import type { Representation } from "./reply.ts";

/** One line of the log, as JSON. Never an address, a query or a body. */
export type Log = (record: Readonly<Record<string, unknown>> & { readonly event: string }) => void;

/** What the app serves; tests pass small ones. */
export interface Service {
  readonly version: string;
  readonly method: { readonly method_version: string; readonly generated_from: string };
  readonly catalogue: Catalogue;
  readonly protocols: readonly Protocol[];
  /** JSON Schema of each report, with references of the form `#/definitions/<name>`. */
  readonly answerSchemas: Readonly<Record<string, object>>;
  readonly rules: readonly Rule[];
  readonly renderMarkdown: (report: Report) => string;
  /** One parser for all audits of an isolate. */
  readonly loadPython: () => Promise<PythonParser>;
  /** Asks itself one question that must have an answer. */
  readonly selfCheck: () => boolean;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log: Log;
}

/** What wrangler.toml binds. Each may be absent: the service then does without. */
export interface Bindings {
  readonly RATE_LIMITER?: { limit(options: { readonly key: string }): Promise<{ readonly success: boolean }> };
  readonly LIVE_GRID?: KeyValueStore;
  /** A secret of the operator; without it only Great Britain is live. */
  readonly ELECTRICITY_MAPS_TOKEN?: string;
  /** Bases of the two services, which tests point at a local server. */
  readonly UK_CARBON_URL?: string;
  readonly ELECTRICITY_MAPS_URL?: string;
  /** Bytes of text that an AUDIT may have, as a number; absent: what a body holds. The free plan's 10 ms of CPU read 4 KiB. */
  readonly AUDIT_MAX_BYTES?: string;
  /** Configurations that an OPTIMIZE may search, as a number; absent: `MAX_CONFIGURATIONS`. */
  readonly OPTIMIZE_MAX_CONFIGURATIONS?: string;
  /** "requests": one line for each request. */
  readonly LOG?: string;
}

export interface KeyValueStore {
  get(key: string): Promise<string | null>;
  put(key: string, value: string): Promise<void>;
}

export interface EdgeEnv {
  Bindings: Bindings;
  Variables: { sent?: Representation; problem?: ProblemBody };
}
