import type { ClaimDefinition } from "./claims/definition.ts";
import type { CloudRegionRow, PriceFile } from "./regions.ts";
import type {
  Disputed,
  Gpu,
  HeldOut,
  Measurement,
  Model,
  PhysicsCoefficients,
  Precision,
  Region,
  Slice,
  Source,
} from "./schema.ts";

/** What is wrong, and where. `subject` is the id that an exception names. */
export interface Problem {
  readonly check: string;
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  readonly subject: string;
  readonly message: string;
}

export interface Located<T> {
  readonly value: T;
  readonly file: string;
  readonly line: number;
}

/** A known violation of a check by real data: kept, with the reason. */
export interface Exception {
  readonly check: string;
  /** The id of a record, or the path of a whole file. */
  readonly subject: string;
  readonly reason: string;
}

/** What data/ holds after each record met its own schema, before the records are checked against each other. */
export interface LooseData {
  readonly gpus: readonly Located<Gpu>[];
  readonly models: readonly Located<Model>[];
  readonly precisions: readonly Located<Precision>[];
  readonly sources: readonly Located<Source>[];
  readonly measurements: readonly Located<Measurement>[];
  readonly disputed: readonly Located<Disputed>[];
  readonly regions: readonly Located<Region>[];
  readonly prices: readonly Located<PriceFile>[];
  readonly cloud_regions: readonly Located<CloudRegionRow>[];
  readonly physics: readonly Located<PhysicsCoefficients>[];
  readonly thresholds: readonly Located<PhysicsCoefficients>[];
  readonly held_out: readonly Located<HeldOut>[];
  readonly slices: readonly Located<Slice>[];
  readonly claims: readonly Located<ClaimDefinition>[];
  readonly exceptions: readonly Located<Exception>[];
  /** Records that failed their schema: they are not in the lists above. */
  readonly unreadable: readonly Problem[];
  /** Ids of gpus, models, precisions and sources by file name, unreadable ones included: one fault gives one problem. */
  readonly declared: ReadonlySet<string>;
}
