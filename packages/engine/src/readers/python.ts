import type { Deployment, FileText, ReadResult, Unresolved } from "../domain/deployment.ts";
import { saysNothing } from "./launched.ts";
import { findLoads, type Load } from "./python/loads.ts";
import { openModule, type PyModule } from "./python/module.ts";
import { neverRuns } from "./python/never-runs.ts";
import { onlyConverts, runsOnCpu, trainingCalls } from "./python/purpose.ts";
import { readLoad } from "./python/read-load.ts";
import { salvage } from "./python/salvage.ts";
import { refusal } from "./python/slow-text.ts";
import { positionOf } from "./python/state-facts.ts";
import { text } from "./python/tree.ts";
import { trussConfig } from "./python/truss.ts";
import { MAX_DEPLOYMENTS_PER_FILE, type Reader, type ReaderContext } from "./reader.ts";

/** Without one of these words a file loads no model: it is not parsed. */
const LOADS_A_MODEL =
  /from_pretrained|pipeline\(|vllm|sglang|from_model_id|HuggingFaceLLM|HF_MODEL_ID|OPTION_|text-generation|launch_server|models\.transformers|LLMConfig/i;

const SYNTAX_ERROR = "syntax error: only what parses was read";
const SYNTAX = /^syntax error/;

const isPython = (path: string): boolean => /\.pyi?$/i.test(path);

/** Python files that load a model with transformers or vLLM. */
export const pythonReader: Reader = {
  id: "python",
  acceptsPath: isPython,
  accepts: (file) => isPython(file.path),
  read: readPython,
};

function readPython(file: FileText, context: ReaderContext): ReadResult {
  if (!LOADS_A_MODEL.test(file.content)) return { deployments: [], unresolved: [] };
  const refused = refusal(file.content);
  const module =
    context.python && !refused
      ? openModule(file.path, file.content, context.python, {
          config: trussConfig(file.path, context),
          files: context.files,
        })
      : null;
  if (!module) {
    const at = { path: file.path, line: 1, column: 1, end_line: 1 };
    const why = refused ?? "no Python parser was loaded";
    return { deployments: [], unresolved: [{ fact: "document", text: "", why, at }] };
  }
  const result = readModule(module);
  return module.error && result.deployments.length === 0 ? salvaged(file, context, result) : result;
}

/** A file that does not parse and in which nothing was found: the calls that can be told from the rest are read. */
function salvaged(file: FileText, { python }: ReaderContext, before: ReadResult): ReadResult {
  const text = python ? salvage(file.content) : null;
  const module = python && text !== null ? openModule(file.path, text, python) : null;
  if (!module) return before;
  const { deployments, unresolved } = readModule(module);
  return { deployments, unresolved: [...before.unresolved, ...unresolved.filter(({ why }) => !SYNTAX.test(why))] };
}

function readModule(module: PyModule): ReadResult {
  const deployments: Deployment[] = [];
  const unresolved: Unresolved[] = [];
  const tell = (node: PyModule["root"], why: string) =>
    unresolved.push({ fact: "document", text: text(node).slice(0, 120), why, at: positionOf(node) });
  if (module.error) tell(module.error, SYNTAX_ERROR);
  const loads = findLoads(module, MAX_DEPLOYMENTS_PER_FILE + 1);
  if (loads[MAX_DEPLOYMENTS_PER_FILE])
    tell(loads[MAX_DEPLOYMENTS_PER_FILE].call, `more than ${MAX_DEPLOYMENTS_PER_FILE} models: the rest was not read`);
  const training = trainingCalls(module);
  const converts = training.length === 0 && onlyConverts(module);
  const perPlace = new Map<string, number>();
  const reached: Load[] = [];
  for (const load of loads.slice(0, MAX_DEPLOYMENTS_PER_FILE)) {
    if (runsOnCpu(module, load)) {
      tell(load.call, "runs on the CPU: no GPU deployment");
      continue;
    }
    if (neverRuns(module, load.call)) {
      tell(load.call, "off by default: the branch is not taken with the values in this file");
      continue;
    }
    if (converts && load.kind === "from_pretrained") {
      tell(load.call, "converts or saves a model and never generates: no deployment");
      continue;
    }
    reached.push(load);
  }
  for (const load of reached) {
    const deployment = readLoad(module, load, { loads: reached, training });
    if (load.kind === "command" && saysNothing(deployment)) {
      tell(load.call, "starts an engine whose model and settings are given from outside");
      continue;
    }
    if (servesItsCaller(deployment)) {
      tell(load.call, "loads the model that its caller names: no deployment of its own");
      continue;
    }
    const place = deployment.id.slice(0, deployment.id.lastIndexOf("/"));
    const index = (perPlace.get(place) ?? 0) + 1;
    perPlace.set(place, index);
    deployments.push({ ...deployment, id: `${place}/${index}` });
  }
  return { deployments, unresolved };
}

const OF_ITS_CALLER =
  /^(?:a parameter without a default|keywords of its caller|the call does not name a model|passed on)$/;
/** Settings that a library leaves to its caller. */
const PLAIN = ["framework", "dtype", "framework_version", "max_new_tokens", "tensor_parallel"];

/** A function of a library: neither the model nor a setting is its own. */
function servesItsCaller({ facts, unresolved }: Deployment): boolean {
  if (facts.model_id || Object.keys(facts).some((name) => !PLAIN.includes(name))) return false;
  const model = unresolved.find(({ fact }) => fact === "model_id");
  if (!model || !OF_ITS_CALLER.test(model.why)) return false;
  return model.why !== "the call does not name a model" || unresolved.some(({ fact }) => fact === "document");
}
