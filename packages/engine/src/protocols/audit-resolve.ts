import type { Catalogue } from "../domain/catalogue.ts";
import { defined } from "../domain/defined.ts";
import type { Deployment, FactName, Facts, Unresolved } from "../domain/deployment.ts";
import { ENGINE_NAMES } from "../domain/framework.ts";
import type { Gpu } from "../domain/gpu.ts";
import type { Problem } from "../domain/problem.ts";
import type { Resolved } from "../domain/request.ts";
import { howToMeasure, howToMeasureServer } from "../evidence/how-to-measure.ts";
import { checkpointFormat } from "../rules/checkpoint.ts";
import { unusedGpus } from "../rules/gpus-used.ts";
import { assumptions } from "./audit-assumptions.ts";
import { withAutoscaler, withBound, withHours, withSlice, withUnused } from "./audit-fleet.ts";
import { howToNameHardware, howToState } from "./audit-how.ts";
import { type HardwareName, hardwareNamed } from "./audit-instance.ts";
import { modelNamed } from "./audit-model.ts";
import type { AuditOptions } from "./audit-options.ts";
import { place, regionOf } from "./audit-place.ts";
import { LENGTH_BOUNDS } from "./parameters.ts";
import { resolveRequest } from "./resolve.ts";

export interface ResolvedDeployment {
  /** What rules see; null where model or precision are not known. */
  readonly resolved: Resolved | null;
  /** Why there is no estimate; null = there may be one. */
  readonly blocked: { readonly why: string; readonly how_to_measure: string } | null;
  readonly assumed: readonly { readonly name: string; readonly value: string }[];
  /** What the file states and the catalogue does not know. */
  readonly unresolved: readonly Unresolved[];
}

const EXAMPLE_MODEL = "meta-llama/Llama-3.1-8B-Instruct";

const blocked = (why: string, how: string, resolved: Resolved | null = null): ResolvedDeployment => ({
  resolved,
  blocked: { why, how_to_measure: how },
  assumed: [],
  unresolved: [],
});

/** Facts → the contract's parameters → a resolved request. What the file does not say comes from the options, else the defaults, listed. */
export function resolveDeployment(
  deployment: Deployment,
  options: AuditOptions,
  catalogue: Catalogue,
): ResolvedDeployment {
  const { facts } = deployment;
  const lost = (fact: FactName) => deployment.unresolved.find((entry) => entry.fact === fact);
  const model = facts.model_id;
  if (!model) {
    const why = lost("model_id")?.why;
    return blocked(
      `The model is not known${why ? `: ${why}` : ""}.`,
      howToState("model_id", EXAMPLE_MODEL, deployment, options),
    );
  }
  const quantization = quantizationOf(facts, catalogue);
  if (quantization === null || (!facts.quantization && lost("quantization"))) {
    const entry = lost("quantization");
    const why = entry ? `: ${entry.text} (${entry.why})` : ": the checkpoint's format is not in the evidence";
    return blocked(
      `The precision is not known${why}.`,
      "Measure this deployment, or state a precision that is measured.",
    );
  }
  const gpus = unreadGpuCount(deployment);
  if (gpus) {
    const why = `The number of GPUs is not known: ${gpus.text} (${gpus.why}).`;
    return blocked(why, "State the number of whole GPUs of a replica in the file; a share of one is not measured.");
  }
  const device = facts.device?.value ?? "gpu";
  if (device !== "gpu") {
    const on = device === "cpu" ? "the CPU" : `a device that is no GPU (${device})`;
    return blocked(`It runs on ${on}: every measurement is of a GPU board.`, "Measure the whole machine's power.");
  }
  const framework = facts.framework?.value ?? "transformers";
  const region = regionOf(facts, options, catalogue);
  const hardware = hardwareOf(facts, options, catalogue);
  // A card without bfloat16: rules see the deployment as it would be in fp16, and no estimate is made of what does not run.
  const bf16 = quantization === "bf16" && lacksBf16(hardware, catalogue);
  const record = {
    model_id: modelNamed(model.value, catalogue),
    ...("id" in hardware ? { hardware_platform: hardware.id } : {}),
    ...(quantization === undefined
      ? {}
      : { quantization: bf16 ? "fp16" : quantization === "nf4_dq" ? "nf4" : quantization }),
    ...gpuCount(deployment, "gpus" in hardware ? hardware.gpus : undefined),
    framework: framework === "transformers" ? ("transformers" as const) : ("vllm" as const),
    ...lengths(facts),
    ...(deployment.short_lived && options.hours_per_month === undefined
      ? {}
      : { replicas: facts.replicas?.value ?? options.replicas ?? 1 }),
    ...place(region, options),
    ...traffic(options),
  };
  const outcome = resolveRequest(record, catalogue);
  if (!outcome.ok) {
    const { problem } = outcome;
    const isModel = problem.errors.some(({ parameter }) => parameter === "model_id");
    const how = isModel ? howToState("model_id", EXAMPLE_MODEL, deployment, options) : howOf(problem);
    return blocked(`${problemText(problem)}.`, how);
  }
  const timed = withUnused(withHours(outcome.value, options), unusedGpus(deployment));
  const sliced = withSlice(withBound(timed, facts, quantization === "nf4_dq"), facts);
  const resolved = "why" in hardware ? sliced : withAutoscaler(sliced, facts, catalogue);
  const unresolved = region.unresolved ? [region.unresolved] : [];
  const stop = (why: string, how: string) => ({ ...blocked(why, how, resolved), unresolved });
  if (framework !== "transformers" && framework !== "vllm") {
    const engine = ENGINE_NAMES[framework];
    const why = `No measurement of ${engine} exists, and another engine's is not carried over; rules that need none were checked.`;
    return stop(why, howToMeasureServer(resolved.workload, engine));
  }
  if ("why" in hardware) {
    if (facts.hardware_platform || !options.assume_hardware) {
      return stop(hardware.why, howToNameHardware(deployment, options));
    }
  }
  if (bf16)
    return stop(`${resolved.workload.gpu.name} has no bfloat16.`, "Use float16 on this card, then estimate again.");
  if (facts.mig_profile) {
    const why = `A slice of a GPU (${facts.mig_profile.value}) is not measured: its share of the board's power is not known.`;
    return stop(why, howToMeasure(resolved.workload));
  }
  if (facts.gpus_per_replica?.value === 0) return stop("No GPU is asked for.", "State the GPUs of a replica.");
  const replicas = facts.replicas || options.replicas !== undefined ? undefined : lost("replicas");
  if (replicas) {
    const why = `The number of replicas is not known: ${replicas.text} (${replicas.why}).`;
    return stop(why, howToState("replicas", 2, deployment, options));
  }
  const bound = unreadBound(deployment, resolved.workload.framework === "vllm" ? "max_num_seqs" : "batch_size");
  if (bound) {
    const why = `The batch is not known: ${bound.text} (${bound.why}).`;
    return stop(why, `State ${bound.fact} in the file: the energy per token depends on it.`);
  }
  if (deployment.short_lived && options.hours_per_month === undefined) {
    const how = howToState("hours_per_month", 30, deployment, options);
    return stop("A job runs for a while, not all month: its hours are not stated.", how);
  }
  return { resolved, blocked: null, assumed: assumptions(resolved, deployment, options, quantization), unresolved };
}

const lacksBf16 = (hardware: HardwareName, catalogue: Catalogue): boolean =>
  "id" in hardware && catalogue.gpuById.get(hardware.id)?.supports_bf16 === false;

/** undefined: the file states none (the contract's fp16); null: it is something that no evidence knows. */
function quantizationOf(facts: Facts, catalogue: Catalogue): string | undefined | null {
  if (facts.quantization) return facts.quantization.value;
  const format = checkpointFormat(facts.model_id?.value ?? "", catalogue);
  if (format === "bitsandbytes") return /8[-_]?bit/i.test(facts.model_id?.value ?? "") ? "int8_default" : "nf4";
  if (format === "gguf" || format === "nvfp4" || format === "other") return null;
  if (format) return format;
  const dtype = facts.dtype?.value;
  return dtype === undefined || dtype === "auto" ? undefined : dtype;
}

function hardwareOf(facts: Facts, options: AuditOptions, catalogue: Catalogue): HardwareName {
  const stated = facts.hardware_platform?.value ?? options.hardware_platform;
  return stated === undefined ? { why: "GPU type not stated." } : hardwareNamed(stated, catalogue);
}

/** The card that the file names, for rules that need no more than it; hours that are stated say that it sleeps. */
export function boardOf({ facts }: Deployment, options: AuditOptions, catalogue: Catalogue): { readonly board?: Gpu } {
  if (!facts.hardware_platform || (facts.device && facts.device.value !== "gpu")) return {};
  if (options.hours_per_month !== undefined) return {};
  const named = hardwareNamed(facts.hardware_platform.value, catalogue);
  const board = "id" in named ? catalogue.gpuById.get(named.id) : undefined;
  return board ? { board } : {};
}

/** A count that the file states and that could not be read; one that it does not mention is 1, assumed. */
function unreadGpuCount({ facts, unresolved }: Deployment): Unresolved | undefined {
  if (facts.gpus_per_replica) return undefined;
  const counts: readonly string[] = ["gpus_per_replica", "tensor_parallel", "pipeline_parallel"];
  return unresolved.find(({ fact }) => counts.includes(fact) && !(fact in facts));
}

/** A batch, or its bound, that the file states and that could not be read: the engine's default is not what will run. */
const unreadBound = ({ facts, unresolved }: Deployment, fact: "max_num_seqs" | "batch_size"): Unresolved | undefined =>
  facts[fact] ? undefined : unresolved.find((entry) => entry.fact === fact);

/** As stated, less what the engine leaves alone; else what the parallelism takes; else all that its machines hold. */
function gpuCount(deployment: Deployment, machineGpus: number | undefined): { readonly num_gpus?: number } {
  const { gpus_per_replica, tensor_parallel, pipeline_parallel, nodes_per_replica } = deployment.facts;
  const parallel =
    tensor_parallel || pipeline_parallel ? (tensor_parallel?.value ?? 1) * (pipeline_parallel?.value ?? 1) : undefined;
  const machines = machineGpus === undefined ? undefined : machineGpus * (nodes_per_replica?.value ?? 1);
  const given = gpus_per_replica && gpus_per_replica.value - unusedGpus(deployment);
  const count = given ?? parallel ?? machines;
  return count === undefined || count < 1 ? {} : { num_gpus: count };
}

/** The limit on new tokens is the only hint that a file gives about the length of an answer. */
function lengths({ max_new_tokens }: Facts): { readonly generation_length?: number } {
  const stated = max_new_tokens?.value;
  const usable =
    stated !== undefined && Number.isInteger(stated) && stated >= 1 && stated <= LENGTH_BOUNDS.generation.usual_max;
  return usable ? { generation_length: stated } : {};
}

const traffic = ({ requests_per_day, requests_per_month }: AuditOptions) =>
  defined({ requests_per_day, requests_per_month });

const problemText = (problem: Problem): string =>
  problem.errors.length > 0
    ? problem.errors.map((error) => `${error.parameter}: ${error.message} (received ${error.received})`).join("; ")
    : (problem.missing ?? problem.detail);

const howOf = (problem: Problem): string =>
  problem.how_to_measure ?? "State a value that the catalogue knows, or measure this deployment and add the row.";
