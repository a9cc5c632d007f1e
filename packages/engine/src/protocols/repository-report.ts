import type { AuditedDeployment, AuditReport } from "../domain/audit-report.ts";
import type { Catalogue } from "../domain/catalogue.ts";
import { type Quantity, sum } from "../domain/interval.ts";
import type { Totals } from "./pull-request-report.ts";
import { monthlyTotals } from "./pull-request-totals.ts";
import {
  type HistoryEntry,
  type KeptDeployments,
  MAX_HISTORY,
  type ReportState,
  type StateRead,
} from "./report-state.ts";
import { staleData } from "./stale-data.ts";

/** Energy of a deployment in the last report and in this one, kWh a month; null: not estimated. */
export interface Mover {
  readonly id: string;
  readonly name: string;
  readonly status: "new" | "gone" | "changed";
  readonly before_kwh: number | null;
  readonly after_kwh: number | null;
}

/** What the worst finding of a deployment wastes: findings of one deployment overlap, so only one of them counts. */
export interface Saving {
  readonly deployment: string;
  readonly rule: string;
  readonly path: string;
  readonly line: number;
  readonly energy_kwh: Quantity;
}

export interface ReportBudget {
  readonly name: "kWh" | "USD";
  readonly limit: number;
  readonly received: number;
  readonly met: boolean;
}

/** A repository at one day: what all of it uses, and what changed since the report before. */
export interface RepositoryReport {
  readonly protocol: "repository-report";
  readonly day: string;
  readonly dataset_version: string;
  readonly totals: Totals;
  /** Largest first, then what could not be estimated. */
  readonly deployments: readonly AuditedDeployment[];
  readonly audit: AuditReport;
  /** Against the report before; null: this is the first. */
  readonly since: { readonly day: string; readonly movers: readonly Mover[] } | null;
  readonly savings: readonly Saving[];
  readonly budgets: readonly ReportBudget[];
  /** Suppressions that expired or silence nothing, and data that has aged. */
  readonly reminders: readonly string[];
  /** Oldest first, this one last. */
  readonly history: readonly HistoryEntry[];
  /** For the next report. */
  readonly state: Omit<ReportState, "version">;
}

export interface RepositoryReportInput {
  readonly audit: AuditReport;
  readonly previous: StateRead;
  /** YYYY-MM-DD */
  readonly day: string;
  readonly budgets: { readonly monthly_kwh: number | null; readonly monthly_usd: number | null };
}

/** Below this a month's kWh is rounding. */
const MOVED_KWH = 0.05;

/** Makes the report of a repository from its audit and from what the report before left. */
export function reportRepository(input: RepositoryReportInput, catalogue: Catalogue): RepositoryReport {
  const { audit, previous, day } = input;
  const deployments = audit.deployments
    .filter(({ purpose }) => purpose === "inference")
    .toSorted((a, b) => (kwhOf(b) ?? -1) - (kwhOf(a) ?? -1) || (a.id < b.id ? -1 : 1));
  const totals = monthlyTotals(deployments);
  const state = previous.kind === "read" ? previous.state : null;
  const entry: HistoryEntry = {
    day,
    energy_kwh: rounded(totals.energy_kwh.value),
    cost_usd: totals.cost_usd && rounded(totals.cost_usd.value),
    carbon_kgco2e: totals.carbon_kgco2e && rounded(totals.carbon_kgco2e.value),
    rental_usd: totals.rental_usd && rounded(totals.rental_usd.value),
    deployments: deployments.length,
    not_estimated: deployments.filter(({ monthly }) => monthly === null).length,
    findings: audit.findings.length,
  };
  // A second report of one day takes the place of the first.
  const past = (state?.history ?? []).filter((each) => each.day !== day);
  const before = state && (state.last.day === day ? state.before : state.last);
  return {
    protocol: "repository-report",
    day,
    dataset_version: audit.dataset_version,
    totals,
    deployments,
    audit,
    since: before && { day: before.day, movers: moversOf(deployments, before) },
    savings: savingsOf(audit),
    budgets: budgetsOf(totals, input.budgets),
    reminders: [
      ...(previous.kind === "broken"
        ? ["The history in this issue could not be read, so the trend begins anew: was the issue edited by hand?"]
        : []),
      ...audit.warnings.filter(({ code }) => code.startsWith("suppression-")).map(({ message }) => message),
      ...staleData(deployments, day, catalogue),
    ],
    history: [...past, entry].slice(-MAX_HISTORY),
    state: {
      history: [...past, entry],
      last: { day, energy_kwh: Object.fromEntries(deployments.map((each) => [each.id, kwhOf(each)])), complete: true },
      before,
    },
  };
}

const rounded = (value: number): number => Number(value.toFixed(3));
const kwhOf = ({ monthly }: AuditedDeployment): number | null => monthly?.energy_kwh.value ?? null;

/** New, gone and changed since the last report, the largest move first. */
function moversOf(deployments: readonly AuditedDeployment[], last: KeptDeployments): Mover[] {
  const before = new Map(Object.entries(last.energy_kwh));
  const movers: Mover[] = [];
  for (const deployment of deployments) {
    const { id, name } = deployment;
    const [was, is] = [before.get(id), kwhOf(deployment)];
    if (was === undefined) {
      if (last.complete) movers.push({ id, name, status: "new", before_kwh: null, after_kwh: is });
    } else if (was === null || is === null ? was !== is : Math.abs(was - is) > MOVED_KWH) {
      movers.push({ id, name, status: "changed", before_kwh: was, after_kwh: is });
    }
    before.delete(id);
  }
  for (const [id, was] of before) {
    movers.push({ id, name: id.split("#")[1] ?? id, status: "gone", before_kwh: was, after_kwh: null });
  }
  const size = ({ before_kwh, after_kwh }: Mover) => Math.abs((after_kwh ?? 0) - (before_kwh ?? 0));
  return movers.sort((a, b) => size(b) - size(a) || (a.id < b.id ? -1 : 1));
}

function savingsOf({ findings }: AuditReport): Saving[] {
  const worst = new Map<string, Saving>();
  for (const { deployment, rule, path, line, impact_kwh_month: energy_kwh } of findings) {
    if (!energy_kwh || energy_kwh.value <= 0) continue;
    const known = worst.get(deployment);
    if (known && known.energy_kwh.value >= energy_kwh.value) continue;
    worst.set(deployment, { deployment, rule, path, line, energy_kwh });
  }
  return [...worst.values()].sort((a, b) => b.energy_kwh.value - a.energy_kwh.value);
}

/** What all savings come to. */
export const totalSaving = (savings: readonly Saving[]): Quantity => sum(savings.map(({ energy_kwh }) => energy_kwh));

function budgetsOf(totals: Totals, { monthly_kwh, monthly_usd }: RepositoryReportInput["budgets"]): ReportBudget[] {
  const usd = (totals.cost_usd?.value ?? 0) + (totals.rental_usd?.value ?? 0);
  const budget = (name: ReportBudget["name"], limit: number | null, received: number): ReportBudget[] =>
    limit === null ? [] : [{ name, limit, received, met: received <= limit }];
  return [...budget("kWh", monthly_kwh, totals.energy_kwh.value), ...budget("USD", monthly_usd, usd)];
}
