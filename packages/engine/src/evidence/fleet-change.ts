import { architectureId, type Catalogue } from "../domain/catalogue.ts";
import type { Fleet, FleetChange, FleetEstimate } from "../domain/fleet.ts";
import { formatNumber } from "../domain/format.ts";
import { type Quantity, quantity } from "../domain/interval.ts";
import { G_PER_KG } from "../domain/units.ts";
import { estimateFleet } from "./fleet.ts";

type End = "low" | "value" | "high";
const ENDS: readonly End[] = ["low", "value", "high"];

const kwhAt = (estimate: FleetEstimate | null, busy: End, idle: End): number =>
  estimate === null ? 0 : estimate.busy_kwh[busy] + estimate.idle_kwh[idle];

/** Same architecture, card, framework and precision: the error of the estimate is the same on both sides and cancels in the difference. */
function sharesError(a: Fleet, b: Fleet): boolean {
  return (
    architectureId(a.workload.model) === architectureId(b.workload.model) &&
    a.workload.gpu.id === b.workload.gpu.id &&
    a.workload.framework === b.workload.framework &&
    a.workload.precision === b.workload.precision
  );
}

/** The smallest and largest of `f` over all combinations of the busy and the idle error, shared by both sides. */
function overShared(f: (busy: End, idle: End) => number): Quantity {
  const corners = ENDS.flatMap((busy) => ENDS.map((idle) => f(busy, idle)));
  return quantity(f("value", "value"), Math.min(...corners), Math.max(...corners));
}

/** Errors of two different configurations are independent: their half-widths add as squares. */
function independent(before: FleetEstimate, after: FleetEstimate): Quantity {
  const [b, a] = [before.monthly.energy_kwh, after.monthly.energy_kwh];
  const value = a.value - b.value;
  return quantity(
    value,
    value - Math.hypot(a.value - a.low, b.high - b.value),
    value + Math.hypot(a.high - a.value, b.value - b.low),
  );
}

function percentOf(
  change: Quantity,
  before: FleetEstimate,
  f: ((busy: End, idle: End) => number) | null,
): Quantity | null {
  const base = before.monthly.energy_kwh.value;
  if (base === 0) return null;
  if (f) {
    return overShared((busy, idle) => {
      const denominator = kwhAt(before, busy, idle);
      return denominator === 0 ? 0 : (100 * f(busy, idle)) / denominator;
    });
  }
  return quantity((100 * change.value) / base, (100 * change.low) / base, (100 * change.high) / base);
}

interface Step {
  readonly field: string;
  readonly from: string;
  readonly to: string;
  readonly apply: (fleet: Fleet) => Fleet;
}

/** The differences, each as one substitution, in the order in which causes are told apart. */
function stepsBetween(before: Fleet, after: Fleet): Step[] {
  const [b, a] = [before.workload, after.workload];
  const steps: (Step | null)[] = [
    b.model.id === a.model.id
      ? null
      : {
          field: "model",
          from: b.model.id,
          to: a.model.id,
          apply: (f) => ({ ...f, workload: { ...f.workload, model: a.model } }),
        },
    b.framework === a.framework
      ? null
      : {
          field: "framework",
          from: b.framework,
          to: a.framework,
          apply: (f) => ({ ...f, workload: { ...f.workload, framework: a.framework } }),
        },
    b.gpu.id === a.gpu.id
      ? null
      : {
          field: "gpu",
          from: b.gpu.id,
          to: a.gpu.id,
          apply: (f) => ({
            ...f,
            workload: { ...f.workload, gpu: a.gpu },
            demand: { ...f.demand, pue: after.demand.pue },
          }),
        },
    b.precision === a.precision
      ? null
      : {
          field: "quantization",
          from: b.precision,
          to: a.precision,
          apply: (f) => ({ ...f, workload: { ...f.workload, precision: a.precision } }),
        },
    b.num_gpus === a.num_gpus
      ? null
      : {
          field: "GPUs per replica",
          from: String(b.num_gpus),
          to: String(a.num_gpus),
          apply: (f) => ({ ...f, workload: { ...f.workload, num_gpus: a.num_gpus } }),
        },
    before.demand.replicas === after.demand.replicas
      ? null
      : {
          field: "replicas",
          from: String(before.demand.replicas),
          to: String(after.demand.replicas),
          apply: (f) => ({ ...f, demand: { ...f.demand, replicas: after.demand.replicas } }),
        },
    b.batch_size === a.batch_size
      ? null
      : {
          field: "max_num_seqs",
          from: String(b.batch_size),
          to: String(a.batch_size),
          apply: (f) => ({ ...f, workload: { ...f.workload, batch_size: a.batch_size } }),
        },
    b.sequence_length === a.sequence_length && b.generation_length === a.generation_length
      ? null
      : {
          field: "lengths",
          from: `${b.sequence_length} + ${b.generation_length}`,
          to: `${a.sequence_length} + ${a.generation_length}`,
          apply: (f) => ({
            ...f,
            workload: { ...f.workload, sequence_length: a.sequence_length, generation_length: a.generation_length },
          }),
        },
    before.demand.requests_per_month === after.demand.requests_per_month
      ? null
      : {
          field: "traffic",
          from: String(before.demand.requests_per_month),
          to: String(after.demand.requests_per_month),
          apply: (f) => ({ ...f, demand: { ...f.demand, requests_per_month: after.demand.requests_per_month } }),
        },
  ];
  return steps.filter((step) => step !== null);
}

type Cause = FleetChange["causes"][number];

function causeOf(step: Step, from: FleetEstimate, to: FleetEstimate): Cause[] {
  const idle = to.idle_kwh.value - from.idle_kwh.value;
  const busy = to.busy_kwh.value - from.busy_kwh.value;
  const change = `${step.field} ${step.from} → ${step.to}`;
  const load = `mean concurrency per replica ${formatNumber(from.mean_concurrency, 2)} → ${formatNumber(to.mean_concurrency, 2)}`;
  if (step.field === "replicas") {
    return [
      {
        cause: idle >= 0 ? "idle replicas" : "fewer idle replicas",
        energy_kwh: idle,
        why: `${change}: the same traffic, spread over more or fewer cards that stay on (${load})`,
      },
      { cause: busy >= 0 ? "lost batching" : "better batching", energy_kwh: busy, why: `${change}: ${load}` },
    ];
  }
  if (step.field === "max_num_seqs") {
    const total = idle + busy;
    const none = Math.abs(total) < 1e-9;
    return [
      {
        cause: step.to === "1" || Number(step.to) < Number(step.from) ? "lost batching" : "more batching",
        energy_kwh: total,
        why: none
          ? `${change}: at this traffic a replica serves ${formatNumber(to.mean_concurrency, 2)} requests at a time on average, so the bound costs waiting time, not energy, until traffic grows`
          : `${change}: ${load}${to.replicas_needed === null ? "" : `; ${to.replicas_needed} replicas would be needed to serve this traffic`}`,
      },
    ];
  }
  return [{ cause: step.field, energy_kwh: idle + busy, why: change }];
}

/** Which change made which part of the difference: the substitutions one after another. A step that cannot be estimated is told with the rest. */
function causesOf(before: Fleet, after: Fleet, from: FleetEstimate, to: FleetEstimate, catalogue: Catalogue): Cause[] {
  const causes: Cause[] = [];
  let fleet = before;
  let estimate = from;
  let pending: string[] = [];
  const steps = stepsBetween(before, after);
  for (const step of steps) {
    fleet = step.apply(fleet);
    const next = step === steps.at(-1) ? to : estimateFleet(fleet, catalogue);
    const named = pending.length === 0 ? step : { ...step, field: [...pending, step.field].join(", ") };
    if (next.kind !== "estimated") {
      pending = [...pending, step.field];
      continue;
    }
    causes.push(...causeOf(named, estimate, next));
    pending = [];
    estimate = next;
  }
  const told = causes.reduce((s, cause) => s + cause.energy_kwh, 0);
  const rest = to.monthly.energy_kwh.value - from.monthly.energy_kwh.value - told;
  if (Math.abs(rest) > 1e-6)
    causes.push({ cause: "PUE", energy_kwh: rest, why: `PUE ${before.demand.pue} → ${after.demand.pue}` });
  return causes.sort((x, y) => Math.abs(y.energy_kwh) - Math.abs(x.energy_kwh));
}

/** before → after per month, on the difference: shared errors cancel. null is a deployment that is not there. Null result: one side cannot be estimated. */
export function changeFleet(before: Fleet | null, after: Fleet | null, catalogue: Catalogue): FleetChange | null {
  const estimate = (fleet: Fleet | null) => (fleet === null ? null : estimateFleet(fleet, catalogue));
  const [from, to] = [estimate(before), estimate(after)];
  if ((from && from.kind !== "estimated") || (to && to.kind !== "estimated")) return null;
  const shared = before === null || after === null || sharesError(before, after);
  const difference = (busy: End, idle: End) => kwhAt(to, busy, idle) - kwhAt(from, busy, idle);
  const energy_kwh = shared || !from || !to ? overShared(difference) : independent(from, to);
  const demand = (after ?? before)?.demand;
  const times = (k: number | null | undefined): Quantity | null =>
    k === null || k === undefined ? null : quantity(energy_kwh.value * k, energy_kwh.low * k, energy_kwh.high * k);
  return {
    energy_kwh,
    cost_usd: times(demand?.electricity_usd_per_kwh),
    carbon_kgco2e: times(demand?.grid_gco2_per_kwh == null ? null : demand.grid_gco2_per_kwh / G_PER_KG),
    percent: from && to ? percentOf(energy_kwh, from, shared ? difference : null) : null,
    causes:
      before && after && from && to
        ? causesOf(before, after, from, to, catalogue)
        : [
            {
              cause: to ? "new deployment" : "removed deployment",
              energy_kwh: energy_kwh.value,
              why: to ? "not there before" : "no longer there",
            },
          ],
  };
}
