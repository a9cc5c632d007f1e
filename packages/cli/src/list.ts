import type { Catalogue } from "@ecocompute/engine";
import { type ExitCode, Refused } from "./exit-code.ts";
import { type FlagValues, shown, textOf } from "./flags.ts";
import type { Terminal } from "./terminal.ts";

/** What a parameter may name, and what is told of each. */
const LISTS = {
  gpus: ({ gpus }: Catalogue) =>
    gpus.map(({ id, name, vram_gb }) => [id, name, vram_gb === null ? "" : `${vram_gb} GB`]),
  models: ({ models }: Catalogue) =>
    models.map(({ id, params_b_total }) => [id, params_b_total === null ? "" : `${params_b_total} billion parameters`]),
  regions: ({ regions }: Catalogue) =>
    regions.map(({ id, name, grid_gco2_per_kwh, electricity_usd_per_kwh }) => [
      id,
      name,
      grid_gco2_per_kwh === null ? "" : `${grid_gco2_per_kwh} gCO2e/kWh`,
      electricity_usd_per_kwh === null ? "no price known" : `$${electricity_usd_per_kwh}/kWh`,
    ]),
} as const satisfies Record<string, (catalogue: Catalogue) => readonly (readonly string[])[]>;

type ListName = keyof typeof LISTS;
const NAMES = Object.keys(LISTS);
const isList = (name: string): name is ListName => NAMES.includes(name);

/** `ecocompute list gpus`: what --hardware-platform and its like may be given. */
export function list(
  values: FlagValues,
  positionals: readonly string[],
  terminal: Terminal,
  catalogue: Catalogue,
): ExitCode {
  const [name = "", ...others] = positionals;
  if (!isList(name) || others.length > 0)
    throw new Refused(2, `expected one of ${NAMES.join(", ")}; received ${shown(positionals.join(" "))}`);
  if (textOf(values, "format") === "json") {
    terminal.write(`${JSON.stringify(catalogue[name], null, 2)}\n`);
    return 0;
  }
  const rows = LISTS[name](catalogue);
  const widths = rows.reduce<readonly number[]>(
    (most, row) => row.map((cell, i) => Math.max(cell.length, most[i] ?? 0)),
    [],
  );
  for (const row of rows)
    terminal.write(
      `${row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join("  ")
        .trimEnd()}\n`,
    );
  return 0;
}
