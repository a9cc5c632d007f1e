import { parse } from "csv-parse/sync";
import * as z from "zod";
import { type Catalogue, estimateWorkload, resolveRequest } from "../../packages/engine/src/index.ts";
import { threeDigits } from "./statistics.ts";

const QUESTION = {
  model_id: z.string(),
  hardware_platform: z.string(),
  quantization: z.string(),
  framework: z.string(),
  num_gpus: z.coerce.number(),
  batch_size: z.coerce.number(),
} as const;
const QuestionSchema = z.strictObject(QUESTION);
/** What a release was asked. */
export type Question = z.infer<typeof QuestionSchema>;

const FigureSchema = z.strictObject({
  ...QUESTION,
  tier: z.string(),
  energy_j_per_1k_tokens: z.coerce.number().positive(),
});
/** A question and what the release answered, to three digits. */
export type Figure = z.infer<typeof FigureSchema>;
const COLUMNS = Object.keys(FigureSchema.shape);

/** Batches that are mostly measured nowhere, so that the rungs below "measured" are asked too. */
const BETWEEN = 1.5;
const ELSEWHERE = [
  { framework: "transformers", quantization: "fp16", batch_size: 8 },
  { framework: "vllm", quantization: "bf16", batch_size: 32 },
] as const;

/** What a new release is asked: each measured configuration at its median batch and beside it, and one model of each family on each measured card. */
function questionsOf({ usable, modelById }: Catalogue): readonly Question[] {
  const answerable = usable.filter(({ framework }) => framework === "transformers" || framework === "vllm");
  const configurations = Map.groupBy(answerable, ({ model_id, gpu, precision, framework, num_gpus }) =>
    [model_id, gpu, precision, framework, num_gpus].join("|"),
  );
  const measured = [...configurations.values()].flatMap((rows) => {
    const row = rows.toSorted((a, b) => a.batch_size - b.batch_size)[Math.floor(rows.length / 2)];
    if (!row) return [];
    const { model_id, gpu: hardware_platform, precision: quantization, framework, num_gpus } = row;
    return [1, BETWEEN].map((factor) => ({
      model_id,
      hardware_platform,
      quantization,
      framework,
      num_gpus,
      batch_size: Math.round(row.batch_size * factor),
    }));
  });
  const ids = [...new Set(answerable.map(({ model_id }) => model_id))].sort();
  const families = Map.groupBy(ids, (id) => modelById.get(id)?.family ?? id);
  const cards = [...new Set(answerable.map(({ gpu }) => gpu))].sort();
  const elsewhere = [...families.values()].flatMap(([model_id = ""]) =>
    cards.flatMap((hardware_platform) =>
      ELSEWHERE.map((how) => ({ model_id, hardware_platform, num_gpus: 1, ...how })),
    ),
  );
  const distinct = new Map([...measured, ...elsewhere].map((question) => [keyOf(question), question]));
  return [...distinct.values()].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

/** Name of a question. */
export const keyOf = (question: Question): string =>
  Object.keys(QUESTION)
    .map((name) => question[name as keyof Question])
    .join("|");

/** What this catalogue answers; a question that it refuses has no figure. */
export function figuresOf(catalogue: Catalogue, questions = questionsOf(catalogue)): readonly Figure[] {
  return questions.flatMap((asked) => {
    const question = QuestionSchema.parse(
      Object.fromEntries(Object.keys(QUESTION).map((name) => [name, asked[name as keyof Question]])),
    );
    const resolved = resolveRequest(question, catalogue);
    const estimate = resolved.ok ? estimateWorkload(resolved.value.workload, catalogue) : null;
    if (estimate?.kind !== "estimated") return [];
    const energy_j_per_1k_tokens = threeDigits(estimate.metrics.energy_j_per_1k_tokens.value);
    return [{ ...question, tier: estimate.basis.tier, energy_j_per_1k_tokens }];
  });
}

export const figuresCsv = (figures: readonly Figure[]): string =>
  `${[COLUMNS, ...figures.map((figure) => COLUMNS.map((name) => figure[name as keyof Figure]))].map((line) => line.join(",")).join("\n")}\n`;

export const readFigures = (text: string): readonly Figure[] =>
  z.array(FigureSchema).parse(parse(text, { columns: true }));
