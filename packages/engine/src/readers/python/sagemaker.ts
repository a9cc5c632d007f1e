import { NO_GENERATION } from "../engine-command.ts";
import { type EnvironmentOf, environmentFlags } from "../engine-environment.ts";
import { stateFlag } from "../engine-facts.ts";
import { engineImage } from "../engine-images.ts";
import { type FactSheet, setFact, setUnresolved } from "../fact-sheet.ts";
import { sagemakerContainer } from "../sagemaker-container.ts";
import { callArguments } from "./arguments.ts";
import { evaluate } from "./evaluate.ts";
import type { Load } from "./loads.ts";
import { calleeName, type PyModule } from "./module.ts";
import { positionOf, stateModel, tellUnknown } from "./state-facts.ts";
import type { PyValue } from "./value.ts";

/** `HuggingFaceModel(env={…})`, `Model(image_uri=…, env={…})` of the SageMaker SDK. */
export const isSagemakerModel = (name: string): boolean =>
  /(?:^|\.)(?:HuggingFaceModel|DJLModel|LMIModel|ContainerDefinition|create_model)$/.test(name) ||
  /^sagemaker\.(?:model\.)?Model$/.test(name);

/** Image and variables under the names of the SDK, whoever's they are: `env`, `environment`, boto3's PrimaryContainer. */
function containerOf({ keywords }: Load["args"]): ReadonlyMap<string, PyValue> {
  const own = keywords.get("PrimaryContainer");
  const entries = own?.kind === "dict" ? own.entries : keywords;
  const env = entries.get("env") ?? entries.get("environment") ?? entries.get("Environment");
  const image = entries.get("image_uri") ?? entries.get("image") ?? entries.get("Image");
  return new Map([...(env ? [["env", env] as const] : []), ...(image ? [["image_uri", image] as const] : [])]);
}

/** Does the call say that a language model is served? */
export function servesText({ args }: Load): boolean {
  const container = containerOf(args);
  const env = container.get("env");
  if (env?.kind !== "dict" || !kindOf(container)) return false;
  const runner = env.entries.get("SM_VLLM_RUNNER") ?? env.entries.get("SM_VLLM_TASK") ?? env.entries.get("OPTION_TASK");
  if (runner?.kind === "string" && NO_GENERATION.test(runner.value)) return false;
  const task = env.entries.get("HF_TASK");
  return task?.kind !== "string" || /generation|conversational|summarization|translation/.test(task.value);
}

/** Which container reads the variables; null: none that serves text. */
function kindOf(container: ReadonlyMap<string, PyValue>): EnvironmentOf | "toolkit" | null {
  const env = container.get("env");
  const image = container.get("image_uri");
  const uri = image?.kind === "string" ? image.value : image?.kind === "call" ? (image.name ?? "") : "";
  return sagemakerContainer(env?.kind === "dict" ? [...env.entries.keys()] : [], uri);
}

export function readSagemaker(module: PyModule, sheet: FactSheet, load: Load): void {
  const keywords = containerOf(load.args);
  const kind = kindOf(keywords);
  const env = keywords.get("env");
  if (!kind || env?.kind !== "dict") return;
  const engine = kind === "toolkit" ? null : kind === "sagemaker-tgi" ? "tgi" : "vllm";
  setFact(sheet, "framework", engine ?? "transformers", positionOf(load.call));
  const model =
    env.entries.get("HF_MODEL_ID") ??
    env.entries.get("SM_VLLM_MODEL") ??
    env.entries.get("OPTION_MODEL_ID") ??
    env.entries.get("OPTION_MODEL");
  if (model) stateModel(sheet, model, load.call);
  else setUnresolved(sheet, "model_id", "env", "the variables name no model", positionOf(env.at));
  if (engine && kind !== "toolkit") {
    const entries = [...env.entries].map(([name, value]) => ({
      name,
      value:
        value.kind === "string" || value.kind === "number"
          ? String(value.value)
          : value.kind === "boolean"
            ? String(value.value)
            : null,
      at: positionOf(value.at),
    }));
    for (const { flag, word, value } of environmentFlags(kind, entries)) {
      if (flag.fact === "model_id") continue;
      if (value === null) setUnresolved(sheet, flag.fact, word.raw, "the value is not known", word.at);
      else stateFlag(sheet, flag, value, engine, word);
    }
  }
  readVersion(module, sheet, keywords.get("image_uri"));
  readDeploy(module, sheet, load);
}

/** The version that `get_huggingface_llm_image_uri("huggingface", version="2.0.2")` asks for. */
function readVersion(module: PyModule, sheet: FactSheet, image: PyValue | undefined): void {
  if (image?.kind === "string") {
    const version = engineImage(image.value)?.version;
    if (version != null) setFact(sheet, "framework_version", version, positionOf(image.at));
  } else if (
    image?.kind === "call" &&
    image.call.type === "call" &&
    /get_huggingface_llm_image_uri$/.test(image.name ?? "")
  ) {
    const version = callArguments(module, image.call).keywords.get("version");
    if (version?.kind === "string") setFact(sheet, "framework_version", version.value, positionOf(version.at));
  }
}

const DEPLOYS = /(?:^|\.)(?:create_endpoint_config|ProductionVariant)$/;

/** `model.deploy(instance_type="ml.g5.12xlarge", initial_instance_count=1)`, or the endpoint configuration that comes next. */
function readDeploy(module: PyModule, sheet: FactSheet, { target, call: made }: Load): void {
  const own = target === null ? [] : (module.callsOf.get(`${target}.deploy`) ?? []);
  const configured = module.calls.filter((call) => DEPLOYS.test((calleeName(module, call) ?? "").slice(-40)));
  const calls = own.length > 0 ? own : configured;
  const call = calls.find(({ start }) => start > made.end) ?? calls[0];
  if (!call) return;
  const { keywords, positional } = callArguments(module, call);
  const variants = keywords.get("ProductionVariants");
  const first = variants?.kind === "list" ? variants.items[0] : undefined;
  const variant = first ? evaluate(module, first) : null;
  const entries = variant?.kind === "dict" ? variant.entries : keywords;
  const instance =
    entries.get("instance_type") ?? entries.get("InstanceType") ?? (own.length > 0 ? positional[1] : undefined);
  if (instance?.kind === "string") setFact(sheet, "hardware_platform", instance.value, positionOf(instance.at));
  else if (instance && instance.kind !== "none") tellUnknown(sheet, "hardware_platform", instance);
  const count =
    entries.get("initial_instance_count") ??
    entries.get("InitialInstanceCount") ??
    (own.length > 0 ? positional[0] : undefined);
  if (count?.kind === "number" && Number.isInteger(count.value) && count.value > 0) {
    setFact(sheet, "replicas", count.value, positionOf(count.at));
  } else if (count && count.kind !== "none") tellUnknown(sheet, "replicas", count);
}
