// The engine's schemas, and nothing else of it: data/ must compile while the engine is being changed.
export type { CatalogueData } from "../packages/engine/src/domain/catalogue.ts";
export { architectureId, isSwitched, isUsable } from "../packages/engine/src/domain/catalogue.ts";
export { type ClaimResult, ClaimResultSchema, VERDICTS, type Verdict } from "../packages/engine/src/domain/claim.ts";
export { GPU_CLASSES, type Gpu, GpuSchema } from "../packages/engine/src/domain/gpu.ts";
export { type HeldOut, HeldOutSchema, type Slice, SliceSchema } from "../packages/engine/src/domain/held-out.ts";
export {
  type Disputed,
  DisputedSchema,
  type Measurement,
  MeasurementSchema,
} from "../packages/engine/src/domain/measurement.ts";
export { type Model, ModelSchema } from "../packages/engine/src/domain/model.ts";
export { type OwnMeasurement, OwnMeasurementSchema } from "../packages/engine/src/domain/own-measurement.ts";
export {
  type PhysicsCoefficients,
  PhysicsCoefficientsSchema,
} from "../packages/engine/src/domain/physics-coefficients.ts";
export { isSixteenBit, PRECISIONS, type Precision, PrecisionSchema } from "../packages/engine/src/domain/precision.ts";
export { type Region, RegionSchema } from "../packages/engine/src/domain/region.ts";
export {
  energyIsPowerOverThroughput,
  grossConversion,
  isNear,
  powerWithinTdp,
  type RowCheck,
  readingsAgree,
  rowInRange,
  weightTrafficWithinBandwidth,
} from "../packages/engine/src/domain/row-checks.ts";
export { type Source, SourceSchema } from "../packages/engine/src/domain/source.ts";
