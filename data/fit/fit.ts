import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { type Catalogue, indexCatalogue } from "../../packages/engine/src/domain/catalogue.ts";
import {
  ASSUMED,
  type CoefficientName,
  type CoefficientValues,
  EAGER_FITTED,
  VLLM_FITTED,
} from "../../packages/engine/src/physics/coefficients.ts";
import { buildCatalogue } from "../catalogue.ts";
import { readFiles } from "../files.ts";
import { parseData } from "../read.ts";
import { type Observation, observations } from "./observations.ts";
import { MEANINGS, RANGES } from "./ranges.ts";
import { type Ranges, solve } from "./solve.ts";

const FOLDER = join(import.meta.dirname, "..");

/** The search's start for every fitted coefficient and the assumed ones as they stand. */
export function startingValues(catalogue: Catalogue): CoefficientValues {
  const starts = [...EAGER_FITTED, ...VLLM_FITTED].map((name) => [name, RANGES[name]?.[1]] as const);
  const assumed = ASSUMED.map((name) => [name, catalogue.physics[name]?.value] as const);
  return Object.fromEntries([...starts, ...assumed]) as CoefficientValues;
}

const pick = (names: readonly CoefficientName[]): Ranges =>
  Object.fromEntries(names.map((name) => [name, RANGES[name]]));

/** Fits both regimes on the rows that `keep` lets through; the folds of the judgement leave families out. */
export function fitAll(
  catalogue: Catalogue,
  keep: (observation: Observation) => boolean = () => true,
): CoefficientValues {
  const start = startingValues(catalogue);
  const eager = solve(observations("transformers", catalogue).filter(keep), pick(EAGER_FITTED), start, catalogue);
  return solve(observations("vllm", catalogue).filter(keep), pick(VLLM_FITTED), eager, catalogue);
}

function file(names: readonly CoefficientName[], values: CoefficientValues, basis: string): string {
  const records = names.map((name) => {
    const { unit, meaning } = MEANINGS[name] ?? { unit: "", meaning: "" };
    return [name, { value: values[name], unit, meaning, basis }];
  });
  return `# Written by \`npm run fit\`; do not edit.\n${stringify(Object.fromEntries(records), { lineWidth: 0 })}`;
}

function main(): void {
  const catalogue = indexCatalogue(buildCatalogue(parseData(readFiles(FOLDER))));
  const values = fitAll(catalogue);
  for (const [name, names, framework] of [
    ["eager", EAGER_FITTED, "transformers"],
    ["vllm", VLLM_FITTED, "vllm"],
  ] as const) {
    const n = observations(framework, catalogue).length;
    const basis = `fitted in log space (Huber loss) to throughput and power of ${n} text rows under ${framework}, tiers 1 and 2, no flag`;
    writeFileSync(join(FOLDER, "physics", `${name}.yaml`), file(names, values, basis));
    for (const coefficient of names) console.log(`${coefficient.padEnd(36)} ${values[coefficient]}`);
  }
}

if (import.meta.main) main();
