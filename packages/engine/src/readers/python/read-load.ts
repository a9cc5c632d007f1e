import type { Deployment, Unresolved } from "../../domain/deployment.ts";
import { ENGINE_FLAGS, flagKey } from "../engine-flags.ts";
import { emptySheet, type FactSheet, setEngineWord, setFact } from "../fact-sheet.ts";
import { callArguments } from "./arguments.ts";
import type { Load } from "./loads.ts";
import { enclosingFunction } from "./loops.ts";
import { type PyModule, text } from "./module.ts";
import { isTraining } from "./purpose.ts";
import { constructorName, readDtype, readQuantization } from "./quantization.ts";
import { positionOf, stateBoolean, stateModel, stateNumber, tellPassedOn, tellUnknown } from "./state-facts.ts";
import { field, type PyNode } from "./tree.ts";
import { readUsage } from "./usage.ts";
import type { PyValue } from "./value.ts";

/** One load → one deployment with its facts. */
export function readLoad(
  module: PyModule,
  load: Load,
  context: { readonly onlyLoad: boolean; readonly training: readonly PyNode[] },
): Deployment {
  const sheet = emptySheet();
  if (load.kind === "vllm") readVllm(module, sheet, load);
  else readTransformers(module, sheet, load);
  readUsage(module, sheet, load, context.onlyLoad);
  for (const spread of load.args.open) tellPassedOn(module, sheet, "document", spread);
  const owner = enclosingFunction(load.call);
  const ownerName = owner ? field(owner, "name") : null;
  const place = ownerName ? text(module, ownerName) : "module";
  return {
    id: `${module.path}#${place}/1`,
    name: sheet.facts.model_id?.value ?? place,
    format: `python/${load.kind === "vllm" ? "vllm" : "transformers"}`,
    path: module.path,
    at: positionOf(module, load.call),
    facts: sheet.facts,
    unresolved: once(sheet.unresolved),
    purpose: isTraining(module, load, context.training) ? "training" : "inference",
  };
}

/** Said once. */
function once(unresolved: readonly Unresolved[]): readonly Unresolved[] {
  const seen = new Set<string>();
  return unresolved.filter((entry) => {
    const key = `${entry.fact}:${entry.at.line}:${entry.at.column}`;
    return seen.has(key) ? false : seen.add(key);
  });
}

function readTransformers(module: PyModule, sheet: FactSheet, load: Load): void {
  const at = positionOf(module, load.call);
  setFact(sheet, "framework", "transformers", at);
  const { keywords, positional } = load.args;
  const pipeline = load.kind === "pipeline";
  const named = keywords.get(pipeline ? "model" : "pretrained_model_name_or_path") ?? keywords.get("model_name");
  stateModel(module, sheet, named ?? positional[pipeline ? 1 : 0], load.call);
  const nested = keywords.get("model_kwargs");
  const all = nested?.kind === "dict" ? new Map([...keywords, ...nested.entries]) : keywords;
  const open = nested && nested.kind !== "none" && !(nested.kind === "dict" && nested.complete);
  if (open) tellPassedOn(module, sheet, "document", load.args.passedAt.get("model_kwargs") ?? nested.at);
  readQuantization(module, sheet, load.call, all);
  readDtype(module, sheet, all);
  stateBoolean(module, sheet, "use_cache", all.get("use_cache"));
  if (pipeline) {
    stateNumber(module, sheet, "batch_size", keywords.get("batch_size"));
    stateNumber(module, sheet, "max_new_tokens", keywords.get("max_new_tokens"));
  }
}

function readVllm(module: PyModule, sheet: FactSheet, load: Load): void {
  setFact(sheet, "framework", "vllm", positionOf(module, load.call));
  const { keywords, positional } = load.args;
  stateModel(module, sheet, keywords.get("model") ?? positional[0], load.call);
  for (const [name, value] of keywords) {
    const flag = ENGINE_FLAGS.vllm.get(flagKey(name));
    if (flag && flag.fact !== "model_id") stateFlag(module, sheet, flag.fact, value);
  }
  const samplings = module.calls.filter((call) => constructorName(module, call) === "SamplingParams");
  const limits = samplings
    .map((call) => callArguments(module, call).keywords.get("max_tokens"))
    .filter((v) => v !== undefined);
  // Several limits in one file: which one serves is not known.
  if (limits.length === 1) stateNumber(module, sheet, "max_new_tokens", limits[0]);
}

function stateFlag(module: PyModule, sheet: FactSheet, fact: string, value: PyValue): void {
  if (value.kind === "none") return;
  switch (fact) {
    case "quantization":
    case "dtype": {
      const word = value.kind === "string" ? value.value : value.kind === "symbol" ? value.name : null;
      if (word === null) tellUnknown(module, sheet, fact, value);
      else setEngineWord(sheet, fact, word, "vllm", positionOf(module, value.at));
      break;
    }
    case "enforce_eager":
    case "prefix_caching":
      stateBoolean(module, sheet, fact, value);
      break;
    case "max_num_seqs":
    case "max_model_len":
    case "tensor_parallel":
    case "pipeline_parallel":
      stateNumber(module, sheet, fact, value);
      break;
    default:
  }
}
