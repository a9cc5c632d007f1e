import { architectureId, type Catalogue } from "../domain/catalogue.ts";
import type { Fleet, FleetChange, FleetEstimate } from "../domain/fleet.ts";
import { type Quantity, quantity } from "../domain/interval.ts";
import { G_PER_KG } from "../domain/units.ts";
import { estimateFleet } from "./fleet.ts";
import { causesOf } from "./fleet-causes.ts";

type End = "low" | "value" | "high";
const ENDS: readonly End[] = ["low", "value", "high"];

const kwhAt = (estimate: FleetEstimate | null, busy: End, idle: End): number =>
  estimate === null ? 0 : estimate.busy_kwh[busy] + estimate.idle_kwh[idle];

/** Same architecture, card, framework, precision and rung: the error of the estimate is the same on both sides and cancels in the difference. */
function sharesError(a: Fleet, b: Fleet, from: FleetEstimate | null, to: FleetEstimate | null): boolean {
  return (
    from?.basis.tier === to?.basis.tier &&
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

/** before → after per month, on the difference: shared errors cancel. null is a deployment that is not there. Null result: one side cannot be estimated. */
export function changeFleet(before: Fleet | null, after: Fleet | null, catalogue: Catalogue): FleetChange | null {
  const estimate = (fleet: Fleet | null) => (fleet === null ? null : estimateFleet(fleet, catalogue));
  const [from, to] = [estimate(before), estimate(after)];
  if ((from && from.kind !== "estimated") || (to && to.kind !== "estimated")) return null;
  const shared = before === null || after === null || sharesError(before, after, from, to);
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
