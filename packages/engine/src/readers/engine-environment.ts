import type { Position } from "../domain/deployment.ts";
import type { GivenFlag } from "./engine-command.ts";
import { ENGINE_FLAGS, type Engine, type EngineFlag } from "./engine-flags.ts";

/** A variable with its place. */
export interface EnvironmentEntry {
  readonly name: string;
  /** null: set to something that is not known. */
  readonly value: string | null;
  readonly at: Position;
}

const flagOf = (engine: Engine, name: string): EngineFlag | undefined => ENGINE_FLAGS[engine].get(name);
const kebab = (name: string): string => name.toLowerCase().replaceAll("_", "-");

/** Names that SageMaker's and LMI's containers hand on under another name. */
const SAGEMAKER_NAMES: ReadonlyMap<string, string> = new Map([
  ["HF_MODEL_ID", "model-id"],
  ["HF_MODEL_QUANTIZE", "quantize"],
  ["SM_NUM_GPUS", "num-shard"],
]);
/** LMI hands `OPTION_<FLAG>` on to vLLM, but for names of its own. */
const LMI_NAMES: ReadonlyMap<string, string> = new Map([
  ["HF_MODEL_ID", "model"],
  ["OPTION_MODEL_ID", "model"],
  ["OPTION_TENSOR_PARALLEL_DEGREE", "tensor-parallel-size"],
  ["OPTION_PIPELINE_PARALLEL_DEGREE", "pipeline-parallel-size"],
  ["OPTION_MAX_ROLLING_BATCH_SIZE", "max-num-seqs"],
  ["OPTION_QUANTIZE", "quantization"],
]);

/** Who reads the variables: an engine's own launcher, or a container that wraps one. */
export type EnvironmentOf = "tgi" | "sagemaker-tgi" | "sagemaker-vllm" | "lmi" | "worker-vllm";

function keyOf(kind: EnvironmentOf, name: string): { readonly engine: Engine; readonly key: string } | null {
  switch (kind) {
    case "tgi":
      return { engine: "tgi", key: kebab(name) };
    case "sagemaker-tgi":
      return { engine: "tgi", key: SAGEMAKER_NAMES.get(name) ?? kebab(name) };
    case "sagemaker-vllm":
      return name.startsWith("SM_VLLM_") ? { engine: "vllm", key: kebab(name.slice(8)) } : null;
    case "lmi": {
      const key = LMI_NAMES.get(name) ?? (name.startsWith("OPTION_") ? kebab(name.slice(7)) : undefined);
      return key === undefined ? null : { engine: "vllm", key };
    }
    case "worker-vllm":
      return { engine: "vllm", key: name === "MODEL_NAME" ? "model" : kebab(name) };
  }
}

/** What variables say in the place of an engine's flags. */
export function environmentFlags(kind: EnvironmentOf, entries: readonly EnvironmentEntry[]): readonly GivenFlag[] {
  return entries.flatMap(({ name, value, at }) => {
    const found = keyOf(kind, name.slice(0, 80));
    const flag = found ? flagOf(found.engine, found.key) : undefined;
    if (!flag || value === "") return [];
    return [{ flag, word: { text: value, raw: name, at }, value }];
  });
}

/** `0,1` → 2; an empty list hides all GPUs; null: says no number. */
export function visibleDevices(value: string | null | undefined): number | null {
  if (value === null || value === undefined) return null;
  const plain = value.trim().slice(0, 400);
  if (plain === "" || plain === "-1") return 0;
  return /^(?:\d{1,3}|(?:GPU|MIG)-[\w-]{1,80})(?:\s*,\s*(?:\d{1,3}|(?:GPU|MIG)-[\w-]{1,80}))*$/.test(plain)
    ? plain.split(",").length
    : null;
}
