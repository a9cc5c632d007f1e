import type { Catalogue } from "../domain/catalogue.ts";
import type { Fleet, FleetChange, FleetEstimate } from "../domain/fleet.ts";
import { formatNumber } from "../domain/format.ts";
import type { Demand, Workload } from "../domain/workload.ts";
import { estimateFleet } from "./fleet.ts";

interface Field {
  readonly field: string;
  /** The fleet's own value, as a reader sees it; two that say the same are the same. */
  readonly say: (fleet: Fleet) => string;
  /** The first fleet with the second one's value. */
  readonly take: (fleet: Fleet, from: Fleet) => Fleet;
}
interface Step {
  readonly field: string;
  readonly from: string;
  readonly to: string;
  readonly apply: (fleet: Fleet) => Fleet;
}

/** What a fleet does not have, it has none of. */
const named = (value: Workload[keyof Workload] | Demand[keyof Demand] = 0): string =>
  String(typeof value === "object" && value !== null && "id" in value ? value.id : value);

const picked = <T extends object>(from: T, names: readonly (keyof T)[]): Partial<T> => {
  const part: Partial<T> = {};
  for (const name of names) part[name] = from[name];
  return part;
};

const ofWorkload = (field: string, ...names: readonly (keyof Workload)[]): Field => ({
  field,
  say: ({ workload }) => names.map((name) => named(workload[name])).join(" + "),
  take: (fleet, from) => ({ ...fleet, workload: { ...fleet.workload, ...picked(from.workload, names) } }),
});

const ofDemand = (field: string, name: keyof Demand): Field => ({
  field,
  say: ({ demand }) => named(demand[name]),
  take: (fleet, from) => ({ ...fleet, demand: { ...fleet.demand, ...picked(from.demand, [name]) } }),
});

/** What two fleets may differ in, in the order in which causes are told apart. */
const FIELDS: readonly Field[] = [
  ofWorkload("model", "model"),
  ofWorkload("framework", "framework"),
  ofWorkload("gpu", "gpu"),
  ofWorkload("quantization", "precision"),
  ofWorkload("GPUs per replica", "num_gpus"),
  ofDemand("GPUs without work per replica", "unused_gpus"),
  ofDemand("replicas", "replicas"),
  ofWorkload("max_num_seqs", "batch_size"),
  ofWorkload("lengths", "sequence_length", "generation_length"),
  ofDemand("traffic", "requests_per_month"),
  ofDemand("PUE", "pue"),
];

/** The differences, each as one substitution. */
const stepsBetween = (before: Fleet, after: Fleet): Step[] =>
  FIELDS.flatMap(({ field, say, take }) => {
    const [from, to] = [say(before), say(after)];
    return from === to ? [] : [{ field, from, to, apply: (fleet) => take(fleet, after) }];
  });

type Cause = FleetChange["causes"][number];

/** Below this a difference is rounding. */
const NOTHING_KWH = 1e-9;
/** Below this share of the fleet's energy a bound is told to cost hardly any. */
const HARDLY = 0.005;

const perServedToken = (estimate: FleetEstimate): string =>
  `${formatNumber(estimate.metrics.energy_j_per_1k_tokens.value)} J per 1k tokens`;

function boundCause(step: Step, change: string, load: string, from: FleetEstimate, to: FleetEstimate): Cause {
  const energy_kwh = to.monthly.energy_kwh.value - from.monthly.energy_kwh.value;
  const cause = Number(step.to) < Number(step.from) ? "lost batching" : "more batching";
  const hardlyAny = to.replicas_needed === null && Math.abs(energy_kwh) < HARDLY * to.monthly.energy_kwh.value;
  const costs = cause === "lost batching" ? "costs waiting time and hardly any energy" : "saves hardly any energy";
  const none = `at this traffic a replica serves ${formatNumber(to.mean_concurrency, 2)} requests at a time on average, so the bound ${costs} until traffic grows`;
  const overload =
    to.replicas_needed === null
      ? ""
      : `; a token costs ${perServedToken(from)} → ${perServedToken(to)}, and this traffic needs ${to.replicas_needed} replicas`;
  return {
    cause,
    energy_kwh,
    why: `${change}: ${hardlyAny ? none : `${load}${overload}`}`,
  };
}

function replicaCauses(change: string, load: string, from: FleetEstimate, to: FleetEstimate): Cause[] {
  const idle = to.idle_kwh.value - from.idle_kwh.value;
  const busy = to.busy_kwh.value - from.busy_kwh.value;
  const causes: Cause[] = [
    {
      cause: idle >= 0 ? "idle replicas" : "fewer idle replicas",
      energy_kwh: idle,
      why: `${change}: the same traffic on ${idle >= 0 ? "more" : "fewer"} cards that stay on (${load})`,
    },
    { cause: busy >= 0 ? "lost batching" : "better batching", energy_kwh: busy, why: `${change}: ${load}` },
  ];
  const felt = causes.filter(({ energy_kwh }) => Math.abs(energy_kwh) >= NOTHING_KWH);
  return felt.length > 0 ? felt : causes.slice(0, 1);
}

/** What substitutions did together; each but the last left something that cannot be estimated. */
function causeOf(steps: readonly Step[], from: FleetEstimate, to: FleetEstimate): Cause[] {
  const change = steps.map((step) => `${step.field} ${step.from} → ${step.to}`).join(", ");
  const together = steps.map(({ field }) => field).join(", ");
  const [step, ...others] = steps;
  const load = `mean concurrency per replica ${formatNumber(from.mean_concurrency, 2)} → ${formatNumber(to.mean_concurrency, 2)}`;
  if (others.length === 0 && step?.field === "replicas") return replicaCauses(change, load, from, to);
  if (others.length === 0 && step?.field === "max_num_seqs") {
    const atOnce = ({ mean_concurrency: n, busy_fraction: busy }: FleetEstimate) =>
      formatNumber(busy > 0 ? n / busy : 1, 3);
    return [
      boundCause(
        step,
        change,
        `while busy a replica serves ${atOnce(from)} → ${atOnce(to)} requests at a time`,
        from,
        to,
      ),
    ];
  }
  return [{ cause: together, energy_kwh: to.monthly.energy_kwh.value - from.monthly.energy_kwh.value, why: change }];
}

/** Another place changes dollars and kilograms, not kWh. */
function regionCause({ demand: b }: Fleet, { demand: a }: Fleet): Cause | null {
  if (b.electricity_usd_per_kwh === a.electricity_usd_per_kwh && b.grid_gco2_per_kwh === a.grid_gco2_per_kwh)
    return null;
  const say = (x: number | null) => (x === null ? "not known" : formatNumber(x));
  return {
    cause: "region",
    energy_kwh: 0,
    why: `${b.region} → ${a.region}: $/kWh ${say(b.electricity_usd_per_kwh)} → ${say(a.electricity_usd_per_kwh)}, gCO2e/kWh ${say(b.grid_gco2_per_kwh)} → ${say(a.grid_gco2_per_kwh)}; no other energy`,
  };
}

/** Which change made which part of the difference: the substitutions one after another. A step that cannot be estimated is told with the rest. */
export function causesOf(
  before: Fleet,
  after: Fleet,
  from: FleetEstimate,
  to: FleetEstimate,
  catalogue: Catalogue,
): Cause[] {
  const causes: Cause[] = [];
  let fleet = before;
  let estimate = from;
  let pending: Step[] = [];
  const steps = stepsBetween(before, after);
  for (const step of steps) {
    fleet = step.apply(fleet);
    const next = step === steps.at(-1) ? to : estimateFleet(fleet, catalogue);
    pending = [...pending, step];
    if (next.kind !== "estimated") continue;
    causes.push(...causeOf(pending, estimate, next));
    pending = [];
    estimate = next;
  }
  const region = regionCause(before, after);
  if (region) causes.push(region);
  return causes.sort((x, y) => Math.abs(y.energy_kwh) - Math.abs(x.energy_kwh));
}
