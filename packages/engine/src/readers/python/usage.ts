import type { FactSheet } from "../fact-sheet.ts";
import { setFact } from "../fact-sheet.ts";
import { type CallArguments, callArguments } from "./arguments.ts";
import { evaluate } from "./evaluate.ts";
import { constructedBy, type Load, loadsOtherModels } from "./loads.ts";
import { enclosingFunction, onePromptLoop } from "./loops.ts";
import { calleeName, type PyModule } from "./module.ts";
import { onceOfModule } from "./once-of-module.ts";
import { isBatched, takesList } from "./prompts.ts";
import { constructorName } from "./quantization.ts";
import { scopeOf } from "./scopes.ts";
import { callSites, isServed } from "./serving.ts";
import { positionOf, stateBoolean, stateNumber } from "./state-facts.ts";
import { contains, field, type PyNode, text } from "./tree.ts";
import type { PyValue } from "./value.ts";

const GENERATE = ["generate", "chat"];

interface Generation {
  readonly call: PyNode;
  readonly args: CallArguments;
  readonly keywords: ReadonlyMap<string, PyValue>;
}

/** How the file uses a loaded model: lengths, batch, KV cache, loops over prompts, web handlers. */
export function readUsage(
  module: PyModule,
  sheet: FactSheet,
  load: Load,
  loads: readonly Load[],
): { readonly takes_lists: boolean } {
  let takes_lists = false;
  const onlyLoad = loads.length === 1 && !loadsOtherModels(module);
  const isOwn = ({ call }: { readonly call: PyNode }) => !isTakenOver(load, loads, call);
  const generations = findGenerations(module, load, onlyLoad).filter(isOwn);
  for (const { call, keywords, args } of generations) {
    if (module.budget.steps < 0) break;
    stateOnce(sheet, "max_new_tokens", keywords.get("max_new_tokens") ?? keywords.get("max_tokens"));
    stateOnce(sheet, "batch_size", keywords.get("batch_size"));
    stateCache(sheet, keywords.get("use_cache"));
    const [first] = args.positional;
    if (first?.kind === "list" && first.items.length > 1 && !sheet.facts.batch_size) {
      setFact(sheet, "batch_size", first.items.length, positionOf(first.at));
    }
    // A stream serves one reader: it is not batched by a rule of thumb.
    if (keywords.has("streamer") || (sheet.facts.batch_size?.value ?? 1) > 1 || isBatched(keywords.get("batch_size")))
      continue;
    // An asynchronous engine batches what is handed to it one by one.
    if (isAsync(module, load)) continue;
    const loop = onePromptLoop(module, call) ? call : loopAround(module, call, load);
    if (loop) setFact(sheet, "generates_one_by_one", true, positionOf(loop));
    if (!sheet.facts.serves_requests && isServed(module, call)) {
      setFact(sheet, "serves_requests", true, positionOf(call));
      takes_lists = takesList(module, call);
    }
  }
  for (const wrapper of load.wrappers) {
    const { keywords } = callArguments(module, wrapper);
    stateOnce(sheet, "max_new_tokens", keywords.get("max_new_tokens"));
    stateOnce(sheet, "batch_size", keywords.get("batch_size"));
  }
  readConfigAttributes(module, sheet, load);
  readCompile(module, sheet, load, loads);
  return { takes_lists };
}

/** Another model was loaded under the same name in between. */
function isTakenOver(load: Load, loads: readonly Load[], call: PyNode): boolean {
  const scope = scopeOf(load.call);
  if (load.target === null || scopeOf(call) !== scope) return false;
  return loads.some(
    (other) =>
      other.target === load.target &&
      other.call.start > load.call.start &&
      other.call.start < call.start &&
      scopeOf(other.call) === scope,
  );
}

const isAsync = (module: PyModule, load: Load): boolean => /(?:^|\.)Async/.test(calleeName(module, load.call) ?? "");

type LengthFact = "max_new_tokens" | "batch_size";

function stateOnce(sheet: FactSheet, fact: LengthFact, value: PyValue | undefined): void {
  if (!sheet.facts[fact]) stateNumber(sheet, fact, value);
}

/** One place that turns the cache off is enough. */
function stateCache(sheet: FactSheet, value: PyValue | undefined): void {
  const stated = sheet.facts.use_cache?.value;
  if (stated === undefined || (stated && value?.kind === "boolean" && !value.value))
    stateBoolean(sheet, "use_cache", value);
}

const lastName = (dotted: string): string => dotted.slice(dotted.lastIndexOf(".") + 1);

/** Calls of a file that may generate or compile: looked for once, not for each load. */
interface Candidates {
  readonly generate: readonly PyNode[];
  /** `Thread(target=model.generate, kwargs=…)`. */
  readonly threads: readonly PyNode[];
  readonly compile: readonly { readonly call: PyNode; readonly name: string }[];
}

const candidates = onceOfModule((module): Candidates => {
  const generate = module.calls.filter((call) => {
    const callee = field(call, "function");
    const method = callee?.type === "attribute" ? field(callee, "attribute") : null;
    return method ? GENERATE.includes(text(method)) : callee?.type === "identifier";
  });
  const compile = module.calls.flatMap((call) => {
    const name = calleeName(module, call);
    return name?.endsWith(".compile") ? [{ call, name }] : [];
  });
  const threads = module.calls.filter((call) =>
    /(?:^|\.)(?:Thread|submit)$/.test((calleeName(module, call) ?? "").slice(-20)),
  );
  return { generate, threads, compile };
});

function findGenerations(module: PyModule, load: Load, onlyLoad: boolean): readonly Generation[] {
  const found: Generation[] = [];
  const own = load.target === null ? null : lastName(load.target);
  for (const call of candidates(module).generate) {
    const callee = field(call, "function");
    if (!callee) continue;
    if (module.budget.steps < 0) break;
    if (callee.type === "attribute") {
      const receiver = field(callee, "object");
      if (!receiver) continue;
      const written = text(receiver);
      const last = lastName(written);
      // A plain name may be handed on from an attribute; where several models are loaded it must be shown to be.
      const isHanded = receiver.type === "identifier" && load.target?.includes(".") === true && !onlyLoad;
      // A method of the file's own class that is called `generate`.
      if (written === "self" && load.target !== "self") continue;
      if (isHanded && constructedBy(module, evaluate(module, receiver)) !== load.call) continue;
      const within = load.target !== null && written.startsWith(`${load.target}.`);
      const alone = onlyLoad && receiver.type === "identifier" && evaluate(module, receiver).kind === "unknown";
      const returned = !alone && constructedBy(module, evaluate(module, receiver)) === load.call;
      if (last !== own && !alone && !within && receiver !== load.call && !returned) continue;
      if (receiver.type === "identifier" && isOther(module, receiver, load)) continue;
    } else if (!callsPipeline(module, callee, load, onlyLoad)) continue;
    const args = callArguments(module, call);
    found.push({ call, args, keywords: withConfig(module, args.keywords) });
  }
  for (const call of candidates(module).threads) {
    const args = callArguments(module, call);
    const target = argumentNode(call, "target");
    const given = args.keywords.get("kwargs");
    if (target?.type !== "attribute" || given?.kind !== "dict") continue;
    const receiver = field(target, "object");
    const method = field(target, "attribute");
    if (!receiver || !method || text(method) !== "generate" || lastName(text(receiver)) !== own) continue;
    const inThread = { ...args, positional: [], keywords: given.entries };
    found.push({ call, args: inThread, keywords: withConfig(module, given.entries) });
  }
  return found;
}

function argumentNode(call: PyNode, name: string): PyNode | null {
  const argument = field(call, "arguments")?.children.find((child) => {
    const own = child.type === "keyword_argument" ? field(child, "name") : null;
    return own !== null && text(own) === name;
  });
  return argument ? field(argument, "value") : null;
}

/** A name that holds something else here: another model, under the same name in another function. */
function isOther(module: PyModule, receiver: PyNode, load: Load): boolean {
  const made = constructedBy(module, evaluate(module, receiver));
  return made !== null && made !== load.call && (calleeName(module, made) ?? "").endsWith("from_pretrained");
}

/** Names under which a pipeline is handed to a function. */
const PIPELINE_NAME = /^(?:\w{0,40}_)?(?:pipe|pipeline|generator)$/i;

/** `pipe(prompt)`: the name holds this load's pipeline, or is a parameter that can hold no other. */
function callsPipeline(module: PyModule, callee: PyNode, load: Load, onlyLoad: boolean): boolean {
  const pipelines = load.kind === "pipeline" ? [load.call] : load.wrappers;
  if (callee.type !== "identifier" || pipelines.length === 0) return false;
  const value = evaluate(module, callee);
  if (value.kind === "unknown") return onlyLoad && PIPELINE_NAME.test(text(callee).slice(-60));
  const made = constructedBy(module, value);
  return made !== null && pipelines.includes(made);
}

/** `generation_config=GenerationConfig(…)` and vLLM's SamplingParams say what the call itself does not. */
function withConfig(module: PyModule, keywords: ReadonlyMap<string, PyValue>): ReadonlyMap<string, PyValue> {
  const config = keywords.get("generation_config");
  if (config?.kind !== "call" || constructorName(module, config.call) !== "GenerationConfig") return keywords;
  return new Map([...callArguments(module, config.call).keywords, ...keywords]);
}

/** A function of this file that generates for its argument, called in a loop over prompts. */
function loopAround(module: PyModule, call: PyNode, load: Load): PyNode | null {
  const own = enclosingFunction(call);
  // A function that loads the model itself is called for each model.
  if (own && contains(own, load.call)) return null;
  for (const site of callSites(module, own)) {
    if (module.budget.steps < 0) return null;
    if (onePromptLoop(module, site)) return site;
  }
  return null;
}

/** `model.config.use_cache = False`, `model.generation_config.use_cache = False`. */
function readConfigAttributes(module: PyModule, sheet: FactSheet, load: Load): void {
  if (!load.target) return;
  for (const table of module.scopes.bindings.values()) {
    for (const config of ["config", "generation_config"]) {
      for (const binding of table.get(`${load.target}.${config}.use_cache`) ?? []) {
        // Of a model that was loaded under the same name before.
        const isEarlier = binding.at.start < load.call.start && scopeOf(binding.at) === scopeOf(load.call);
        if (binding.value && !isEarlier) stateCache(sheet, evaluate(module, binding.value));
      }
    }
  }
}

function readCompile(module: PyModule, sheet: FactSheet, load: Load, loads: readonly Load[]): void {
  const onlyLoad = loads.length === 1;
  for (const { call, name } of candidates(module).compile) {
    if (isTakenOver(load, loads, call)) continue;
    const ofTarget = load.target !== null && name === `${load.target}.compile`;
    if (ofTarget || (name === "torch.compile" && (onlyLoad || mentions(call, load.target)))) {
      setFact(sheet, "torch_compile", true, positionOf(call));
      return;
    }
  }
}

function mentions(call: PyNode, target: string | null): boolean {
  const first = field(call, "arguments")?.children[0];
  return target !== null && first !== undefined && text(first).startsWith(target);
}
