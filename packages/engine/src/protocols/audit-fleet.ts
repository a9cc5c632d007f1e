import type { Catalogue } from "../domain/catalogue.ts";
import type { Facts } from "../domain/deployment.ts";
import type { Resolved } from "../domain/request.ts";
import type { Workload } from "../domain/workload.ts";
import { calmReplicas, estimateFleet } from "../evidence/fleet.ts";
import { VLLM_DEFAULT_MAX_NUM_SEQS } from "../readers/engine-flags.ts";
import type { AuditOptions } from "./audit-options.ts";

/** A fleet that is not up all month. */
export function withHours(resolved: Resolved, { hours_per_month }: AuditOptions): Resolved {
  return hours_per_month === undefined ? resolved : { ...resolved, demand: { ...resolved.demand, hours_per_month } };
}

/** GPUs that a replica holds and its engine leaves alone: they idle, and are paid for. */
export function withUnused(resolved: Resolved, unused_gpus: number): Resolved {
  return unused_gpus === 0 ? resolved : { ...resolved, demand: { ...resolved.demand, unused_gpus } };
}

/** A MIG slice holds the memory that its name says: 1g.10gb. */
export function withSlice(resolved: Resolved, { mig_profile }: Facts): Resolved {
  const memory = /\.(\d{1,3})gb/i.exec(mig_profile?.value ?? "")?.[1];
  if (!mig_profile || memory === undefined) return resolved;
  const { gpu } = resolved.workload;
  const slice = {
    ...gpu,
    name: `${gpu.name} (${mig_profile.value})`,
    vram_gb: Number(memory),
    vram_gb_variants: [Number(memory)],
  };
  return { ...resolved, workload: { ...resolved.workload, gpu: slice } };
}

/** Under an autoscaler as many replicas run as the traffic needs, within its bounds. */
export function withAutoscaler(resolved: Resolved, facts: Facts, catalogue: Catalogue): Resolved {
  const { replicas_min: least, replicas_max: most } = facts;
  if ((!least && !most) || resolved.demand.replicas === null) return resolved;
  const one = estimateFleet({ workload: resolved.workload, demand: { ...resolved.demand, replicas: 1 } }, catalogue);
  const needed = one.kind === "estimated" ? calmReplicas(one.utilization, 1) : (facts.replicas?.value ?? 1);
  const replicas = Math.max(least?.value ?? 1, Math.min(needed, most?.value ?? needed));
  return {
    ...resolved,
    demand: { ...resolved.demand, replicas },
    configuration: { ...resolved.configuration, replicas },
  };
}

/** The bound on concurrent sequences stands in for the batch: the load model finds the mean below it. */
export function withBound(resolved: Resolved, facts: Facts, doubleQuantized: boolean): Resolved {
  const batch =
    resolved.workload.framework === "vllm"
      ? (facts.max_num_seqs?.value ?? VLLM_DEFAULT_MAX_NUM_SEQS)
      : (facts.batch_size?.value ?? 1);
  const workload: Workload = {
    ...resolved.workload,
    batch_size: Math.max(1, Math.round(batch)),
    ...(doubleQuantized ? { precision: "nf4_dq" } : {}),
  };
  return {
    ...resolved,
    workload,
    configuration: {
      ...resolved.configuration,
      batch_size: workload.batch_size,
      quantization: workload.precision,
      assumed: resolved.configuration.assumed.filter((name) => name !== "batch_size"),
    },
  };
}
