import type { Deployment, Unresolved } from "../../domain/deployment.ts";
import { emptySheet, type FactSheet, setFact } from "../fact-sheet.ts";
import { callArguments } from "./arguments.ts";
import { readHost } from "./host.ts";
import type { Load } from "./loads.ts";
import { enclosingFunction } from "./loops.ts";
import { calleeName, type PyModule } from "./module.ts";
import { scoresOnly } from "./prompts.ts";
import { isTraining } from "./purpose.ts";
import { constructorName, readConversion, readDtype, readQuantization } from "./quantization.ts";
import { readSagemaker } from "./sagemaker.ts";
import { stateEngineKeywords } from "./state-engine.ts";
import { positionOf, stateBoolean, stateModel, stateNumber, tellPassedOn } from "./state-facts.ts";
import { field, type PyNode, text } from "./tree.ts";
import { readTruss } from "./truss.ts";
import { readUsage } from "./usage.ts";
import { readWrapper, wrapperOf } from "./wrappers.ts";

/** One load → one deployment with its facts. */
export function readLoad(
  module: PyModule,
  load: Load,
  context: { readonly loads: readonly Load[]; readonly training: readonly PyNode[] },
): Deployment {
  const sheet = load.started ?? emptySheet();
  readKind(module, sheet, load);
  const usage =
    load.kind === "command" || load.kind === "sagemaker" ? null : readUsage(module, sheet, load, context.loads);
  readHost(module, sheet, load.call);
  readTruss(module, sheet);
  for (const spread of load.args.open) tellPassedOn(sheet, "document", spread);
  const owner = enclosingFunction(load.call);
  const ownerName = owner ? field(owner, "name") : null;
  const place = ownerName ? text(ownerName) : "module";
  return {
    id: `${module.path}#${place}/1`,
    name: sheet.facts.model_id?.value ?? place,
    format: `python/${sheet.facts.framework?.value ?? "transformers"}`,
    path: module.path,
    at: positionOf(load.call),
    facts: sheet.facts,
    unresolved: once(sheet.unresolved),
    purpose: isTraining(module, load, context.training) ? "training" : "inference",
    ...(usage?.takes_lists ? { takes_lists: true as const } : {}),
    ...(scoresOnly(module, load) ? { scores_only: true as const } : {}),
  };
}

function readKind(module: PyModule, sheet: FactSheet, load: Load): void {
  switch (load.kind) {
    case "vllm":
      readVllm(module, sheet, load);
      break;
    case "sglang":
      readSglang(sheet, load);
      break;
    case "wrapper": {
      const wrapper = wrapperOf(calleeName(module, load.call) ?? "");
      if (wrapper) readWrapper(module, sheet, load, wrapper);
      break;
    }
    case "sagemaker":
      readSagemaker(module, sheet, load);
      break;
    case "command":
      break;
    default:
      readTransformers(module, sheet, load);
  }
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
  const at = positionOf(load.call);
  setFact(sheet, "framework", "transformers", at);
  const { keywords, positional } = load.args;
  const pipeline = load.kind === "pipeline";
  const named = keywords.get(pipeline ? "model" : "pretrained_model_name_or_path") ?? keywords.get("model_name");
  stateModel(sheet, named ?? positional[pipeline ? 1 : 0], load.call);
  const nested = keywords.get("model_kwargs");
  const all = nested?.kind === "dict" ? new Map([...keywords, ...nested.entries]) : keywords;
  const open = nested && nested.kind !== "none" && !(nested.kind === "dict" && nested.complete);
  if (open) tellPassedOn(sheet, "document", load.args.passedAt.get("model_kwargs") ?? nested.at);
  readQuantization(module, sheet, load.call, all);
  readDtype(sheet, all);
  readConversion(module, sheet, load.call, load.target);
  stateBoolean(sheet, "use_cache", all.get("use_cache"));
  if (pipeline) {
    stateNumber(sheet, "batch_size", keywords.get("batch_size"));
    stateNumber(sheet, "max_new_tokens", keywords.get("max_new_tokens"));
  }
}

function readVllm(module: PyModule, sheet: FactSheet, load: Load): void {
  setFact(sheet, "framework", "vllm", positionOf(load.call));
  const { keywords, positional } = load.args;
  stateModel(sheet, keywords.get("model") ?? positional[0], load.call);
  stateEngineKeywords(sheet, "vllm", keywords);
  const samplings = module.calls.filter((call) => constructorName(module, call) === "SamplingParams");
  const limits = samplings
    .map((call) => callArguments(module, call).keywords.get("max_tokens"))
    .filter((v) => v !== undefined);
  // Several limits in one file: which one serves is not known.
  if (limits.length === 1) stateNumber(sheet, "max_new_tokens", limits[0]);
}

function readSglang(sheet: FactSheet, load: Load): void {
  setFact(sheet, "framework", "sglang", positionOf(load.call));
  const { keywords, positional } = load.args;
  stateModel(sheet, keywords.get("model_path") ?? keywords.get("model") ?? positional[0], load.call);
  stateEngineKeywords(sheet, "sglang", keywords);
}
