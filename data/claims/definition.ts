import * as z from "zod";
import { GPU_CLASSES, PRECISIONS } from "../schema.ts";

/** Which rows a claim speaks of; everything given must hold. */
const where = z
  .strictObject({
    gpu: z.array(z.string()).optional(),
    gpu_class: z.enum(GPU_CLASSES).optional(),
    precision: z.enum(PRECISIONS).optional(),
    params_b_min: z.number().optional(),
    params_b_max: z.number().optional(),
  })
  .default({});

/** A change in percent, after / before - 1: negative saves. A missing end is open. */
const expectedPercent = z.strictObject({ low: z.number().optional(), high: z.number().optional() });

/** Percentage points by which a figure may miss the range: 0.5 for a range of whole numbers, 1 for one exact figure. */
const tolerance = z.number().min(0).max(1);
const metric = z.enum(["energy_j_per_token", "throughput_tok_s"]);

export const QuerySchema = z.discriminatedUnion("type", [
  /** A quantized row against its 16-bit partner, or against another quantized row of the same partner. */
  z.strictObject({
    type: z.literal("ratio-between-precisions"),
    metric,
    precision: z.enum(PRECISIONS),
    against: z.enum(PRECISIONS),
    where,
    expected_percent: expectedPercent,
    tolerance_points: tolerance,
  }),
  /** Two batch sizes of one model, GPU and precision in one session. */
  z.strictObject({
    type: z.literal("ratio-over-batch"),
    metric,
    from: z.number().positive(),
    to: z.number().positive(),
    where,
    expected_percent: expectedPercent,
    tolerance_points: tolerance,
  }),
  /** Two GPUs with the same model, parallelism, workload and batch in one session. */
  z.strictObject({
    type: z.literal("ratio-between-gpus"),
    metric,
    gpu: z.string(),
    against: z.array(z.string()),
    where,
    expected_percent: expectedPercent,
    tolerance_points: tolerance,
  }),
  /** Of the quantized rows that draw less power than their partner: do they use less energy? */
  z.strictObject({ type: z.literal("less-power-less-energy"), where }),
  /** The model size at which a precision starts to save, between the sizes that a session measured. */
  z.strictObject({
    type: z.literal("crossover-size"),
    precision: z.enum(PRECISIONS),
    where,
    expected_params_b: z.strictObject({ low: z.number(), high: z.number() }),
  }),
]);
export type Query = z.infer<typeof QuerySchema>;
export type QueryOf<T extends Query["type"]> = Extract<Query, { type: T }>;
export type Where = z.infer<typeof where>;

/** An entry of data/claims.yaml: what is said, by whom, and the query that tests it. No verdict: that is computed. */
export const ClaimDefinitionSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]+$/),
  claim: z.string(),
  said_by: z.string(),
  url: z.url().optional(),
  /** How the words were turned into the query, where that is not plain. */
  reading: z.string().optional(),
  query: QuerySchema,
});
export type ClaimDefinition = z.infer<typeof ClaimDefinitionSchema>;
