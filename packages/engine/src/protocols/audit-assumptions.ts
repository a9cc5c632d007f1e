import type { Deployment } from "../domain/deployment.ts";
import type { Resolved } from "../domain/request.ts";
import { VLLM_DEFAULT_MAX_NUM_SEQS } from "../readers/engine-flags.ts";
import { gpusUsed } from "../rules/gpus-used.ts";
import type { AuditOptions } from "./audit-options.ts";
import { keepsBusy } from "./audit-traffic.ts";

const DAEMON_SET = /\/DaemonSet$/;

/** Shown to the reader of a report: what no file and no option said. Precision follows from the quantization. */
export function assumptions(
  resolved: Resolved,
  deployment: Deployment,
  options: AuditOptions,
  quantization: string | undefined,
) {
  const { facts, format } = deployment;
  const { configuration } = resolved;
  const named = configuration.assumed
    .filter((name) => name !== "precision")
    .map((name) => ({ name, value: String(Reflect.get(configuration, name)) }));
  const cloudRegion = facts.region?.value ?? options.region;
  if (cloudRegion !== undefined && resolved.warnings.some(({ code }) => code === "cloud-region-by-country"))
    named.push({
      name: "region",
      value: `${configuration.region} (the country of ${cloudRegion.slice(0, 60)}, whose own grid is not known)`,
    });
  const scaled = facts.replicas_min ?? facts.replicas_max;
  if (scaled) {
    const bounds = `${facts.replicas_min?.value ?? 1} to ${facts.replicas_max?.value ?? "any number"}`;
    named.push({ name: "replicas", value: `${configuration.replicas ?? 1} (what the traffic needs, of ${bounds})` });
  } else if (!facts.replicas && options.replicas === undefined) {
    const one = DAEMON_SET.test(format) ? "1 (one on each node that it runs on, and how many is not stated)" : "1";
    named.push({ name: "replicas", value: one });
  }
  if (keepsBusy(deployment, options)) named.push({ name: "utilization", value: "1 (a job keeps its GPUs busy)" });
  const counts = gpusUsed(deployment);
  if (counts && counts.stated === null && counts.used < counts.given.value) {
    named.push({ name: "tensor_parallel", value: `${counts.used} (the engine's default)` });
  }
  if (configuration.framework === "vllm") {
    if (!facts.max_num_seqs)
      named.push({ name: "max_num_seqs", value: `${VLLM_DEFAULT_MAX_NUM_SEQS} (vLLM's default)` });
  } else if (!facts.batch_size) named.push({ name: "batch_size", value: "1" });
  if (facts.max_new_tokens && configuration.generation_length === facts.max_new_tokens.value) {
    named.push({
      name: "generation_length",
      value: `${configuration.generation_length} (the limit that the file sets)`,
    });
  }
  if (facts.load_in_4bit?.value && facts.bnb_4bit_quant_type?.value !== "nf4") {
    named.push({ name: "quantization", value: `${quantization ?? "nf4"} (fp4 has the same bytes and kernels)` });
  }
  return named;
}
