import type { LooseData } from "../loose.ts";
import { architectureId, type Gpu, isUsable, type Measurement, type Model } from "../schema.ts";
import type { Where } from "./definition.ts";

/** What the evaluators read: usable rows that are known to be gross, with what they refer to. */
export interface ClaimEvidence {
  readonly rows: readonly Measurement[];
  readonly row: (id: string) => Measurement | undefined;
  readonly model: (id: string) => Model | undefined;
  readonly gpu: (id: string) => Gpu | undefined;
}

/** What a group of comparable rows says about a claim. */
export interface GroupFinding {
  readonly group: string;
  readonly n: number;
  readonly n_agreeing: number;
  readonly summary: string;
  readonly agrees: boolean;
  readonly evidence: readonly string[];
}

/** A row whose convention is not known cannot be compared with a gross one. */
export function claimEvidence(data: LooseData): ClaimEvidence {
  const superseded = new Set(data.measurements.map(({ value }) => value.supersedes));
  const rows = data.measurements
    .map(({ value }) => value)
    .filter((row) => isUsable(row) && row.published_convention !== "unknown" && !superseded.has(row.id));
  const byRow = new Map(rows.map((row) => [row.id, row]));
  const models = new Map(data.models.map(({ value }) => [value.id, value]));
  const gpus = new Map(data.gpus.map(({ value }) => [value.id, value]));
  return { rows, row: (id) => byRow.get(id), model: (id) => models.get(id), gpu: (id) => gpus.get(id) };
}

export function isMeant(where: Where, row: Measurement, evidence: ClaimEvidence): boolean {
  const params = evidence.model(row.model_id)?.params_b_total ?? null;
  return (
    (where.gpu === undefined || where.gpu.includes(row.gpu)) &&
    (where.gpu_class === undefined || evidence.gpu(row.gpu)?.class === where.gpu_class) &&
    (where.precision === undefined || row.precision === where.precision) &&
    (where.params_b_min === undefined || (params !== null && params >= where.params_b_min)) &&
    (where.params_b_max === undefined || (params !== null && params <= where.params_b_max))
  );
}

export const shapeOf = (row: Measurement, evidence: ClaimEvidence): string => {
  const model = evidence.model(row.model_id);
  return model ? architectureId(model) : row.model_id;
};

/** Sessions are shown apart: they differ in host and software. */
export const sessionOf = (row: Measurement): string => `${row.gpu}, session ${row.source}`;

/** Signed, with a decimal below 100 %. */
export const percent = (value: number): string =>
  `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(Math.abs(value) < 99.5 ? 1 : 0)} %`;
