import { NO_GENERATION } from "../engine-command.ts";
import type { FactSheet } from "../fact-sheet.ts";
import { type CallArguments, callArguments } from "./arguments.ts";
import { startedEngines } from "./commands.ts";
import { evaluate } from "./evaluate.ts";
import { calleeName, type PyModule, qualifiedName } from "./module.ts";
import { onceOfModule } from "./once-of-module.ts";
import { isSagemakerModel, servesText } from "./sagemaker.ts";
import { scopeOf } from "./scopes.ts";
import { ancestor, field, type PyNode, text } from "./tree.ts";
import type { PyValue } from "./value.ts";
import { wrapperOf } from "./wrappers.ts";

/** A call that puts a model on a device. */
export interface Load {
  readonly kind: "from_pretrained" | "pipeline" | "vllm" | "sglang" | "wrapper" | "sagemaker" | "command";
  readonly call: PyNode;
  readonly args: CallArguments;
  /** `model`, `self.model`: what the result is assigned to; null when it is not. */
  readonly target: string | null;
  /** `pipeline("text-generation", model=model)` around it: used as the model is. */
  readonly wrappers: readonly PyNode[];
  /** Of a program that the file starts: what its command line says. */
  readonly started?: FactSheet;
}

const GENERATIVE_CLASS =
  /^(?:AutoModel(?:ForCausalLM|ForSeq2SeqLM|ForImageTextToText|ForVision2Seq|WithLMHead)|\w{1,60}(?:ForCausalLM|LMHeadModel|ForConditionalGeneration))$/;
/** Speech, pictures, music: no language model. */
const OTHER_MODEL =
  /^(?:Whisper|Speech|Blip|Pix2Struct|Musicgen|Pop2Piano|Bark|SeamlessM4T|TrOCR|Kosmos|Pegasus|VisionEncoder|Moonshine|Kyutai)/;
const GENERATIVE_TASKS = [
  "text-generation",
  "text2text-generation",
  "summarization",
  "translation",
  "conversational",
  "image-text-to-text",
];
/** Packages whose classes of the same names run elsewhere or in another way than transformers' own. */
const OTHER_PACKAGES =
  /^(?:optimum|ctransformers|ipex_llm|bigdl|intel_extension_for_\w{1,20}|transformers_neuronx|neuronx_\w{1,30}|mlx\w{0,20}|onnx\w{0,30}|openvino\w{0,20}|habana\w{0,30}|keras\w{0,20}|awq|auto_gptq|gptqmodel)$/;
const OTHER_CLASS = /^(?:TF|Flax|ORT|OV|Neuron|IPEX|Gaudi)[A-Z]/;
/** Packages that quantize: their from_quantized loads what they made, their from_pretrained mostly what they are to quantize. */
const QUANTIZERS = ["awq", "auto_gptq", "gptqmodel"];
/** unsloth's FastLanguageModel, FastVisionModel, FastModel. */
const FAST_CLASS = /^Fast(?:Language|Vision|Text)?Model$/;
const RETURNS_ITSELF = ["to", "eval", "cuda", "half", "bfloat16", "merge_and_unload"];
/** Calls whose first argument is the model that they give back, wrapped. */
const WRAPS =
  /(?:^|\.)(?:Peft\w{0,40}\.from_pretrained|get_peft_model|BetterTransformer\.transform|torch\.compile|dispatch_model|init_inference|\w{0,40}accelerator\.prepare(?:_model)?)$/;
const VLLM_CONSTRUCTORS = ["LLM", "AsyncEngineArgs", "EngineArgs"];
const SGLANG_CONSTRUCTORS = ["Engine", "Runtime", "ServerArgs"];

/** The loads of a file, at most `limit`. */
export function findLoads(module: PyModule, limit: number): readonly Load[] {
  const loads: Load[] = [];
  for (const call of module.calls) {
    if (loads.length >= limit) break;
    const kind = loadKind(module, call);
    if (!kind) continue;
    const target = assignedTo(call);
    // Engine arguments that nothing reads are no deployment.
    if (
      (kind === "vllm" || kind === "sglang") &&
      /(?:Engine|Server)Args$/.test(calleeName(module, call) ?? "") &&
      target !== null &&
      !isRead(module, target, call)
    )
      continue;
    const load: Load = { kind, call, args: callArguments(module, call), target, wrappers: [] };
    if (generatesText(load) && (kind !== "sagemaker" || servesText(load))) loads.push(load);
  }
  for (const { call, launch } of startedEngines(module)) {
    if (loads.length >= limit) break;
    loads.push({ kind: "command", call, args: NO_ARGUMENTS, target: null, wrappers: [], started: launch.sheet });
  }
  return joinWrappers(module, withoutRepeats(loads.toSorted((a, b) => a.call.start - b.call.start)));
}

/** vLLM's `task="embed"`, `runner="pooling"`: no text is generated. */
function generatesText({ args, kind }: Load): boolean {
  if (kind !== "vllm" && kind !== "sglang") return true;
  const task = args.keywords.get("task") ?? args.keywords.get("runner");
  const embeds = args.keywords.get("is_embedding");
  return !(task?.kind === "string" && NO_GENERATION.test(task.value)) && !(embeds?.kind === "boolean" && embeds.value);
}

const NO_ARGUMENTS: CallArguments = { positional: [], keywords: new Map(), passedAt: new Map(), open: [] };

/** The same load written again, in the other branch of a condition of one function, is no second deployment. */
function withoutRepeats(loads: readonly Load[]): readonly Load[] {
  const seen = new Set<string>();
  return loads.filter(({ kind, call, target }) => {
    const branch = kind === "from_pretrained" && ancestor(call, ["if_statement", "try_statement"]);
    if (!branch) return true;
    const key = `${branch.start}|${target}|${text(call).replaceAll(/\s+/g, "")}`;
    return seen.has(key) ? false : seen.add(key);
  });
}

/** A pipeline around a model that this file loads is no second deployment. */
function joinWrappers(module: PyModule, loads: readonly Load[]): readonly Load[] {
  const wrapped = new Map<PyNode, PyNode[]>();
  const wrap = (inner: PyNode, by: PyNode) => wrapped.set(inner, [...(wrapped.get(inner) ?? []), by]);
  const models = loads.filter(({ kind }) => kind === "from_pretrained");
  const alone = loads.filter((load) => {
    const model = load.args.keywords.get("model") ?? load.args.positional[1];
    if (load.kind !== "pipeline" || !model) return true;
    const inner = constructedBy(module, model);
    if (inner && loads.some((other) => other.call === inner)) {
      wrap(inner, load.call);
      return false;
    }
    // A model that is handed in, or comes out of a function, is one of those that the file loads.
    if (model.kind !== "unknown" || models.length === 0) return true;
    for (const { call } of models) wrap(call, load.call);
    return false;
  });
  return alone.map((load) => ({ ...load, wrappers: wrapped.get(load.call) ?? [] }));
}

const MAX_CHAIN = 8;

/** The call that made an object, through `.to(…)`, `.eval()` and the like. */
export function constructedBy(module: PyModule, value: PyValue): PyNode | null {
  let current = value;
  for (let i = 0; i < MAX_CHAIN && current.kind === "call" && current.call.type === "call"; i += 1) {
    const callee = field(current.call, "function");
    const method = callee?.type === "attribute" ? field(callee, "attribute") : null;
    const owner = callee?.type === "attribute" ? field(callee, "object") : null;
    const first = field(current.call, "arguments")?.children[0];
    if (first && WRAPS.test((calleeName(module, current.call) ?? "").slice(-80))) current = evaluate(module, first);
    else if (!method || !owner || !RETURNS_ITSELF.includes(text(method))) return current.call;
    else current = evaluate(module, owner);
  }
  return null;
}

function loadKind(module: PyModule, call: PyNode): Load["kind"] | null {
  const name = calleeName(module, call);
  if (name === null) return null;
  const parts = name.split(".");
  const last = parts.at(-1) ?? "";
  const root = parts[0] ?? "";
  if (last === "from_pretrained" || last === "from_quantized") {
    const owner = classNamed(module, call, parts.at(-2) ?? "");
    const runs = last === "from_quantized" || generates(module, assignedTo(call));
    // A class of the file's own project is built on transformers' as a rule.
    const ours = parts.length === 2 || !OTHER_PACKAGES.test(root) || (runs && QUANTIZERS.includes(root));
    if (!ours || OTHER_CLASS.test(owner)) return null;
    if (OTHER_MODEL.test(owner)) return null;
    if (GENERATIVE_CLASS.test(owner) || FAST_CLASS.test(owner)) return "from_pretrained";
    if (owner !== "AutoModel") return null;
    // AutoModel is mostly an encoder: a model that generates says so by a quantization or a generate call.
    const args = callArguments(module, call);
    const quantized = ["quantization_config", "load_in_8bit", "load_in_4bit"].some((key) => args.keywords.has(key));
    return quantized || generates(module, assignedTo(call)) ? "from_pretrained" : null;
  }
  if (name === "transformers.pipeline" || name === "transformers.pipelines.pipeline") {
    const args = callArguments(module, call);
    const task = args.keywords.get("task") ?? args.positional[0];
    if (!task) return args.keywords.has("model") ? "pipeline" : null;
    return task.kind === "string" && GENERATIVE_TASKS.includes(task.value) ? "pipeline" : null;
  }
  if (root === "vllm" && VLLM_CONSTRUCTORS.includes(last)) return "vllm";
  if (root === "sglang" && SGLANG_CONSTRUCTORS.includes(last)) return "sglang";
  if (isSagemakerModel(name)) return "sagemaker";
  return wrapperOf(name) ? "wrapper" : null;
}

/** `model_class = LlamaForCausalLM if old else AutoModelForCausalLM`: the class that a variable holds, the last of several. */
function classNamed(module: PyModule, call: PyNode, written: string): string {
  const held = module.scopes.bindings.get(scopeOf(call))?.get(written)?.at(-1)?.value;
  if (!held || !["identifier", "attribute", "conditional_expression"].includes(held.type)) return written;
  const choices = held.type === "conditional_expression" ? [held.children[0], held.children[2]] : [held];
  const names = choices.flatMap((node) => (node ? (qualifiedName(module, node)?.split(".").at(-1) ?? []) : []));
  return names.every((name) => GENERATIVE_CLASS.test(name)) ? (names.at(-1) ?? written) : written;
}

/** Does the file load a model of another kind beside? Its `model.generate(…)` is then not the language model's. */
export const loadsOtherModels = (module: PyModule): boolean =>
  module.calls.some((call) => {
    const parts = (calleeName(module, call) ?? "").split(".");
    return parts.at(-1) === "from_pretrained" && OTHER_MODEL.test(parts.at(-2) ?? "");
  });

const generates = (module: PyModule, target: string | null): boolean =>
  target !== null && ["generate", "chat", "stream_chat"].some((method) => module.callsOf.has(`${target}.${method}`));

/** The target of the assignment that holds the call, through `.to(…)`, `.eval()` and parentheses. */
export function assignedTo(call: PyNode): string | null {
  let node = call;
  for (let parent = call.parent; parent; parent = parent.parent) {
    if (parent.type === "assignment") {
      const left = field(parent, "left");
      if (!left || left === node) return null;
      const first = left.type === "pattern_list" || left.type === "tuple_pattern" ? left.children[0] : left;
      return first ? text(first) : null;
    }
    if (!["attribute", "call", "parenthesized_expression", "await"].includes(parent.type)) return null;
    // An argument of another call is not what the variable holds.
    if (parent.type === "call" && field(parent, "function") !== node) return null;
    node = parent;
  }
  return null;
}

/** Where each name of the file is written last. */
const lastUseOf = onceOfModule((module): ReadonlyMap<string, number> => {
  const last = new Map<string, number>();
  for (const node of module.nodes) if (node.type === "identifier") last.set(text(node), node.start);
  return last;
});

const isRead = (module: PyModule, target: string, call: PyNode): boolean =>
  (lastUseOf(module).get(target.slice(target.lastIndexOf(".") + 1)) ?? -1) > call.end;
