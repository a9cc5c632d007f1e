import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import {
  architectureId,
  type Catalogue,
  type CatalogueData,
  evidenceKey,
  indexCatalogue,
} from "../../packages/engine/src/domain/catalogue.ts";
import { type HeldOut, JUDGED } from "../../packages/engine/src/domain/held-out.ts";
import { exactly } from "../../packages/engine/src/domain/interval.ts";
import type { Measurement } from "../../packages/engine/src/domain/measurement.ts";
import { judgedPrecision } from "../../packages/engine/src/evidence/held-out.ts";
import { interpolated } from "../../packages/engine/src/evidence/interpolated.ts";
import { sameBatch, sameConfiguration } from "../../packages/engine/src/evidence/match.ts";
import { modelled } from "../../packages/engine/src/evidence/modelled.ts";
import type { RawEstimate } from "../../packages/engine/src/evidence/raw.ts";
import { transferred } from "../../packages/engine/src/evidence/transferred.ts";
import { predict } from "../../packages/engine/src/physics/predict.ts";
import { buildCatalogue } from "../catalogue.ts";
import { readFiles } from "../files.ts";
import { parseData } from "../read.ts";
import { fitAll } from "./fit.ts";
import { type Observation, observations } from "./observations.ts";

const FOLDER = join(import.meta.dirname, "..");
const FRAMEWORKS = ["transformers", "vllm"] as const;
type Rung = (typeof JUDGED)[number];

/** Families are dealt to this many folds; a fold's physics has seen none of its own families. */
const FOLDS = 5;
const LEVEL = 0.9;
/** A slice with fewer rows than this is judged with its framework's others. */
const ENOUGH_ROWS = 8;

interface Miss {
  readonly rung: Rung;
  readonly framework: (typeof FRAMEWORKS)[number];
  readonly precision: string;
  /** ln(predicted / observed) */
  readonly energy: number;
  readonly throughput: number | null;
}

/** Rungs look up their own error while they are judged: a table of ones. */
const BLANK: readonly HeldOut[] = JUDGED.flatMap((rung) =>
  FRAMEWORKS.map((framework) => ({
    rung,
    framework,
    precision: "all",
    n: 0,
    median_error_percent: 0,
    p90_error_percent: 0,
    bias_percent: 0,
    within_2x_percent: 100,
    interval_factor: 1,
    throughput_interval_factor: 1,
    how: "being judged",
  })),
);

const without = (data: CatalogueData, drop: (id: string) => boolean): Catalogue =>
  indexCatalogue({ ...data, measurements: data.measurements.filter((row) => !drop(row.id)) });

function missOf(rung: Rung, { row, workload }: Observation, raw: RawEstimate | null): Miss[] {
  if (!raw || (row.framework !== "transformers" && row.framework !== "vllm")) return [];
  const t = row.throughput_tok_s;
  return [
    {
      rung,
      framework: workload.framework,
      precision: judgedPrecision(row.precision),
      energy: Math.log(raw.energy_j_per_token.value / row.energy_j_per_token),
      throughput: t === null || !raw.throughput_tok_s ? null : Math.log(raw.throughput_tok_s.value / t),
    },
  ];
}

const asRaw = (row: Measurement): RawEstimate => ({
  tier: "measured",
  energy_j_per_token: exactly(row.energy_j_per_token),
  throughput_tok_s: row.throughput_tok_s === null ? null : exactly(row.throughput_tok_s),
  power_w: null,
  rows: [row],
  held_out_error_percent: null,
  notes: [],
});

/** Two sessions that measured the same configuration: how far they are apart. */
function judgeMeasured(all: readonly Observation[], catalogue: Catalogue): Miss[] {
  return all.flatMap((observation) =>
    sameConfiguration(observation.workload, catalogue)
      .filter(
        (other) => other.source !== observation.row.source && sameBatch(other.batch_size, observation.row.batch_size),
      )
      .flatMap((other) => missOf("measured", observation, asRaw(other))),
  );
}

/** No serving configuration was measured twice: a row against its neighbours in batch stands for its repeatability. */
const asMeasured = (misses: readonly Miss[]): Miss[] => misses.map((miss) => ({ ...miss, rung: "measured" }));

/** Each row from its neighbours in batch, itself left out. */
function judgeInterpolated(all: readonly Observation[], data: CatalogueData): Miss[] {
  return all.flatMap((observation) => {
    const { row, workload } = observation;
    const own = new Set(
      data.measurements
        .filter(
          (r) =>
            sameBatch(r.batch_size, row.batch_size) &&
            r.model_id === row.model_id &&
            r.gpu === row.gpu &&
            r.num_gpus === row.num_gpus,
        )
        .map((r) => r.id),
    );
    return missOf(
      "interpolated",
      observation,
      interpolated(
        workload,
        without(data, (id) => own.has(id)),
        row.source,
      ),
    );
  });
}

const keyOf = ({ row, workload }: Observation): string =>
  evidenceKey(architectureId(workload.model), row.gpu, row.num_gpus, row.framework, row.precision);

/** Each eager configuration from another GPU: an unknown host. All rows of its GPU are left out. */
function judgeOtherGpu(all: readonly Observation[], data: CatalogueData): Miss[] {
  return [...new Set(all.map(({ row }) => row.gpu))].flatMap((gpu) => {
    const ids = new Set(data.measurements.filter((row) => row.gpu === gpu).map((row) => row.id));
    const catalogue = without(data, (id) => ids.has(id));
    return all
      .filter(({ row }) => row.gpu === gpu)
      .flatMap((observation) => missOf("transferred", observation, transferred(observation.workload, catalogue)));
  });
}

/** Each quantized eager configuration from the 16-bit row of its own session, by the ratio of two predictions. */
function judgeRatio(all: readonly Observation[], catalogue: Catalogue): Miss[] {
  return all.flatMap((observation) => {
    const { row, workload } = observation;
    const partner = row.fp16_partner === null ? undefined : catalogue.measurementById.get(row.fp16_partner);
    const model = partner && catalogue.modelById.get(partner.model_id);
    if (!partner || !model) return [];
    const here = predict(workload, catalogue);
    const there = predict(
      { ...workload, model, precision: partner.precision, batch_size: partner.batch_size },
      catalogue,
    );
    if (!here || !there) return [];
    const energy = (partner.energy_j_per_token * here.energy_j_per_token) / there.energy_j_per_token;
    const t = partner.throughput_tok_s;
    const raw: RawEstimate = {
      ...asRaw(partner),
      energy_j_per_token: exactly(energy),
      throughput_tok_s: t === null ? null : exactly((t * here.throughput_tok_s) / there.throughput_tok_s),
    };
    return missOf("ratio", observation, raw);
  });
}

/** Each serving configuration from the model's evidence elsewhere, all of its own rows left out. */
function judgeTransferred(all: readonly Observation[], data: CatalogueData): Miss[] {
  const misses: Miss[] = [];
  for (const key of new Set(all.map(keyOf))) {
    const own = all.filter((observation) => keyOf(observation) === key);
    const ids = new Set(own.map(({ row }) => row.id));
    const catalogue = without(data, (id) => ids.has(id));
    for (const observation of own) {
      // Answers are for today's software: a row of an older generation is an anchor, not a question.
      if (observation.older) continue;
      misses.push(...missOf("transferred", observation, transferred(observation.workload, catalogue)));
    }
  }
  return misses;
}

/** Each row by physics that was fitted without its family. */
function judgeModelled(all: readonly Observation[], data: CatalogueData, catalogue: Catalogue): Miss[] {
  const families = [...new Set(all.map(({ workload }) => workload.model.family))].sort();
  const foldOf = new Map(families.map((family, i) => [family, i % FOLDS]));
  const misses: Miss[] = [];
  for (let fold = 0; fold < FOLDS; fold++) {
    const inFold = (observation: Observation) => foldOf.get(observation.workload.model.family) === fold;
    const values = fitAll(catalogue, (observation) => !inFold(observation));
    const physics = Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, { value, unit: "", meaning: "", basis: "fold" }]),
    );
    const held = all.filter(inFold);
    const modelIds = new Set(data.models.filter((model) => foldOf.get(model.family) === fold).map((model) => model.id));
    const unseen = indexCatalogue({
      ...data,
      physics,
      measurements: data.measurements.filter((row) => !modelIds.has(row.model_id)),
    });
    for (const observation of held) {
      if (!observation.older) misses.push(...missOf("modelled", observation, modelled(observation.workload, unseen)));
    }
  }
  return misses;
}

const quantile = (xs: readonly number[], p: number): number => {
  const sorted = [...xs].sort((a, b) => a - b);
  // Conformal: the ceil((n + 1) p)-th smallest, so that a new row falls within it with probability p.
  return sorted[Math.min(sorted.length - 1, Math.ceil((sorted.length + 1) * p) - 1)] ?? 0;
};
const percent = (log: number): number => Number((100 * Math.expm1(log)).toPrecision(3));

const HOW: Readonly<Record<Rung, Readonly<Record<Miss["framework"], string>>>> = {
  measured: {
    transformers: "two sessions that measured the same configuration, against each other",
    vllm: "no configuration was measured twice: each row against its neighbours in batch",
  },
  interpolated: {
    transformers: "each row from its neighbours in batch, itself left out",
    vllm: "each row from its neighbours in batch, itself left out",
  },
  transferred: {
    transformers: "each configuration from the same model on another GPU, all rows of its own GPU left out",
    vllm: "each configuration (model, GPU, count, precision) from the model's rows elsewhere, all of its own left out",
  },
  modelled: {
    transformers: `each row by physics fitted without its model family (${FOLDS} folds), with the residual of other families on its GPU`,
    vllm: `each row by physics fitted without its model family (${FOLDS} folds), with the residual of other families on its GPU`,
  },
  ratio: {
    transformers: "each quantized configuration from the 16-bit row of its own session",
    vllm: "each quantized configuration from the 16-bit row of its own session",
  },
};

function lineOf(rung: Rung, framework: Miss["framework"], precision: string, misses: readonly Miss[]): HeldOut {
  const energy = misses.map((miss) => Math.abs(miss.energy));
  const throughput = misses.flatMap((miss) => (miss.throughput === null ? [] : [Math.abs(miss.throughput)]));
  const factor = (xs: readonly number[]) => Number(Math.exp(quantile(xs, LEVEL)).toPrecision(3));
  return {
    rung,
    framework,
    precision,
    n: misses.length,
    median_error_percent: percent(quantile(energy, 0.5)),
    p90_error_percent: percent(quantile(energy, LEVEL)),
    bias_percent: percent(
      quantile(
        misses.map((miss) => miss.energy),
        0.5,
      ),
    ),
    within_2x_percent: Number(((100 * energy.filter((x) => x <= Math.LN2).length) / energy.length).toPrecision(3)),
    interval_factor: factor(energy),
    // Where most rows publish no throughput, those that do are one author's and agree too well.
    throughput_interval_factor:
      throughput.length >= Math.max(ENOUGH_ROWS, energy.length / 2) ? factor(throughput) : factor(energy),
    how: HOW[rung][framework],
  };
}

/** One line per rung, framework and precision with enough rows, and one for all precisions of each framework. */
function table(misses: readonly Miss[]): HeldOut[] {
  return JUDGED.flatMap((rung) =>
    FRAMEWORKS.flatMap((framework) => {
      const own = misses.filter((miss) => miss.rung === rung && miss.framework === framework);
      const precisions = [...new Set(own.map((miss) => miss.precision))].sort();
      const slices = precisions.map(
        (precision) => [precision, own.filter((miss) => miss.precision === precision)] as const,
      );
      const lines = slices
        .filter(([, slice]) => slice.length >= ENOUGH_ROWS)
        .map(([precision, slice]) => lineOf(rung, framework, precision, slice));
      return own.length > 0 ? [...lines, lineOf(rung, framework, "all", own)] : lines;
    }),
  );
}

function main(): void {
  const compiled = buildCatalogue(parseData(readFiles(FOLDER)));
  const data: CatalogueData = { ...compiled, held_out: BLANK };
  const catalogue = indexCatalogue(data);
  const misses = FRAMEWORKS.flatMap((framework) => {
    const all = observations(framework, catalogue);
    const eager = framework === "transformers";
    const between = judgeInterpolated(all, data);
    return [
      ...(eager ? judgeMeasured(all, catalogue) : asMeasured(between)),
      ...between,
      ...(eager ? judgeOtherGpu(all, data) : judgeTransferred(all, data)),
      ...judgeRatio(all, catalogue),
      ...judgeModelled(all, data, catalogue),
    ];
  });
  const lines = table(misses);
  writeFileSync(
    join(FOLDER, "accuracy/held-out.yaml"),
    `# Written by \`npm run accuracy\`; do not edit.\n${stringify({ held_out: lines }, { lineWidth: 0 })}`,
  );
  for (const l of lines) {
    console.log(
      `${l.rung.padEnd(13)}${l.framework.padEnd(14)}${l.precision.padEnd(14)} n ${String(l.n).padStart(4)}  median ${String(l.median_error_percent).padStart(5)} %  p90 ${String(l.p90_error_percent).padStart(5)} %  bias ${String(l.bias_percent).padStart(6)} %  x/÷ ${l.interval_factor}`,
    );
  }
}

if (import.meta.main) main();
