import { dtypeMeaning } from "../engine-flags.ts";
import { type FactSheet, setFact, setUnresolved } from "../fact-sheet.ts";
import { callArguments } from "./arguments.ts";
import { chainedOn } from "./chain.ts";
import { evaluate } from "./evaluate.ts";
import { calleeName, type PyModule } from "./module.ts";
import { reach } from "./reach.ts";
import { scopeOf } from "./scopes.ts";
import { positionOf, stateBoolean, stateNumber, tellPassedOn, tellUnknown } from "./state-facts.ts";
import { field, type PyNode, text } from "./tree.ts";
import { type PyValue, unknown } from "./value.ts";

/** Configuration classes of transformers that are not bitsandbytes. */
const OTHER_CONFIGS: ReadonlyMap<string, "gptq" | "awq" | "fp8"> = new Map([
  ["GPTQConfig", "gptq"],
  ["AwqConfig", "awq"],
  ["FineGrainedFP8Config", "fp8"],
  ["FbgemmFp8Config", "fp8"],
]);

type Keywords = ReadonlyMap<string, PyValue>;

/** Quantization of a `from_pretrained` or `pipeline` call: its own keywords and its `quantization_config`. */
export function readQuantization(module: PyModule, sheet: FactSheet, call: PyNode, keywords: Keywords): void {
  const stored = storedAs(calleeName(module, call) ?? "");
  if (stored) setFact(sheet, "quantization", stored, positionOf(call), "from_quantized");
  const config = keywords.get("quantization_config");
  if (!config || config.kind === "none") {
    readBitsAndBytes(sheet, keywords);
    return;
  }
  if (config.kind === "dict") {
    readBitsAndBytes(sheet, new Map([...keywords, ...config.entries]));
    if (!config.complete) tellPassedOn(sheet, "quantization", config.at);
    return;
  }
  if (config.kind !== "call" || config.name === null) {
    tellUnknown(sheet, "quantization", config);
    return;
  }
  const name = config.name.slice(config.name.lastIndexOf(".") + 1);
  const other = OTHER_CONFIGS.get(name);
  if (name === "BitsAndBytesConfig") {
    const own = callArguments(module, config.call);
    readBitsAndBytes(sheet, new Map([...keywords, ...own.keywords, ...assignedLater(module, config.call, call)]));
    for (const spread of own.open) tellPassedOn(sheet, "quantization", spread);
  } else if (other) setFact(sheet, "quantization", other, positionOf(config.call), name);
  else if (name === "TorchAoConfig") readTorchAo(module, sheet, config.call);
  else
    setUnresolved(
      sheet,
      "quantization",
      name,
      "a quantization that the evidence does not know",
      positionOf(config.call),
    );
}

/** `AutoAWQForCausalLM.from_quantized(…)`: the loader of checkpoints that are stored so. */
const storedAs = (callee: string): "awq" | "gptq" | null =>
  /AutoAWQForCausalLM\.from_quantized$/.test(callee.slice(-60))
    ? "awq"
    : /AutoGPTQForCausalLM\.from_quantized$/.test(callee.slice(-60))
      ? "gptq"
      : null;

/** `TorchAoConfig("float8_weight_only")`, `TorchAoConfig(quant_type=Float8WeightOnlyConfig())`: its FP8 is the one that the evidence has a word for. */
function readTorchAo(module: PyModule, sheet: FactSheet, call: PyNode): void {
  const { positional, keywords } = callArguments(module, call);
  const type = keywords.get("quant_type") ?? positional[0];
  const word = type?.kind === "string" ? type.value : type?.kind === "call" ? (type.name ?? "") : "";
  const at = positionOf(call);
  if (/float8/i.test(word.slice(0, 200))) {
    setFact(sheet, "quantization", "fp8", at, `TorchAoConfig(${word})`);
    setFact(sheet, "quantization_library", "torchao", at, "TorchAoConfig");
  } else setUnresolved(sheet, "quantization", "TorchAoConfig", "a quantization that the evidence does not know", at);
}

/** `config.llm_int8_threshold = 0.0` between the construction and the load. */
function assignedLater(module: PyModule, construction: PyNode, load: PyNode): Keywords {
  const assignment = construction.parent;
  if (assignment?.type !== "assignment" || !assignment.children[0]) return new Map();
  const prefix = `${text(assignment.children[0])}.`;
  const later = new Map<string, PyValue>();
  for (const [target, bindings] of module.scopes.bindings.get(scopeOf(construction)) ?? []) {
    if (!target.startsWith(prefix)) continue;
    for (const binding of bindings) {
      const inOrder =
        binding.at.start > construction.end &&
        (binding.at.end <= load.start || scopeOf(load) !== scopeOf(construction));
      if (inOrder && binding.value) later.set(target.slice(prefix.length), evaluate(module, binding.value));
    }
  }
  return later;
}

function readBitsAndBytes(sheet: FactSheet, keywords: Keywords): void {
  stateBoolean(sheet, "load_in_8bit", keywords.get("load_in_8bit"));
  stateBoolean(sheet, "load_in_4bit", keywords.get("load_in_4bit"));
  const { load_in_8bit: eight, load_in_4bit: four } = sheet.facts;
  if (eight?.value) {
    const threshold = keywords.get("llm_int8_threshold");
    stateNumber(sheet, "llm_int8_threshold", threshold);
    const stated = sheet.facts.llm_int8_threshold;
    if (stated || !threshold) {
      setFact(sheet, "quantization", stated?.value === 0 ? "int8_pure" : "int8_default", eight.at, "load_in_8bit=True");
    }
  } else if (four?.value) {
    const type = keywords.get("bnb_4bit_quant_type");
    if (type?.kind === "string") setFact(sheet, "bnb_4bit_quant_type", type.value, positionOf(type.at));
    else if (type) tellUnknown(sheet, "bnb_4bit_quant_type", type);
    stateBoolean(sheet, "bnb_4bit_use_double_quant", keywords.get("bnb_4bit_use_double_quant"));
    // What is multiplied is decoded to this; a dtype of the load's own is of the weights that stay as they are.
    if (!keywords.has("torch_dtype") && !keywords.has("dtype"))
      stateDtype(sheet, keywords.get("bnb_4bit_compute_dtype"));
    const doubled = sheet.facts.bnb_4bit_use_double_quant?.value === true;
    // bitsandbytes' own default is fp4: the same bytes and kernels as nf4.
    const written = type?.kind === "string" ? type.value : "fp4, the default";
    setFact(sheet, "quantization", doubled ? "nf4_dq" : "nf4", four.at, `load_in_4bit=True (${written})`);
  }
}

/** `torch_dtype` or `dtype`: torch.float16, "auto", "bfloat16". */
export function readDtype(sheet: FactSheet, keywords: Keywords): void {
  stateDtype(sheet, keywords.get("torch_dtype") ?? keywords.get("dtype"));
}

function stateDtype(sheet: FactSheet, value: PyValue | undefined): void {
  if (!value || value.kind === "none") return;
  const word = value.kind === "symbol" ? value.name : value.kind === "string" ? value.value : null;
  const meaning = word === null ? null : dtypeMeaning(word);
  if (meaning && word !== null) setFact(sheet, "dtype", meaning, positionOf(value.at), word);
  else tellUnknown(sheet, "dtype", value);
}

/** `.half()`, `.bfloat16()`, `.to(torch.bfloat16)` on the model: the dtype that it then has. */
export function readConversion(module: PyModule, sheet: FactSheet, call: PyNode, target: string | null): void {
  if (sheet.facts.dtype || sheet.facts.quantization || sheet.unresolved.some(({ fact }) => fact === "dtype")) return;
  const later = ["half", "bfloat16", "float", "to"].flatMap((method) =>
    target === null ? [] : (module.callsOf.get(`${target}.${method}`) ?? []),
  );
  for (const conversion of [...chainedOn(call), ...later]) {
    const runs = reach(module, conversion, call);
    if (runs === "never") continue;
    const callee = field(conversion, "function");
    const method = callee?.type === "attribute" ? field(callee, "attribute") : null;
    const name = method ? text(method) : "";
    const { positional, keywords } = callArguments(module, conversion);
    const asked = name === "to" ? [keywords.get("dtype"), ...positional] : [];
    const word =
      name === "half" || name === "bfloat16" || name === "float"
        ? name
        : asked.find((value) => value?.kind === "symbol");
    const written = typeof word === "string" ? word : word?.kind === "symbol" ? word.name : null;
    const meaning = written === null ? null : dtypeMeaning(written);
    if (!meaning || meaning === "auto" || written === null) continue;
    if (runs === "always") setFact(sheet, "dtype", meaning, positionOf(conversion), written);
    else tellUnknown(sheet, "dtype", unknown(conversion, "a branch that may not be taken"));
  }
}

/** The name that a call's constructor has, without its module. */
export const constructorName = (module: PyModule, call: PyNode): string =>
  (calleeName(module, call) ?? "").split(".").at(-1) ?? "";
