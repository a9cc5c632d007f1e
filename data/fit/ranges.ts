import type { CoefficientName } from "../../packages/engine/src/physics/coefficients.ts";

/** A fitted coefficient: what it means, and its plausible range. The start is also what the fit is drawn to where the rows do not tell. */
export interface Range {
  readonly low: number;
  readonly start: number;
  readonly high: number;
  readonly unit: string;
  readonly meaning: string;
  /** How firmly the fit is drawn to the start, 1 as usual: more where a few models alone tell, and the kernel's kind is well known. */
  readonly firmness: number;
}

const range = (low: number, start: number, high: number, unit: string, meaning: string, firmness = 1): Range => ({
  low,
  start,
  high,
  unit,
  meaning,
  firmness,
});

const SHARE = "share of peak";
const POWER = "share of TDP − idle";
const TIMES_16_BIT = "multiple of the 16-bit share";
const TIMES = "multiple of the 16-bit launches";
const TRAFFIC = "bytes per weight";
const TOKENS = "tokens per request";

export const RANGES: Readonly<Partial<Record<CoefficientName, Range>>> = {
  eager_layer_ms_fp16: range(
    0.2,
    0.7,
    1.6,
    "ms per layer",
    "Host time to launch one layer's kernels at 16 bit: the geometric mean of the sessions' hosts.",
  ),
  eager_launch_extra_nf4: range(0.1, 0.7, 3, TIMES, "Launches that NF4 adds to a layer."),
  eager_launch_extra_nf4_dq: range(0.1, 1, 4, TIMES, "Launches that NF4 with double quantization adds to a layer."),
  eager_launch_extra_int8_pure: range(0.2, 1.1, 4, TIMES, "Launches that INT8 with threshold 0 adds to a layer."),
  eager_launch_extra_int8_default: range(
    0.5,
    2.8,
    8,
    TIMES,
    "Launches that default INT8's mixed-precision decomposition adds to a layer.",
  ),
  eager_traffic_extra_nf4: range(0.01, 0.3, 5, TRAFFIC, "Memory traffic of NF4 dequantization that is not overlapped."),
  eager_traffic_extra_nf4_dq: range(
    0.01,
    0.5,
    5,
    TRAFFIC,
    "Memory traffic of NF4 dequantization with double quantization that is not overlapped.",
  ),
  eager_traffic_extra_int8_pure: range(0.01, 0.3, 5, TRAFFIC, "Memory traffic of pure INT8 that is not overlapped."),
  eager_traffic_extra_int8_default: range(
    0.01,
    0.5,
    8,
    TRAFFIC,
    "Memory traffic of default INT8 that is not overlapped.",
  ),
  eager_bandwidth_efficiency: range(
    0.6,
    0.8,
    1,
    SHARE,
    "Memory bandwidth that eager decoding reaches when memory-bound.",
  ),
  eager_power_floor: range(0.005, 0.08, 0.3, POWER, "Power above idle while kernels are launched."),
  eager_power_memory: range(0.2, 0.6, 1.5, POWER, "Power at full memory-bandwidth utilisation."),
  eager_power_compute: range(0.1, 0.6, 3, POWER, "Power at full arithmetic utilisation."),
  vllm_step_ms: range(0.05, 1, 10, "ms per step", "Scheduling and sampling of one engine step."),
  vllm_sequence_us: range(0.5, 20, 200, "µs per sequence and step", "Host work for each sequence in the batch."),
  vllm_layer_us: range(5, 40, 200, "µs per layer", "Small kernels of one layer within a CUDA graph."),
  vllm_moe_layer_us: range(
    1,
    40,
    400,
    "µs per layer",
    "Routing and grouped kernels that a mixture of experts adds to a layer.",
  ),
  vllm_scaling_layer_us: range(
    0.5,
    20,
    200,
    "µs per layer",
    "Scaling activations (FP8) or unpacking weights (MXFP4), which these precisions add to a layer.",
  ),
  vllm_block_scaling_us: range(
    1,
    40,
    300,
    "µs per layer",
    "What FP8 weights with a scale per block of 128 x 128 add to that.",
  ),
  vllm_allreduce_us: range(
    5,
    20,
    80,
    "µs per layer",
    "Start-up of one layer's exchanges between GPUs; twice that where experts are spread.",
  ),
  vllm_link_gb_s: range(120, 350, 1200, "GB/s", "Bandwidth that tensor-parallel exchanges reach."),
  vllm_expert_link_gb_s: range(
    20,
    150,
    600,
    "GB/s",
    "Bandwidth that expert-parallel exchanges reach, imbalance included.",
  ),
  vllm_bandwidth_efficiency: range(0.6, 0.85, 0.98, SHARE, "Memory bandwidth at which weights are read."),
  vllm_kv_bandwidth_efficiency: range(0.3, 0.6, 0.95, SHARE, "Memory bandwidth at which KV caches are read."),
  vllm_compute_efficiency: range(0.3, 0.65, 0.9, SHARE, "Arithmetic peak that dense products at 16 bit reach.", 6),
  vllm_compute_efficiency_fp8: range(
    0.3,
    0.7,
    1.2,
    TIMES_16_BIT,
    "Share of its peak that FP8 reaches, over that of 16 bit.",
    6,
  ),
  vllm_compute_efficiency_mxfp4: range(
    0.1,
    0.4,
    1,
    TIMES_16_BIT,
    "Share of the FP8 peak that MXFP4 reaches, over that of 16 bit.",
    6,
  ),
  vllm_moe_compute_efficiency: range(
    0.1,
    0.5,
    1,
    "1",
    "Arithmetic efficiency of grouped expert products over that of dense ones.",
    4,
  ),
  vllm_prefill_gain: range(0.8, 1.2, 2, "1", "Arithmetic efficiency of prefill over that of decoding."),
  vllm_power_host: range(0.02, 0.2, 0.9, POWER, "Power while the GPU waits for the engine's loop."),
  vllm_power_fixed: range(0.02, 0.4, 1, POWER, "Power in small kernels."),
  vllm_power_scaling: range(0.1, 0.6, 1.1, POWER, "Power in the kernels that scale or unpack."),
  vllm_power_link: range(0.02, 0.4, 1, POWER, "Power in exchanges between GPUs."),
  vllm_power_memory: range(0.1, 0.4, 1.2, POWER, "Power while memory-bound, beside the energy of the bytes."),
  vllm_power_compute: range(0.5, 1, 1.5, POWER, "Power while bound by arithmetic."),
  vllm_byte_pj: range(20, 50, 150, "pJ per byte", "Energy of moving one byte between memory and chip."),
  vllm_2024_step_ms: range(0.5, 8, 60, "ms per step", "Scheduling and sampling of one step of vLLM 0.5."),
  vllm_2024_sequence_us: range(5, 150, 800, "µs per sequence and step", "Host work of vLLM 0.5 for each sequence."),
  vllm_2024_layer_us: range(5, 80, 600, "µs per layer", "Host launches of one layer in vLLM 0.5."),
  vllm_2024_allreduce_us: range(5, 100, 1500, "µs per layer", "Start-up of one layer's exchanges in vLLM 0.5."),
  vllm_2024_link_gb_s: range(10, 80, 600, "GB/s", "Bandwidth that the exchanges of vLLM 0.5 reach."),
  input_tokens_lm_arena_chat: range(
    50,
    250,
    800,
    TOKENS,
    "Mean input of ML.ENERGY v3's lm-arena-chat, which publishes none.",
    2,
  ),
  input_tokens_gpqa: range(100, 300, 800, TOKENS, "Mean input of ML.ENERGY v3's gpqa, which publishes none.", 2),
  input_tokens_sourcegraph_fim: range(
    500,
    1500,
    4000,
    TOKENS,
    "Mean input of ML.ENERGY v3's sourcegraph-fim, which publishes none.",
    2,
  ),
  input_tokens_v2_chat: range(50, 250, 800, TOKENS, "Mean input of ML.ENERGY v2's chat, which publishes none.", 2),
  input_tokens_v2_code: range(80, 200, 500, TOKENS, "Mean input of ML.ENERGY v2's code, which publishes none.", 2),
};
