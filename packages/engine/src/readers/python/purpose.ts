import { dtypeMeaning } from "../engine-flags.ts";
import { callArguments } from "./arguments.ts";
import { chainedOn } from "./chain.ts";
import { evaluate } from "./evaluate.ts";
import { constructedBy, type Load } from "./loads.ts";
import { enclosingFunction } from "./loops.ts";
import { calleeName, type PyModule } from "./module.ts";
import { contains, field, type PyNode, text } from "./tree.ts";
import type { PyValue } from "./value.ts";

const TRAINS =
  /(?:^|\.)(?:\w{0,40}Trainer|oneshot|prepare_model_for_kbit_training|prepare_model_for_int8_training|get_peft_model|backward)$|^torch\.optim\./;

/** Calls that say that the file trains. */
export const trainingCalls = (module: PyModule): readonly PyNode[] =>
  module.calls.filter((call) => TRAINS.test(calleeName(module, call) ?? ""));

/** A load is for training when the file trains, unless its own function only generates. */
export function isTraining(module: PyModule, load: Load, training: readonly PyNode[]): boolean {
  // An endpoint of SageMaker serves, whatever the file trained before.
  if (training.length === 0 || load.kind === "sagemaker") return false;
  const own = enclosingFunction(load.call);
  if (!own && isLoadedAnew(module, load, training)) return false;
  if (!own || training.some((call) => contains(own, call))) return true;
  return !module.calls.some((call) => contains(own, call) && /\.generate$/.test(calleeName(module, call) ?? ""));
}

/** A load after all that trains, with which the file then generates: what it trained is tried. */
function isLoadedAnew(module: PyModule, { call, target }: Load, training: readonly PyNode[]): boolean {
  if (target === null || training.some((trains) => trains.start > call.start || enclosingFunction(trains)))
    return false;
  return module.calls.some((later) => {
    const callee = later.start > call.start ? field(later, "function") : null;
    const method = callee?.type === "attribute" ? field(callee, "attribute") : null;
    const receiver = callee?.type === "attribute" ? field(callee, "object") : null;
    if (!method || !receiver || text(method) !== "generate") return false;
    return text(receiver) === target || constructedBy(module, evaluate(module, receiver)) === call;
  });
}

/** A file that saves what it loads and never generates converts a model: merges an adapter, quantizes, uploads, writes its weights in another format. */
export function onlyConverts(module: PyModule): boolean {
  let saves = false;
  let generates = false;
  let merges = false;
  for (const call of module.calls) {
    const name = (calleeName(module, call) ?? methodOf(call)).slice(-120);
    if (/\.(?:generate|chat|stream_chat)$/.test(name) || /(?:^|\.)pipeline$/.test(name)) generates = true;
    if (/\.merge_and_unload$/.test(name)) merges = true;
    if (
      /\.(?:save_pretrained|push_to_hub|save_quantized|save_pretrained_merged|state_dict)$/.test(name) &&
      !/tok|processor/i.test(name)
    )
      saves = true;
  }
  // Who merges an adapter and saves the result generates at most a sample to look at.
  return saves && (!generates || merges);
}

/** `PeftModel.from_pretrained(…).merge_and_unload` → `.merge_and_unload`. */
function methodOf(call: PyNode): string {
  const callee = field(call, "function");
  const method = callee?.type === "attribute" ? field(callee, "attribute") : null;
  return method ? `.${text(method)}` : "";
}

function isCpu(module: PyModule, value: PyValue | undefined): boolean {
  if (!value) return false;
  if (value.kind === "string") return value.value === "cpu";
  if (value.kind === "number") return value.value === -1;
  if (value.kind === "dict")
    return value.entries.size > 0 && [...value.entries.values()].every((v) => isCpu(module, v));
  return (
    value.kind === "call" &&
    value.name === "torch.device" &&
    isCpu(module, callArguments(module, value.call).positional[0])
  );
}

/** Runs on the processor: no GPU rule applies. */
export function runsOnCpu(module: PyModule, load: Load): boolean {
  const { keywords } = load.args;
  if (isCpu(module, keywords.get("device_map")) || isCpu(module, keywords.get("device"))) return true;
  if (hidesGpus(module)) return true;
  // What was placed at its load is only put aside by a later `.cpu()`.
  if (keywords.has("device_map")) return false;
  const { target } = load;
  const later = ["to", "cpu", "cuda"].flatMap((method) =>
    target === null ? [] : (module.callsOf.get(`${target}.${method}`) ?? []),
  );
  const moves = [...chainedOn(load.call), ...later].map((call) => movesToCpu(module, call)).filter((to) => to !== null);
  return moves.length > 0 && moves.every(Boolean);
}

/** `.to("cpu")`, `.cpu()`: true; to another device, or one that is not known: false; null: it moves nothing. */
function movesToCpu(module: PyModule, call: PyNode): boolean | null {
  const method = methodOf(call);
  if (method === ".cpu" || method === ".cuda") return method === ".cpu";
  if (method !== ".to") return null;
  const { positional, keywords } = callArguments(module, call);
  const device = keywords.get("device") ?? positional[0];
  if (!device || (device.kind === "symbol" && dtypeMeaning(device.name) !== null)) return null;
  return isCpu(module, device);
}

/** `os.environ["CUDA_VISIBLE_DEVICES"] = ""`. */
function hidesGpus(module: PyModule): boolean {
  for (const binding of module.scopes.bindings.get(module.root)?.get("os.environ[]") ?? []) {
    const key = binding.key ? evaluate(module, binding.key) : null;
    const value = binding.value ? evaluate(module, binding.value) : null;
    if (key?.kind === "string" && key.value === "CUDA_VISIBLE_DEVICES" && value?.kind === "string") {
      if (value.value === "" || value.value === "-1") return true;
    }
  }
  return false;
}
