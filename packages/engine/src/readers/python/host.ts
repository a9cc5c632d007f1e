import { parseAccelerator } from "../accelerator.ts";
import { visibleDevices } from "../engine-environment.ts";
import { emptySheet, type FactSheet, setFact, setUnresolved } from "../fact-sheet.ts";
import { isCount } from "../whole-number.ts";
import { type CallArguments, callArguments } from "./arguments.ts";
import { evaluate } from "./evaluate.ts";
import { calleeName, type PyModule } from "./module.ts";
import { mapsOver } from "./parameters.ts";
import { positionOf, tellUnknown } from "./state-facts.ts";
import { ancestor, field, type PyNode, text } from "./tree.ts";
import type { PyValue } from "./value.ts";

/** What the host of the code gives it: GPUs, replicas and concurrency that decorators and options state (Modal, Ray Serve, BentoML, Beam). */
export function readHost(module: PyModule, sheet: FactSheet, node: PyNode): void {
  const found = emptySheet();
  for (const { call, name } of hostCalls(module, node)) {
    const args = callArguments(module, call);
    if (/(?:^|\.)(?:deployment|options)$/.test(name)) readRayServe(found, args);
    else if (/(?:^|\.)remote$/.test(name)) readRayActor(found, args.keywords);
    else if (/(?:^|\.)service$/.test(name)) readBento(found, args);
    else readServerless(module, found, args, name);
  }
  readVisibleDevices(module, found);
  readChainlet(module, found, node);
  // What the code itself states is nearer to the model than its host.
  Object.assign(sheet.facts, { ...found.facts, ...sheet.facts });
  sheet.unresolved.push(...found.unresolved.filter(({ fact }) => !(fact in sheet.facts)));
}

/** A chainlet's class: `remote_config = chains.RemoteConfig(compute=chains.Compute(gpu="A10G"))`. */
function readChainlet(module: PyModule, sheet: FactSheet, node: PyNode): void {
  const owner = ancestor(node, ["class_definition"]);
  const binding = owner ? module.scopes.bindings.get(owner)?.get("remote_config")?.at(-1) : undefined;
  const config = binding?.value ? evaluate(module, binding.value) : null;
  if (config?.kind !== "call" || config.call.type !== "call") return;
  const compute = callArguments(module, config.call).keywords.get("compute");
  if (compute?.kind !== "call" || compute.call.type !== "call") return;
  const gpu = callArguments(module, compute.call).keywords.get("gpu");
  if (gpu) stateGpu(module, sheet, gpu);
}

/** Calls that name a function to run before the decorated one: Beam's `on_start=load_model`. */
function startingCalls(module: PyModule, name: string): readonly HostCall[] {
  return module.calls.flatMap((call) => {
    const own = field(call, "arguments")?.children.some((argument) => {
      const key = argument.type === "keyword_argument" ? field(argument, "name") : null;
      const value = argument.type === "keyword_argument" ? field(argument, "value") : null;
      return key !== null && value !== null && text(key) === "on_start" && text(value) === name;
    });
    return own ? [{ call, name: calleeName(module, call) ?? "" }] : [];
  });
}

const MAX_OUTER = 30;

interface HostCall {
  readonly call: PyNode;
  readonly name: string;
}

/** Decorators around a node, of the functions that call its own, and `.options(…)` of its class. */
function hostCalls(module: PyModule, node: PyNode): readonly HostCall[] {
  const found: HostCall[] = [];
  const seen = new Set<PyNode>();
  const visit = (from: PyNode, depth: number) => {
    for (let at: PyNode | null = from; at; at = at.parent) {
      module.budget.steps -= 1;
      if ((at.type !== "function_definition" && at.type !== "class_definition") || seen.has(at)) continue;
      seen.add(at);
      found.push(...decoratorsOf(module, at));
      const name = field(at, "name");
      const own = name ? text(name) : "";
      if (module.content.includes("on_start")) found.push(...startingCalls(module, own));
      if (at.type === "class_definition") {
        found.push(...callsNamed(module, `${own}.options`));
        found.push(...mapsOver(module, own).map((call) => ({ call, name: "map.remote" })));
      }
      if (depth > 0 || seen.size > MAX_OUTER) continue;
      // A function that the decorated one calls runs on the same host.
      for (const site of (module.callsOf.get(own) ?? []).slice(0, MAX_OUTER)) visit(site, depth + 1);
    }
  };
  visit(node, 0);
  return found;
}

const callsNamed = (module: PyModule, name: string): readonly HostCall[] =>
  (module.callsOf.get(name) ?? []).map((call) => ({ call, name }));

function decoratorsOf(module: PyModule, definition: PyNode): readonly HostCall[] {
  if (definition.parent?.type !== "decorated_definition") return [];
  return definition.parent.children.flatMap((decorator) => {
    const call = decorator.type === "decorator" ? decorator.children[0] : undefined;
    const name = call?.type === "call" ? calleeName(module, call) : null;
    return call && name !== null ? [{ call, name }] : [];
  });
}

/** Modal, Beam and others alike: `@app.cls(gpu="A100:2", max_containers=4)`. */
function readServerless(module: PyModule, sheet: FactSheet, { keywords, passedAt }: CallArguments, name: string): void {
  const gpu = keywords.get("gpu");
  if (gpu) stateGpu(module, sheet, gpu);
  if (gpu || /(?:^|\.)(?:cls|function)$/.test(name)) {
    const min = keywords.get("min_containers") ?? keywords.get("keep_warm");
    const max = keywords.get("max_containers") ?? keywords.get("concurrency_limit");
    stateCount(sheet, "replicas_min", min, 0);
    stateCount(sheet, "replicas_max", max, 1);
    const at = [...passedAt.entries()].find(([key]) =>
      /^(?:min_containers|keep_warm|max_containers|concurrency_limit|scaledown_window|container_idle_timeout|gpu)$/.test(
        key,
      ),
    )?.[1];
    if (at) setFact(sheet, "autoscaled", true, positionOf(at), name.split(".")[0] === "modal" ? "Modal" : "serverless");
    const region = keywords.get("region");
    if (region?.kind === "string") setFact(sheet, "region", region.value, positionOf(region.at));
  }
  stateCount(sheet, "max_concurrency", keywords.get("max_inputs") ?? keywords.get("allow_concurrent_inputs"), 1);
}

/** `"H100:2"`, `modal.gpu.A100(count=2, size="80GB")`; None and False ask for none. */
function stateGpu(module: PyModule, sheet: FactSheet, value: PyValue): void {
  const at = positionOf(value.at);
  if (value.kind === "none" || (value.kind === "boolean" && !value.value)) return;
  if (value.kind === "string") {
    const found = parseAccelerator(value.value);
    if (!found || /^any$/i.test(found.name)) setUnresolved(sheet, "hardware_platform", value.value, "names no GPU", at);
    else {
      setFact(sheet, "hardware_platform", found.name, at, value.value);
      setFact(sheet, "gpus_per_replica", found.count, at, value.value);
    }
    return;
  }
  if (value.kind === "call" && value.call.type === "call" && /(?:^|\.)gpu\.\w{1,20}$/.test(value.name ?? "")) {
    const { keywords } = callArguments(module, value.call);
    const size = keywords.get("size") ?? keywords.get("memory");
    const name = (value.name ?? "").split(".").at(-1) ?? "";
    const memory = size?.kind === "string" ? `-${size.value}` : size?.kind === "number" ? `-${size.value}GB` : "";
    setFact(sheet, "hardware_platform", name + memory, at);
    const count = keywords.get("count");
    if (count) stateCount(sheet, "gpus_per_replica", count, 1);
    else setFact(sheet, "gpus_per_replica", 1, at);
    return;
  }
  if (value.kind === "list") {
    const first = value.items[0];
    if (first && value.items.length === 1) stateGpu(module, sheet, evaluate(module, first));
    else setUnresolved(sheet, "hardware_platform", text(value.at), "several are allowed", at);
    return;
  }
  tellUnknown(sheet, "hardware_platform", value);
  tellUnknown(sheet, "gpus_per_replica", value);
}

function readRayServe(sheet: FactSheet, { keywords }: CallArguments): void {
  readRayActor(sheet, keywords);
  const actor = keywords.get("ray_actor_options");
  if (actor?.kind === "dict") readRayActor(sheet, actor.entries);
  const replicas = keywords.get("num_replicas");
  if (replicas?.kind === "string") setFact(sheet, "autoscaled", true, positionOf(replicas.at), "Ray Serve");
  else stateCount(sheet, "replicas", replicas, 0);
  const scaling = keywords.get("autoscaling_config");
  if (scaling?.kind === "dict") readAutoscaling(sheet, scaling);
  stateCount(
    sheet,
    "max_concurrency",
    keywords.get("max_ongoing_requests") ?? keywords.get("max_concurrent_queries"),
    1,
  );
}

/** `{"min_replicas": 1, "max_replicas": 4}`. */
export function readAutoscaling(sheet: FactSheet, value: Extract<PyValue, { kind: "dict" }>): void {
  stateCount(sheet, "replicas_min", value.entries.get("min_replicas"), 0);
  stateCount(sheet, "replicas_max", value.entries.get("max_replicas"), 1);
  setFact(sheet, "autoscaled", true, positionOf(value.at), "Ray Serve");
}

function readRayActor(sheet: FactSheet, keywords: ReadonlyMap<string, PyValue>): void {
  stateCount(sheet, "gpus_per_replica", keywords.get("num_gpus"), 0);
  const type = keywords.get("accelerator_type");
  if (type?.kind === "string")
    setFact(sheet, "hardware_platform", type.value.replace(/^accelerator_type:/, ""), positionOf(type.at));
  else if (type?.kind === "symbol") setFact(sheet, "hardware_platform", rayName(type.name), positionOf(type.at));
}

/** `ray.util.accelerators.NVIDIA_TESLA_V100` → `V100`. */
const rayName = (name: string): string =>
  (name.split(".").at(-1) ?? name).replace(/^NVIDIA_(?:TESLA_)?/, "").replaceAll("_", "-");

/** `@bentoml.service(resources={"gpu": 1, "gpu_type": "nvidia-l4"}, traffic={"concurrency": 8})`. */
function readBento(sheet: FactSheet, { keywords }: CallArguments): void {
  const resources = keywords.get("resources");
  if (resources?.kind === "dict") {
    stateCount(sheet, "gpus_per_replica", resources.entries.get("gpu"), 0);
    const type = resources.entries.get("gpu_type");
    if (type?.kind === "string") setFact(sheet, "hardware_platform", type.value, positionOf(type.at));
  }
  const traffic = keywords.get("traffic");
  if (traffic?.kind === "dict") {
    stateCount(
      sheet,
      "max_concurrency",
      traffic.entries.get("max_concurrency") ?? traffic.entries.get("concurrency"),
      1,
    );
  }
}

type HostCount = "gpus_per_replica" | "replicas" | "replicas_min" | "replicas_max" | "max_concurrency";

function stateCount(sheet: FactSheet, fact: HostCount, value: PyValue | undefined, least: number): void {
  if (!value || value.kind === "none") return;
  if (value.kind === "number" && isCount(value.value, least)) setFact(sheet, fact, value.value, positionOf(value.at));
  else if (value.kind === "number") setUnresolved(sheet, fact, text(value.at), "no whole number", positionOf(value.at));
  else tellUnknown(sheet, fact, value);
}

/** `os.environ["CUDA_VISIBLE_DEVICES"] = "0,1"` in the module. */
function readVisibleDevices(module: PyModule, sheet: FactSheet): void {
  for (const binding of module.scopes.bindings.get(module.root)?.get("os.environ[]") ?? []) {
    const key = binding.key ? evaluate(module, binding.key) : null;
    const value = binding.value ? evaluate(module, binding.value) : null;
    if (key?.kind !== "string" || key.value !== "CUDA_VISIBLE_DEVICES" || value?.kind !== "string") continue;
    const count = visibleDevices(value.value);
    if (count !== null && count > 0) setFact(sheet, "gpus_per_replica", count, positionOf(binding.at));
  }
}
