import { architectureId, type Catalogue } from "../domain/catalogue.ts";
import type { Fleet, FleetChange, FleetEstimate } from "../domain/fleet.ts";
import { difference, type Quantity, quantity, scale } from "../domain/interval.ts";
import { G_PER_KG } from "../domain/units.ts";
import { estimateFleet } from "./fleet.ts";
import { causesOf } from "./fleet-causes.ts";

type End = "low" | "value" | "high";
const ENDS: readonly End[] = ["low", "value", "high"];

/** What a side amounts to at these ends of the busy and the idle error, in kWh times `factor`. */
const at = (estimate: FleetEstimate | null, factor: number, busy: End, idle: End): number =>
  estimate === null ? 0 : (estimate.busy_kwh[busy] + estimate.idle_kwh[idle]) * factor;

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

function percentOf(
  change: Quantity,
  before: FleetEstimate,
  f: ((busy: End, idle: End) => number) | null,
): Quantity | null {
  const base = before.monthly.energy_kwh.value;
  if (base === 0) return null;
  if (f) {
    return overShared((busy, idle) => {
      const denominator = at(before, 1, busy, idle);
      return denominator === 0 ? 0 : (100 * f(busy, idle)) / denominator;
    });
  }
  return quantity((100 * change.value) / base, (100 * change.low) / base, (100 * change.high) / base);
}

interface Sides {
  readonly from: FleetEstimate | null;
  readonly to: FleetEstimate | null;
  readonly shared: boolean;
}

/** after × its factor − before × its own: kWh, dollars or kilograms. */
function changeOf({ from, to, shared }: Sides, before: number, after: number): Quantity {
  if (shared || !from || !to) {
    return overShared((busy, idle) => at(to, after, busy, idle) - at(from, before, busy, idle));
  }
  return difference(scale(to.monthly.energy_kwh, after), scale(from.monthly.energy_kwh, before));
}

/** Each side at its own price or grid; null where one that counts is not known. */
function valued(sides: Sides, before: number | null | undefined, after: number | null | undefined): Quantity | null {
  const b = sides.from === null ? 0 : before;
  const a = sides.to === null ? 0 : after;
  return b == null || a == null ? null : changeOf(sides, b, a);
}

const gramsToKg = (grams: number | null | undefined): number | null | undefined =>
  grams == null ? grams : grams / G_PER_KG;

/** before → after per month, on the difference: shared errors cancel. null is a deployment that is not there. Null result: one side cannot be estimated. */
export function changeFleet(before: Fleet | null, after: Fleet | null, catalogue: Catalogue): FleetChange | null {
  const estimate = (fleet: Fleet | null) => (fleet === null ? null : estimateFleet(fleet, catalogue));
  const [from, to] = [estimate(before), estimate(after)];
  if ((from && from.kind !== "estimated") || (to && to.kind !== "estimated")) return null;
  const shared = before === null || after === null || sharesError(before, after, from, to);
  const sides: Sides = { from, to, shared };
  const energy_kwh = changeOf(sides, 1, 1);
  const corner = (busy: End, idle: End) => at(to, 1, busy, idle) - at(from, 1, busy, idle);
  return {
    energy_kwh,
    cost_usd: valued(sides, before?.demand.electricity_usd_per_kwh, after?.demand.electricity_usd_per_kwh),
    carbon_kgco2e: valued(
      sides,
      gramsToKg(before?.demand.grid_gco2_per_kwh),
      gramsToKg(after?.demand.grid_gco2_per_kwh),
    ),
    percent: from && to ? percentOf(energy_kwh, from, shared ? corner : null) : null,
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
