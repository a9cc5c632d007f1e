import { architectureId, type Catalogue } from "../domain/catalogue.ts";
import type { Measurement } from "../domain/measurement.ts";

/** What is switched on in one row and off in the other. Eager and cached is what a row is that does not say. */
export const SWITCHES = ["torch_compile", "use_cache"] as const;
export type Switch = (typeof SWITCHES)[number];

const IS_ON: { readonly [K in Switch]: (row: Measurement) => boolean } = {
  torch_compile: (row) => row.torch_compile === true,
  use_cache: (row) => row.use_cache !== false,
};

/** Two rows of one session that differ in one switch alone: shared errors cancel in the ratio. */
export interface SwitchPair {
  readonly on: Measurement;
  readonly off: Measurement;
  /** Gross energy per output token, on over off: below 1 the switch saves. */
  readonly energy_ratio: number;
}

const settingOf = (row: Measurement, varied: Switch): string =>
  [
    row.source,
    row.gpu,
    row.num_gpus,
    row.model_id,
    row.framework,
    row.precision,
    row.batch_size,
    row.workload,
    row.input_tokens,
    row.output_tokens,
    ...SWITCHES.filter((name) => name !== varied).map((name) => IS_ON[name](row)),
  ].join("|");

const mayCount = (row: Measurement, superseded: ReadonlySet<string | null>): boolean =>
  row.energy_scope === "gpu_board" && row.tier < 3 && !superseded.has(row.id);

/** All pairs of a switch, of one GPU or of all, of one architecture or of all; none where nobody measured it. */
export function switchPairs(
  catalogue: Catalogue,
  varied: Switch,
  only: { readonly gpu?: string; readonly model?: string } = {},
): readonly SwitchPair[] {
  const architecture = (id: string): string => {
    const model = catalogue.modelById.get(id);
    return model ? architectureId(model) : id;
  };
  const superseded = new Set(catalogue.measurements.map((row) => row.supersedes));
  const rows = catalogue.measurements.filter(
    (row) =>
      mayCount(row, superseded) &&
      (only.gpu === undefined || row.gpu === only.gpu) &&
      (only.model === undefined || architecture(row.model_id) === architecture(only.model)),
  );
  const off = new Map(rows.filter((row) => !IS_ON[varied](row)).map((row) => [settingOf(row, varied), row]));
  return rows.flatMap((row) => {
    const partner = IS_ON[varied](row) ? off.get(settingOf(row, varied)) : undefined;
    return partner
      ? [{ on: row, off: partner, energy_ratio: row.energy_j_per_token / partner.energy_j_per_token }]
      : [];
  });
}
