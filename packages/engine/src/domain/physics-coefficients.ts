import * as z from "zod";

/** One fitted or assumed number of data/physics/*.yaml. */
export const CoefficientSchema = z.strictObject({
  value: z.number(),
  unit: z.string(),
  meaning: z.string(),
  /** What it was fitted on, or "assumption" and why it is plausible. */
  basis: z.string(),
});
export type Coefficient = z.infer<typeof CoefficientSchema>;

/** name → coefficient; the names are those that physics/ reads. */
export const PhysicsCoefficientsSchema = z.record(z.string(), CoefficientSchema);
export type PhysicsCoefficients = z.infer<typeof PhysicsCoefficientsSchema>;
