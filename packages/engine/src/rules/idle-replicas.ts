import type { Fact } from "../domain/deployment.ts";
import { formatNumber } from "../domain/format.ts";
import { calmReplicas, TAIL_RISK_UTILIZATION } from "../evidence/fleet.ts";
import { howToMeasureEffect } from "../evidence/how-to-measure.ts";
import { flagValue, replaced } from "./edit-lines.ts";
import { impactOf, wasteAgainst } from "./fleet-waste.ts";
import type { Rule, RuleFinding, RuleSubject } from "./rule.ts";
import { threshold } from "./threshold.ts";
import { placed, trafficAssumed } from "./words.ts";

const why = "A replica that waits draws the idle power of its GPUs with the weights loaded, day and night.";
const AUTOSCALE =
  "kind: ScaledObject  # KEDA; a HorizontalPodAutoscaler cannot go to 0\nspec:\n  minReplicaCount: 1\n  maxReplicaCount: MOST\n  triggers: [{type: prometheus, metadata: {query: 'sum(vllm:num_requests_running)', threshold: '32'}}]";

export const idleReplicas: Rule = {
  id: "idle-replicas",
  title: "Replicas that wait",
  description:
    "More replicas stay on than the traffic needs and nothing scales them down (or the autoscaler's minimum is as high), or a development stage keeps datacenter GPUs on all month. The waste comes from the load model; under a traffic that nobody stated it is at most a warning. Silent for jobs, for as many replicas as availability asks for, and where the deployment cannot be estimated, except for the development stage.",
  why,
  default_severity: "warning",
  example: {
    language: "yaml",
    before: "kind: Deployment\nspec:\n  replicas: 8  # for the traffic of 2",
    after: "kind: ScaledObject\nspec:\n  minReplicaCount: 2\n  maxReplicaCount: 8",
  },
  evidence: ({ physics, usable }) => {
    const read = usable.filter((row) => row.idle_loaded_w !== undefined).map(({ id }) => id);
    const factor = physics.loaded_idle_factor;
    const said = factor
      ? `Idle power with weights loaded is taken as ${factor.value} times the card's idle power (${factor.basis}).`
      : "";
    const measured =
      read.length > 0 ? "Where rows of a card read it, it is theirs." : `${howToMeasureEffect("idle", null)}.`;
    return { says: [`By the load model of docs/method.md. ${said} ${measured}`.replace("  ", " ")], ids: read };
  },
  check: (subject) => {
    const { deployment } = subject;
    if (deployment.purpose === "training" || deployment.short_lived) return [];
    const waiting = moreThanNeeded(subject);
    return waiting ? [waiting] : developmentStage(subject);
  },
};

/** Replicas that stay on whatever the load: fixed, or the least that the autoscaler keeps. */
function floorOf({ deployment: { facts } }: RuleSubject): Fact<number> | null {
  if (facts.replicas_min) return facts.replicas_min;
  if (facts.autoscaled?.value || facts.replicas_max) return null;
  return facts.replicas ?? null;
}

function moreThanNeeded(subject: RuleSubject): RuleFinding | null {
  const { fleet, resolved, catalogue, deployment } = subject;
  const floor = floorOf(subject);
  if (!floor || fleet?.kind !== "estimated" || !resolved) return null;
  const needed = calmReplicas(fleet.utilization, resolved.demand.replicas ?? 1);
  if (floor.value <= needed) return null;
  const waste = wasteAgainst(subject, {}, needed);
  if (!waste || waste.value <= 0) return null;
  const assumed = trafficAssumed(subject);
  // A second replica stands for availability, not for load.
  if (floor.value <= threshold(catalogue, "available_replicas")) return null;
  const kept = deployment.facts.replicas_min ? "the autoscaler's least" : "nothing scales them down";
  const traffic = `${assumed ? "assumed" : "stated"} ${formatNumber(resolved.demand.requests_per_month)} requests a month`;
  const own =
    floor === deployment.facts.replicas
      ? flagValue("replicas|replicaCount|replica_count", String(floor.value), String(needed))
      : null;
  return {
    ...placed(floor.at),
    message: `${floor.value} replicas stay on (${kept}); the ${traffic} need ${needed} at ${formatNumber(100 * TAIL_RISK_UTILIZATION)} % of their capacity.`,
    ...impactOf(waste),
    why,
    ...(assumed ? { at_most: "warning" as const } : {}),
    fix: {
      description: assumed
        ? "State the traffic (requests_per_month), then scale with the load: fewer fixed replicas, or an autoscaler."
        : `Keep ${needed} ${needed === 1 ? "replica" : "replicas"} and let an autoscaler add more.`,
      code: AUTOSCALE,
      ...(own && !assumed
        ? replaced(subject.file, floor.at, [...own.own, [new RegExp(`^${floor.value}(?!\\d)`), String(needed)]])
        : {}),
    },
  };
}

const DEVELOPMENT =
  /^(?:dev|development|test|testing|qa|staging|stage|sandbox|demo|preview)(?:[-_.].{0,100})?$|[-_.](?:dev|test|qa|staging|sandbox|demo)$/i;

/** A stage for developers that never sleeps on datacenter GPUs. */
function developmentStage({ deployment, resolved, fleet, board }: RuleSubject): readonly RuleFinding[] {
  const { environment, namespace, replicas, replicas_min, autoscaled, gpus_per_replica } = deployment.facts;
  const stage = [environment, namespace].find(
    (fact) => fact !== undefined && DEVELOPMENT.test(fact.value.slice(0, 200)),
  );
  const floor = replicas_min?.value ?? (autoscaled?.value ? 0 : (replicas?.value ?? 1));
  const assumed = resolved?.configuration.assumed.includes("hardware_platform") ?? false;
  const gpu = assumed ? undefined : (resolved?.workload.gpu ?? board);
  const each = gpus_per_replica?.value ?? resolved?.workload.num_gpus;
  // Whoever states its hours knows that it sleeps.
  if (
    !stage ||
    floor === 0 ||
    gpu?.class !== "datacenter" ||
    each === undefined ||
    resolved?.demand.hours_per_month !== undefined
  )
    return [];
  const gpus = floor * each;
  const idle =
    fleet?.kind === "estimated" ? ` About ${formatNumber(fleet.idle_kwh.value, 2)} kWh a month are idle time.` : "";
  return [
    {
      ...placed(stage.at),
      message: `The stage "${stage.value.slice(0, 60)}" keeps ${gpus} × ${gpu.name} on all month.${idle} How many hours it is used is not known, so no share is given.`,
      impact_percent: null,
      evidence: [],
      how_to_measure: howToMeasureEffect("idle", deployment.facts.model_id?.value ?? null),
      why,
      at_most: "warning",
      fix: {
        description: "Scale it to zero outside working hours, or share a smaller card.",
        code: 'kind: ScaledObject\nspec:\n  minReplicaCount: 0\n  triggers: [{type: cron, metadata: {timezone: UTC, start: "0 8 * * 1-5", end: "0 18 * * 1-5", desiredReplicas: "1"}}]',
      },
    },
  ];
}
