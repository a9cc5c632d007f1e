import type { PhysicsCoefficients } from "../domain/physics-coefficients.ts";

/** Every coefficient that physics reads; data/physics/ must give each. The fit varies `FITTED_*`. */
export const EAGER_FITTED = [
  "eager_layer_ms_fp16",
  "eager_layer_extra_ms_nf4",
  "eager_layer_extra_ms_nf4_dq",
  "eager_layer_extra_ms_int8_pure",
  "eager_layer_extra_ms_int8_default",
  "eager_power_floor",
  "eager_power_memory",
  "eager_power_compute",
] as const;
export const VLLM_FITTED = [
  "vllm_step_ms",
  "vllm_layer_ms",
  "vllm_layer_parallel_ms",
  "vllm_sequence_us",
  "vllm_bandwidth_efficiency",
  "vllm_compute_efficiency",
  "vllm_fp8_layer_extra_ms",
  "vllm_mxfp4_layer_extra_ms",
  "vllm_power_floor",
  "vllm_power_memory",
  "vllm_power_compute",
  "vllm_2024_slowdown",
] as const;
export const ASSUMED = [
  "eager_bandwidth_efficiency",
  "eager_compute_efficiency",
  "power_compute_exponent",
  "idle_share_of_tdp",
  "loaded_idle_factor_low",
  "loaded_idle_factor",
  "loaded_idle_factor_high",
  "memory_overhead_gb_low",
  "memory_overhead_gb",
  "memory_overhead_gb_high",
  "unquantized_share_low",
  "unquantized_share",
  "unquantized_share_high",
] as const;
export const COEFFICIENTS = [...EAGER_FITTED, ...VLLM_FITTED, ...ASSUMED] as const;
export type CoefficientName = (typeof COEFFICIENTS)[number];
export type CoefficientValues = Readonly<Record<CoefficientName, number>>;

/** The bare values; throws on the first coefficient that data/physics/ does not give. */
export function coefficientValues(physics: PhysicsCoefficients): CoefficientValues {
  const entries = COEFFICIENTS.map((name) => {
    const coefficient = physics[name];
    if (!coefficient) throw new Error(`data/physics: coefficient "${name}" is missing`);
    return [name, coefficient.value] as const;
  });
  return Object.fromEntries(entries) as CoefficientValues;
}
