import { formatNumber } from "../domain/format.ts";
import type { Configuration } from "../domain/request.ts";
import { prose } from "./prose.ts";

/** As the field writes it: FP16, NF4, INT8 (default), INT8 (pure). */
export function precisionText(id: string): string {
  const [format = "", ...rest] = id.split("_");
  if (format === "int8") return `INT8 (${prose(rest.join(" "))})`;
  return prose([format, ...rest].join(" ").toUpperCase());
}

/** `7.24B parameters` */
export const parametersText = ({ model_params_b: billions }: Configuration, noun: string): string =>
  billions === undefined || billions === null ? `${noun} not recorded` : `${formatNumber(billions)}B ${noun}`;

export const modelText = (c: Configuration): string => prose(c.model_id, 200);

/** `4 × NVIDIA H100 SXM5 80GB` */
export function gpuText(c: Pick<Configuration, "gpu_name" | "hardware_platform" | "num_gpus">): string {
  const name = prose(c.gpu_name ?? c.hardware_platform);
  return c.num_gpus > 1 ? `${formatNumber(c.num_gpus)} × ${name}` : name;
}

/** `Ampere, 80 GB` */
export function gpuSpecText(c: Configuration): string {
  const memory =
    c.gpu_vram_gb === undefined || c.gpu_vram_gb === null
      ? "memory not recorded"
      : `${formatNumber(c.gpu_vram_gb)} GB${c.num_gpus > 1 ? " each" : ""}`;
  return `${c.gpu_architecture === undefined ? "architecture not recorded" : prose(c.gpu_architecture)}, ${memory}`;
}

/** `INT8 (pure), batch 8` */
export const shortConfigurationText = (c: Configuration): string =>
  `${precisionText(c.quantization)}, batch ${formatNumber(c.batch_size)}`;

/** `transformers on 1 GPU`, and the fleet where one is always on. */
export function servedText(c: Configuration): string {
  const gpus = `${prose(c.framework)} on ${counted(c.num_gpus, "GPU")}`;
  return c.replicas === null ? gpus : `${gpus}, ${counted(c.replicas, "replica")}, always on`;
}

/** `256 input → 256 output tokens, transformers on 1 GPU` */
export const settingText = (c: Configuration): string =>
  `${formatNumber(c.sequence_length)} input → ${formatNumber(c.generation_length)} output tokens, ${servedText(c)}`;

/** `1 GPU`, `2 GPUs` */
export const counted = (n: number, noun: string): string => `${formatNumber(n)} ${noun}${n === 1 ? "" : "s"}`;
