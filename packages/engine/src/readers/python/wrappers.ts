import { type FactSheet, setFact } from "../fact-sheet.ts";
import { readAutoscaling } from "./host.ts";
import type { Load } from "./loads.ts";
import type { PyModule } from "./module.ts";
import { readDtype, readQuantization } from "./quantization.ts";
import { stateEngineKeywords } from "./state-engine.ts";
import { positionOf, stateBoolean, stateModel, stateNumber } from "./state-facts.ts";
import type { PyValue } from "./value.ts";

/** Classes of other libraries that load a model with transformers or vLLM: what they are called with. */
interface Wrapper {
  /** Last parts of the dotted name. */
  readonly name: RegExp;
  /** Packages it may come from. */
  readonly packages: RegExp;
  readonly read: "transformers" | "vllm" | "ray-config" | "ray-data";
  /** Keywords that name the model; with none of them the first argument does. */
  readonly model: readonly string[];
  /** Keywords whose dict is handed on to the model's own loader. */
  readonly nested: readonly string[];
}

const WRAPPERS: readonly Wrapper[] = [
  {
    name: /^HuggingFacePipeline\.from_model_id$/,
    packages: /^langchain/,
    read: "transformers",
    model: ["model_id"],
    nested: ["model_kwargs"],
  },
  {
    name: /^HuggingFaceLLM$/,
    packages: /^llama_index/,
    read: "transformers",
    model: ["model_name"],
    nested: ["model_kwargs"],
  },
  { name: /^VLLM$/, packages: /^langchain/, read: "vllm", model: ["model"], nested: ["vllm_kwargs"] },
  { name: /^Vllm$/, packages: /^llama_index/, read: "vllm", model: ["model"], nested: ["vllm_kwargs"] },
  {
    name: /^(?:models\.)?(?:transformers|Transformers|TransformersVision)$/,
    packages: /^(?:outlines|guidance)/,
    read: "transformers",
    model: ["model_name", "model"],
    nested: ["model_kwargs"],
  },
  { name: /^(?:models\.)?vllm$/, packages: /^outlines/, read: "vllm", model: ["model_name"], nested: [] },
  { name: /^LLMConfig$/, packages: /^ray/, read: "ray-config", model: [], nested: ["engine_kwargs"] },
  {
    name: /^vLLMEngineProcessorConfig$/,
    packages: /^ray/,
    read: "ray-data",
    model: ["model_source", "model"],
    nested: ["engine_kwargs"],
  },
];

/** The wrapper that a call is, by its dotted name. */
export function wrapperOf(name: string): Wrapper | null {
  const parts = name.slice(0, 200).split(".");
  const tails = [parts.slice(-1).join("."), parts.slice(-2).join(".")];
  return (
    WRAPPERS.find((wrapper) => wrapper.packages.test(name) && tails.some((tail) => wrapper.name.test(tail))) ?? null
  );
}

const dictOf = (value: PyValue | undefined): ReadonlyMap<string, PyValue> =>
  value?.kind === "dict" ? value.entries : new Map();

/** Facts of a wrapper's call; the model first, for a quantization word depends on it. */
export function readWrapper(module: PyModule, sheet: FactSheet, load: Load, wrapper: Wrapper): void {
  const { keywords, positional } = load.args;
  const at = positionOf(load.call);
  const nested = new Map(wrapper.nested.flatMap((key) => [...dictOf(keywords.get(key))]));
  const all = new Map([...keywords, ...nested]);
  const isTransformers = wrapper.read === "transformers";
  setFact(sheet, "framework", isTransformers ? "transformers" : "vllm", at);
  const loading = dictOf(keywords.get("model_loading_config"));
  const named =
    wrapper.read === "ray-config"
      ? (loading.get("model_source") ?? loading.get("model_id"))
      : wrapper.model.map((key) => keywords.get(key)).find((value) => value !== undefined);
  stateModel(sheet, named ?? positional[0], load.call);
  if (!isTransformers) {
    stateEngineKeywords(sheet, "vllm", all);
    stateNumber(sheet, "max_new_tokens", keywords.get("max_new_tokens"));
    if (wrapper.read !== "vllm") readRay(sheet, keywords, wrapper.read === "ray-config");
    return;
  }
  readQuantization(module, sheet, load.call, all);
  readDtype(sheet, all);
  stateBoolean(sheet, "use_cache", all.get("use_cache"));
  stateNumber(sheet, "batch_size", keywords.get("batch_size"));
  const generation = new Map([...dictOf(keywords.get("pipeline_kwargs")), ...dictOf(keywords.get("generate_kwargs"))]);
  stateNumber(sheet, "max_new_tokens", keywords.get("max_new_tokens") ?? generation.get("max_new_tokens"));
  stateBoolean(sheet, "use_cache", generation.get("use_cache"));
}

function readRay(sheet: FactSheet, keywords: ReadonlyMap<string, PyValue>, serves: boolean): void {
  const accelerator = keywords.get("accelerator_type");
  if (accelerator?.kind === "string")
    setFact(sheet, "hardware_platform", accelerator.value, positionOf(accelerator.at));
  if (!serves) return;
  const deployment = dictOf(keywords.get("deployment_config"));
  stateReplicas(sheet, deployment.get("num_replicas"));
  const scaling = deployment.get("autoscaling_config");
  if (scaling?.kind === "dict") readAutoscaling(sheet, scaling);
}

function stateReplicas(sheet: FactSheet, value: PyValue | undefined): void {
  if (value?.kind === "number" && Number.isInteger(value.value) && value.value >= 0) {
    setFact(sheet, "replicas", value.value, positionOf(value.at));
  }
}
