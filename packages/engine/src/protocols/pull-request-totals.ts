import type { AuditedDeployment } from "../domain/audit-report.ts";
import { exactly, type Quantity, sum } from "../domain/interval.ts";
import type { DeploymentChange, PullRequestReport, TotalChange, Totals } from "./pull-request-report.ts";

const NOTHING = exactly(0);

/** A sum with an unknown part is unknown: nothing counts as 0 because it is not known. */
const sumKnown = (quantities: readonly (Quantity | null)[]): Quantity | null => {
  const known = quantities.filter((each) => each !== null);
  return known.length < quantities.length ? null : sum(known);
};

/** Sums both sides of the deployments that the pull request touches, and their change from the differences. */
export function totalsOf(deployments: readonly DeploymentChange[]): PullRequestReport["totals"] {
  const before = monthlyTotals(deployments.flatMap((each) => each.before ?? []));
  const after = monthlyTotals(deployments.flatMap((each) => each.after ?? []));
  return { before, after, change: totalChange(deployments) };
}

/** The month of all deployments that count. */
export function monthlyTotals(deployments: readonly AuditedDeployment[]): Totals {
  const present = deployments.filter(({ purpose }) => purpose === "inference");
  const monthly = present.flatMap((each) => each.monthly ?? []);
  const rental = monthly.flatMap((each) => each.rental_usd ?? []);
  return {
    energy_kwh: sum(monthly.map((each) => each.energy_kwh)),
    cost_usd: sumKnown(monthly.map((each) => each.cost_usd)),
    carbon_kgco2e: sumKnown(monthly.map((each) => each.carbon_kgco2e)),
    rental_usd: rental.length === 0 ? null : sum(rental),
    at_least: monthly.length < present.length,
  };
}

function totalChange(deployments: readonly DeploymentChange[]): TotalChange {
  const compared = deployments.filter((each) => each.change !== null);
  const changes = compared.flatMap((each) => each.change ?? []);
  const unknown = deployments.filter((each) => each.change === null);
  const energy = sum(changes.map((each) => each.energy_kwh));
  const before = sum(compared.map((each) => each.before?.monthly?.energy_kwh ?? NOTHING));
  return {
    energy_kwh: energy,
    cost_usd: sumKnown(changes.map((each) => each.cost_usd)),
    carbon_kgco2e: sumKnown(changes.map((each) => each.carbon_kgco2e)),
    percent: before.value > 0 ? (energy.value / before.value) * 100 : null,
    at_least: unknown.length > 0 && unknown.every((each) => each.status === "added"),
  };
}
