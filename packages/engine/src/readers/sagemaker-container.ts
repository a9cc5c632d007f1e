import type { EnvironmentOf } from "./engine-environment.ts";
import { engineImage } from "./engine-images.ts";

/** Names that only the launcher of TGI reads. */
const OF_TGI = /^(?:SM_NUM_GPUS|MAX_TOTAL_TOKENS|MAX_INPUT_LENGTH|MAX_INPUT_TOKENS|HF_MODEL_QUANTIZE)$/;

/** Which container of SageMaker reads these variables, by their names and its image; null: none that serves text. */
export function sagemakerContainer(names: readonly string[], image: string): EnvironmentOf | "toolkit" | null {
  if (names.some((name) => name.startsWith("SM_VLLM_"))) return "sagemaker-vllm";
  if (names.some((name) => name.startsWith("OPTION_")) || /djl|lmi/.test(image)) return "lmi";
  const launcher = names.some((name) => OF_TGI.test(name)) || /get_huggingface_llm_image_uri/.test(image);
  if (launcher || engineImage(image)?.engine === "tgi") return "sagemaker-tgi";
  return names.includes("HF_MODEL_ID") && names.includes("HF_TASK") ? "toolkit" : null;
}
