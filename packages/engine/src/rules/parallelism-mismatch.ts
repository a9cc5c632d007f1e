import type { Facts } from "../domain/deployment.ts";
import { formatNumber } from "../domain/format.ts";
import { unusedKwh } from "../evidence/fleet.ts";
import { type GpusUsed, gpusUsed } from "./gpus-used.ts";
import type { Rule, RuleFinding, RuleSubject } from "./rule.ts";
import { byArithmetic } from "./rule-evidence.ts";
import { placed } from "./words.ts";

const why =
  "An engine uses as many GPUs as tensor × pipeline × data parallel say: fewer than it was given leave cards idle that are paid for and powered, more do not start.";

export const parallelismMismatch: Rule = {
  id: "parallelism-mismatch",
  title: "Parallelism and GPUs do not agree",
  description:
    "Tensor × pipeline × data parallel is not the number of GPUs that a replica asks for; or the attention heads do not divide by the tensor parallel size; or the replicas ask for more GPUs than the namespace's quota; or fixed replicas lie outside an autoscaler's bounds. Idle cards are counted at their idle power, here and in the deployment's estimate; what does not start has no number and is a warning. Right, and silent: a replica over several pods or nodes (tensor parallel 2 with one GPU per pod on two nodes), counts that could not be read, and engines that take all GPUs they see.",
  why,
  default_severity: "warning",
  example: {
    language: "yaml",
    before: "args: [--model=MODEL]  # one GPU by default\nresources: {limits: {nvidia.com/gpu: 4}}",
    after: "args: [--model=MODEL, --tensor-parallel-size=4]\nresources: {limits: {nvidia.com/gpu: 4}}",
  },
  evidence: () => byArithmetic("Counting, and the idle power of the catalogue's GPUs."),
  check: (subject) => {
    const { facts, purpose } = subject.deployment;
    if (purpose === "training") return [];
    const one = againstGpus(subject) ?? heads(subject);
    return [one, againstQuota(facts), againstScaler(facts)].filter((found) => found !== null);
  },
};

function againstGpus(subject: RuleSubject): RuleFinding | null {
  const counts = gpusUsed(subject.deployment);
  if (!counts || counts.used === counts.given.value) return null;
  // What does not start on the GPUs that are used is one cause, and model-gpu-fit's to tell.
  if (counts.used < counts.given.value && subject.fleet?.kind === "does-not-fit") return null;
  return counts.used > counts.given.value ? tooFew(counts) : idleGpus(subject, counts);
}

const gpusText = (n: number): string => `${n} ${n === 1 ? "GPU" : "GPUs"}`;

function tooFew({ used, given, stated }: GpusUsed): RuleFinding {
  return {
    ...placed((stated ?? given).at),
    message: `Tensor × pipeline × data parallel is ${used}, and a replica asks for ${gpusText(given.value)}: the engine does not start.`,
    impact_percent: null,
    evidence: [],
    why,
    fix: {
      description: `Ask for ${gpusText(used)} per replica, or set the parallel size to ${given.value}.`,
      code: `--tensor-parallel-size ${given.value}`,
    },
  };
}

function idleGpus(subject: RuleSubject, { used, given, stated }: GpusUsed): RuleFinding {
  const idle = given.value - used;
  const how = stated
    ? `uses ${gpusText(used)}`
    : `uses ${gpusText(used)}: no parallel size is set, and 1 is its default`;
  return {
    ...placed((stated ?? given).at),
    message: `A replica asks for ${gpusText(given.value)}, and the engine ${how}. ${gpusText(idle)} of each replica ${idle === 1 ? "does" : "do"} nothing.`,
    impact_percent: idleShare(subject, idle),
    evidence: [],
    why,
    fix: {
      description: `Ask for ${gpusText(used)}, or let the engine use ${used === 1 && !stated ? "them all" : `all ${given.value}`}.`,
      code: `nvidia.com/gpu: ${used}    # or: --tensor-parallel-size ${given.value}`,
    },
  };
}

/** The idle cards' energy beside the whole deployment's: they draw idle power all month, loaded with nothing. */
function idleShare({ resolved, fleet, catalogue }: RuleSubject, idle: number): RuleFinding["impact_percent"] {
  if (!resolved || fleet?.kind !== "estimated" || resolved.configuration.assumed.includes("hardware_platform"))
    return null;
  const { workload, demand } = resolved;
  if (demand.replicas === null) return null;
  const kwh = unusedKwh({ workload, demand: { ...demand, unused_gpus: idle } }, catalogue)?.value;
  if (kwh === undefined) return null;
  const { low, high } = fleet.monthly.energy_kwh;
  const share = (of: number) => Math.min(100, (100 * kwh) / Math.max(of, kwh));
  return { low: share(high), high: share(low) };
}

/** A layer's heads are split over the tensor-parallel GPUs. */
function heads({ deployment: { facts }, resolved, catalogue }: RuleSubject): RuleFinding | null {
  // A count of GPUs that nobody measured leaves nothing resolved; the model is known all the same.
  const model = resolved?.workload.model ?? catalogue.modelById.get(facts.model_id?.value ?? "");
  const count = model?.architecture?.heads;
  const tp = facts.tensor_parallel;
  if (!tp || !count || tp.value < 1 || count % tp.value === 0) return null;
  return {
    ...placed(tp.at),
    message: `Tensor parallel ${tp.value} does not divide the model's ${count} attention heads: the engine does not start.`,
    impact_percent: null,
    evidence: [],
    why,
    fix: { description: "Choose a size that divides the heads; spread the rest by pipeline parallelism.", code: "" },
  };
}

function againstQuota({ gpu_quota, gpus_per_replica, replicas, replicas_max }: Facts): RuleFinding | null {
  const most = replicas_max ?? replicas;
  const asked = (most?.value ?? 1) * (gpus_per_replica?.value ?? 0);
  if (!gpu_quota || !gpus_per_replica || asked <= gpu_quota.value) return null;
  return {
    ...placed((most ?? gpus_per_replica).at),
    message: `${most?.value ?? 1} ${replicas_max ? "replicas at most" : "replicas"} × ${gpusText(gpus_per_replica.value)} = ${asked}, and the namespace's quota is ${gpusText(gpu_quota.value)}: the rest stays pending.`,
    impact_percent: null,
    evidence: [],
    why: "Pods beyond the quota are never scheduled: the fleet serves less than its files say.",
    fix: {
      description: `At most ${Math.floor(gpu_quota.value / gpus_per_replica.value)} replicas fit the quota.`,
      code: `replicas: ${Math.floor(gpu_quota.value / gpus_per_replica.value)}`,
    },
  };
}

function againstScaler({ replicas, replicas_min, replicas_max }: Facts): RuleFinding | null {
  const [low, high] = [replicas_min?.value ?? 0, replicas_max?.value ?? Number.POSITIVE_INFINITY];
  if (!replicas || (replicas.value >= low && replicas.value <= high)) return null;
  const bounds = `${formatNumber(low)} to ${Number.isFinite(high) ? formatNumber(high) : "any number"}`;
  return {
    ...placed(replicas.at),
    message: `${replicas.value} replicas are fixed, and the autoscaler keeps ${bounds}: each deploy jumps to ${replicas.value} and back.`,
    impact_percent: null,
    evidence: [],
    why: "A fixed count beside an autoscaler overrides it on every apply.",
    at_most: "info",
    fix: { description: "Leave replicas out where an autoscaler decides.", code: "" },
  };
}
