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
import { fitEager, type Session } from "./fit-eager.ts";
import { fitVllm } from "./fit-vllm.ts";
import { observations } from "./observations.ts";
import { RANGES } from "./ranges.ts";
import { type Generated, readCheckFlag, refuseStale, staleFiles, writeFiles } from "./write-or-check.ts";

const FOLDER = join(import.meta.dirname, "..");

/** The search's start for every fitted coefficient and the assumed ones as they stand. */
function startingValues(catalogue: Catalogue): CoefficientValues {
  const starts = [...EAGER_FITTED, ...VLLM_FITTED].map((name) => [name, RANGES[name]?.start] as const);
  const assumed = ASSUMED.map((name) => [name, catalogue.physics[name]?.value] as const);
  return Object.fromEntries([...starts, ...assumed]) as CoefficientValues;
}

interface Fitted {
  readonly values: CoefficientValues;
  readonly sessions: Readonly<Record<string, Session>>;
}

/** Fits both regimes, each on its own rows. */
function fitAll(catalogue: Catalogue): Fitted {
  const start = startingValues(catalogue);
  const eager = fitEager(observations("transformers", catalogue), start, catalogue);
  const vllm = fitVllm(observations("vllm", catalogue), start, catalogue);
  return { values: { ...start, ...eager.values, ...vllm }, sessions: eager.sessions };
}

function file(names: readonly CoefficientName[], values: CoefficientValues, basis: string): string {
  const records = names.map((name) => {
    const { unit, meaning } = RANGES[name] ?? { unit: "", meaning: "" };
    return [name, { value: values[name], unit, meaning, basis }];
  });
  return `# Written by \`npm run fit\`; do not edit.\n${stringify(Object.fromEntries(records), { lineWidth: 0 })}`;
}

/** data/physics/ of this fit. */
const physicsFiles = (values: CoefficientValues, catalogue: Catalogue): Generated =>
  Object.fromEntries(
    (
      [
        ["eager", EAGER_FITTED, "transformers"],
        ["vllm", VLLM_FITTED, "vllm"],
      ] as const
    ).map(([name, names, framework]) => {
      const n = observations(framework, catalogue).length;
      const basis = `fitted in log space (Huber loss, drawn to a plausible start) to throughput, power and energy of ${n} text rows under ${framework}, tiers 1 and 2, no flag`;
      return [`physics/${name}.yaml`, file(names, values, basis)];
    }),
  );

function main(check: boolean): void {
  const catalogue = indexCatalogue(buildCatalogue(parseData(readFiles(FOLDER))));
  const { values, sessions } = fitAll(catalogue);
  const files = physicsFiles(values, catalogue);
  if (check) {
    refuseStale(staleFiles(FOLDER, files), "npm run fit");
    return;
  }
  writeFiles(FOLDER, files);
  for (const name of [...EAGER_FITTED, ...VLLM_FITTED]) console.log(`${name.padEnd(36)} ${values[name]}`);
  for (const [name, { layer_ms, int8_default, power }] of Object.entries(sessions)) {
    console.log(`${name.padEnd(28)} ${layer_ms} ms per layer, default INT8 x ${int8_default}, power x ${power}`);
  }
}

if (import.meta.main) main(readCheckFlag(process.argv.slice(2)));
