import type { PhysicsCoefficients } from "../domain/physics-coefficients.ts";

/** Every coefficient that physics reads; data/physics/ must give each. The fit varies `*_FITTED`. */
export const EAGER_FITTED = [
  "eager_layer_ms_fp16",
  "eager_launch_extra_nf4",
  "eager_launch_extra_nf4_dq",
  "eager_launch_extra_int8_pure",
  "eager_launch_extra_int8_default",
  "eager_traffic_extra_nf4",
  "eager_traffic_extra_nf4_dq",
  "eager_traffic_extra_int8_pure",
  "eager_traffic_extra_int8_default",
  "eager_bandwidth_efficiency",
  "eager_power_floor",
  "eager_power_memory",
  "eager_power_compute",
] as const;
export const VLLM_FITTED = [
  "vllm_step_ms",
  "vllm_sequence_us",
  "vllm_layer_us",
  "vllm_moe_layer_us",
  "vllm_scaling_layer_us",
  "vllm_block_scaling_us",
  "vllm_allreduce_us",
  "vllm_link_gb_s",
  "vllm_expert_link_gb_s",
  "vllm_bandwidth_efficiency",
  "vllm_kv_bandwidth_efficiency",
  "vllm_compute_efficiency",
  "vllm_compute_efficiency_fp8",
  "vllm_compute_efficiency_mxfp4",
  "vllm_moe_compute_efficiency",
  "vllm_prefill_gain",
  "vllm_power_host",
  "vllm_power_fixed",
  "vllm_power_scaling",
  "vllm_power_link",
  "vllm_power_memory",
  "vllm_power_compute",
  "vllm_byte_pj",
  "vllm_2024_step_ms",
  "vllm_2024_sequence_us",
  "vllm_2024_layer_us",
  "vllm_2024_allreduce_us",
  "vllm_2024_link_gb_s",
  "input_tokens_lm_arena_chat",
  "input_tokens_gpqa",
  "input_tokens_sourcegraph_fim",
  "input_tokens_v2_chat",
  "input_tokens_v2_code",
] as const;
export const ASSUMED = [
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
