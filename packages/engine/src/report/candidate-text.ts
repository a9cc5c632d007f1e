import { formatNumber } from "../domain/format.ts";
import type { Candidate } from "../domain/report.ts";
import { basisText, metricText } from "./basis-text.ts";
import { gpuSpecText, gpuText, modelText, parametersText, precisionText, servedText } from "./configuration-text.ts";
import { quantityText } from "./quantity-text.ts";

/** The skill's list of what to deploy. */
export function configurationLines({ configuration: c }: Candidate): string[] {
  return [
    `- Model: ${modelText(c)} (${parametersText(c, "parameters")})`,
    `- GPU: ${gpuText(c)} (${gpuSpecText(c)})`,
    `- Precision: ${precisionText(c.quantization)}`,
    `- Batch size: ${formatNumber(c.batch_size)}`,
    `- Sequence length: ${formatNumber(c.sequence_length)} tokens → Generation: ${formatNumber(c.generation_length)} tokens`,
    `- Served by: ${servedText(c)}`,
  ];
}

export function performanceLines({ metrics, basis, configuration: c }: Candidate): string[] {
  return [
    `- Throughput: ${metricText(metrics, basis, "throughput_tok_s")}`,
    `- Latency: ${metricText(metrics, basis, "latency_ms_per_request", `BS=${formatNumber(c.batch_size)}`)}`,
    `- GPU Utilization: ${metricText(metrics, basis, "gpu_utilization_percent", "estimated")}`,
    `- VRAM: ${metricText(metrics, basis, "vram_gb")}`,
    `- Basis: ${basisText(basis)}`,
  ];
}

export function energyLines({ metrics, basis, configuration: c }: Candidate): string[] {
  return [
    `- Energy per 1k tokens: ${quantityText(metrics.energy_j_per_1k_tokens, "J")}`,
    `- Energy per request: ${quantityText(metrics.energy_j_per_request, "J", `for ${formatNumber(c.generation_length)} tokens`)}`,
    `- Energy efficiency: ${quantityText(metrics.tokens_per_j, "tokens/J")}`,
    `- Power draw: ${metricText(metrics, basis, "power_w")}`,
    `- Basis: ${basisText(basis)}`,
  ];
}
