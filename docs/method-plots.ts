// The three plots of docs/method.md, from the held-out points that `npm run accuracy` writes and from the rows themselves.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { catalogueData } from "@ecocompute/data";
import { indexCatalogue } from "@ecocompute/engine";
import { type Point, readPoints } from "../data/fit/points.ts";
import { BATCH_BANDS } from "../data/fit/slices.ts";
import { workloadOfRow } from "../packages/engine/src/evidence/row-run.ts";
import { predict } from "../packages/engine/src/physics/predict.ts";
import { plot, type Series } from "./plot.ts";

/** Throws on a row without figures: an empty plot would look like a finished one. */
function heldOutPoints(): readonly Point[] {
  const points = readPoints(readFileSync(join(import.meta.dirname, "../data/accuracy/points.csv"), "utf8"));
  const odd = points.find((point) => !(point.energy_j_per_token > 0 && point.predicted_j_per_token > 0));
  if (points.length === 0 || odd) throw new Error("data/accuracy/points.csv: expected rows with two energies each");
  return points;
}

const FRAMEWORKS = [
  ["vllm", "vLLM"],
  ["transformers", "transformers eager"],
] as const;

export function predictedAgainstMeasured(): string {
  const points = heldOutPoints();
  const [low, high] = [0.01, 100];
  const series = FRAMEWORKS.map(
    ([framework, name], style): Series => ({
      name,
      style,
      points: points
        .filter((point) => point.framework === framework)
        .map((point) => [point.energy_j_per_token, point.predicted_j_per_token]),
    }),
  );
  const ticks = [0.01, 0.1, 1, 10, 100];
  const axis = (label: string) => ({ label, low, high, log: true, ticks });
  const factor = (by: number): Series => ({
    name: "",
    style: 0,
    points: [
      [low * Math.max(1, 1 / by), low * Math.max(1, by)],
      [high * Math.min(1, 1 / by), high * Math.min(1, by)],
    ],
  });
  return plot(
    "Physics on model families it has not seen (dashed: equal, and twofold)",
    axis("measured, J per output token"),
    axis("predicted, J per output token"),
    series,
    [factor(1), factor(2), factor(0.5)],
  );
}

/** Every row's error over its band of batch sizes, spread a little to the side by its place in the file. */
export function errorByBatch(): string {
  const SPREAD = 0.7;
  const points = heldOutPoints();
  const bandOf = (batch: number) => BATCH_BANDS.findIndex(([, , most]) => batch <= most);
  const series = FRAMEWORKS.map(([framework, name], style): Series => {
    const own = points.filter((point) => point.framework === framework);
    return {
      name,
      style,
      points: own.map((point, i) => [
        bandOf(point.batch_size) + 0.5 + SPREAD * ((i % 29) / 28 - 0.5),
        Math.min(100, Math.max(-100, 100 * (point.predicted_j_per_token / point.energy_j_per_token - 1))),
      ]),
    };
  });
  const zero: Series = {
    name: "",
    style: 0,
    points: [
      [0, 0],
      [BATCH_BANDS.length, 0],
    ],
  };
  return plot(
    "Error of physics by batch size, unseen families (beyond ±100 % at the edge)",
    {
      label: "batch size",
      low: 0,
      high: BATCH_BANDS.length,
      log: false,
      ticks: BATCH_BANDS.map((_, i) => i + 0.5),
      names: BATCH_BANDS.map(([name]) => name.replace("batch ", "").replace("-", "–")),
    },
    { label: "predicted / measured − 1, %", low: -100, high: 100, log: false, ticks: [-100, -50, 0, 50, 100] },
    series,
    [zero],
  );
}

const CARDS = ["rtx4090d", "rtx4090", "rtx5090", "a800"] as const;
/** Where the line of physics is asked: models of one shape each, by size. */
const LINE_MODELS = ["Qwen/Qwen2-0.5B", "Qwen/Qwen2-1.5B", "Qwen/Qwen2.5-3B", "Qwen/Qwen2-7B", "Qwen/Qwen2.5-14B"];

/** NF4 over 16 bit within one session, eager batch 1: the measured pairs of each card, and physics of Qwen's sizes. */
export function nf4Ratio(): string {
  const catalogue = indexCatalogue(catalogueData);
  const measured = CARDS.map((gpu, style): Series => {
    const rows = catalogue.usable.filter((row) => row.gpu === gpu && row.precision === "nf4" && row.batch_size === 1);
    return {
      name: `${catalogue.gpuById.get(gpu)?.name ?? gpu}, measured`,
      style,
      points: rows.flatMap((row) => {
        const partner = catalogue.measurementById.get(row.fp16_partner ?? "");
        const size = catalogue.modelById.get(row.model_id)?.params_b_total;
        return partner && size ? [[size, row.energy_j_per_token / partner.energy_j_per_token] as const] : [];
      }),
    };
  });
  const said = CARDS.map(
    (gpu, style): Series => ({
      name: "",
      style,
      line: true,
      points: LINE_MODELS.flatMap((id) => {
        const model = catalogue.modelById.get(id);
        const board = catalogue.gpuById.get(gpu);
        const row = catalogue.usable.find((each) => each.framework === "transformers");
        const like = row && workloadOfRow(row, catalogue);
        if (!model?.params_b_total || !board || !like) return [];
        const at = (precision: "nf4" | "fp16") =>
          predict({ ...like, model, gpu: board, precision, num_gpus: 1, batch_size: 1 }, catalogue)?.energy_j_per_token;
        const [nf4, fp16] = [at("nf4"), at("fp16")];
        return nf4 && fp16 ? [[model.params_b_total, nf4 / fp16] as const] : [];
      }),
    }),
  );
  const one: Series = {
    name: "",
    style: 0,
    points: [
      [0.4, 1],
      [20, 1],
    ],
  };
  return plot(
    "Energy of NF4 over that of FP16, eager, batch 1 (lines: physics on the mean host)",
    { label: "parameters, billion", low: 0.4, high: 20, log: true, ticks: [0.5, 1, 2, 5, 10, 20] },
    {
      label: "NF4 / FP16 energy per token",
      low: 0.5,
      high: 2.1,
      log: false,
      ticks: [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2],
    },
    [...measured, ...said],
    [one],
  );
}
