import type { CoefficientName } from "../../packages/engine/src/physics/coefficients.ts";
import type { Ranges } from "./solve.ts";

/** Lowest plausible, where the search starts, highest plausible. */
export const RANGES: Ranges = {
  eager_layer_ms_fp16: [0.3, 0.8, 1.1],
  eager_layer_extra_ms_nf4: [0.1, 0.5, 2],
  eager_layer_extra_ms_nf4_dq: [0.1, 0.7, 3],
  eager_layer_extra_ms_int8_pure: [0.2, 0.9, 3],
  eager_layer_extra_ms_int8_default: [0.5, 2.2, 6],
  eager_power_floor: [0.001, 0.1, 0.4],
  eager_power_memory: [0.001, 0.7, 1.5],
  eager_power_compute: [0.001, 0.5, 2],
  vllm_step_ms: [0.001, 1, 10],
  vllm_layer_ms: [0.005, 0.05, 0.5],
  vllm_layer_parallel_ms: [0.001, 0.03, 0.3],
  vllm_sequence_us: [0.001, 10, 100],
  vllm_bandwidth_efficiency: [0.3, 0.75, 1],
  vllm_compute_efficiency: [0.1, 0.5, 1],
  vllm_fp8_layer_extra_ms: [0.001, 0.05, 0.5],
  vllm_mxfp4_layer_extra_ms: [0.001, 0.05, 0.5],
  vllm_power_floor: [0.001, 0.2, 0.7],
  vllm_power_memory: [0.001, 0.4, 2],
  vllm_power_compute: [0.001, 0.4, 1.5],
  vllm_2024_slowdown: [1, 2.5, 8],
};

export const MEANINGS: Readonly<Partial<Record<CoefficientName, { readonly unit: string; readonly meaning: string }>>> =
  {
    eager_layer_ms_fp16: { unit: "ms per layer", meaning: "Host time to launch one layer's kernels at 16 bit." },
    eager_layer_extra_ms_nf4: { unit: "ms per layer", meaning: "What NF4 dequantization adds per layer." },
    eager_layer_extra_ms_nf4_dq: { unit: "ms per layer", meaning: "What NF4 with double quantization adds per layer." },
    eager_layer_extra_ms_int8_pure: { unit: "ms per layer", meaning: "What INT8 with threshold 0 adds per layer." },
    eager_layer_extra_ms_int8_default: {
      unit: "ms per layer",
      meaning: "What default INT8's mixed-precision decomposition adds per layer.",
    },
    eager_power_floor: { unit: "share of TDP − idle", meaning: "Power above idle while kernels are launched." },
    eager_power_memory: { unit: "share of TDP − idle", meaning: "Power at full memory-bandwidth utilisation." },
    eager_power_compute: { unit: "share of TDP − idle", meaning: "Power at full arithmetic utilisation." },
    vllm_step_ms: { unit: "ms per step", meaning: "Scheduling and sampling of one engine step." },
    vllm_layer_ms: { unit: "ms per layer", meaning: "Fixed time of one layer within a CUDA graph." },
    vllm_layer_parallel_ms: { unit: "ms per layer", meaning: "All-reduce of one layer across more than one GPU." },
    vllm_sequence_us: { unit: "µs per sequence and step", meaning: "Host work for each sequence in the batch." },
    vllm_bandwidth_efficiency: { unit: "share of peak", meaning: "Memory bandwidth that decoding reaches." },
    vllm_compute_efficiency: { unit: "share of peak", meaning: "Arithmetic peak that decoding and prefill reach." },
    vllm_fp8_layer_extra_ms: { unit: "ms per layer", meaning: "What FP8 activation quantization adds per layer." },
    vllm_mxfp4_layer_extra_ms: { unit: "ms per layer", meaning: "What MXFP4 unpacking adds per layer." },
    vllm_power_floor: { unit: "share of TDP − idle", meaning: "Power above idle of an engine that steps." },
    vllm_power_memory: { unit: "share of TDP − idle", meaning: "Power at full memory-bandwidth utilisation." },
    vllm_power_compute: { unit: "share of TDP − idle", meaning: "Power at full arithmetic utilisation." },
    vllm_2024_slowdown: { unit: "1", meaning: "Host time of vLLM 0.5 (2024) over that of vLLM of 2025-12." },
  };
