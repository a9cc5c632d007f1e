import type { Deployment, Fact } from "../domain/deployment.ts";

/** Kinds whose replica may span several pods, so that the GPUs of one pod are not all. */
const SPANS_PODS = /LeaderWorkerSet|Ray|StatefulSet|MPIJob|PyTorchJob|LLMInferenceService|NIM|Dynamo/i;
/** Engines that run on one GPU unless told otherwise; the others take all that they see. */
const ONE_BY_DEFAULT: readonly string[] = ["vllm", "sglang"];

export interface GpusUsed {
  /** What the engine runs on: tensor × pipeline × data parallel. */
  readonly used: number;
  /** What a replica asks for. */
  readonly given: Fact<number>;
  /** Where the parallel size is stated; null: it is the engine's default. */
  readonly stated: Fact<number> | null;
}

/** GPUs of a replica that its engine uses beside those that it asks for; null where the files do not tell. */
export function gpusUsed({ facts, unresolved, format }: Deployment): GpusUsed | null {
  const { tensor_parallel: tp, pipeline_parallel: pp, data_parallel: dp, gpus_per_replica: given } = facts;
  if (!given || given.value < 1 || facts.mig_profile || (facts.device && facts.device.value !== "gpu")) return null;
  const sizes: readonly string[] = [
    "tensor_parallel",
    "pipeline_parallel",
    "data_parallel",
    "nodes_per_replica",
    "gpus_per_replica",
    "document",
  ];
  if (unresolved.some(({ fact }) => sizes.includes(fact))) return null;
  if (!facts.nodes_per_replica && SPANS_PODS.test(format)) return null;
  const stated = tp ?? pp ?? dp ?? null;
  if (!stated && !ONE_BY_DEFAULT.includes(facts.framework?.value ?? "")) return null;
  return { used: (tp?.value ?? 1) * (pp?.value ?? 1) * (dp?.value ?? 1), given, stated };
}

/** GPUs of a replica that its engine leaves alone, as far as the files tell. */
export function unusedGpus(deployment: Deployment): number {
  const counts = gpusUsed(deployment);
  return counts && counts.used >= 1 ? Math.max(0, counts.given.value - counts.used) : 0;
}
