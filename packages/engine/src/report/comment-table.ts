import type { AuditedDeployment } from "../domain/audit-report.ts";
import { exactly, type Quantity } from "../domain/interval.ts";
import type { DeploymentChange, PullRequestReport, Totals } from "../protocols/pull-request-report.ts";
import { amount, change, count } from "./comment-format.ts";
import type { CommentOptions } from "./comment-options.ts";
import { place } from "./comment-place.ts";
import { codeSpan } from "./escape.ts";

const METRICS = [
  { name: "energy_kwh", label: "kWh" },
  { name: "cost_usd", label: "$ of electricity" },
  { name: "carbon_kgco2e", label: "kgCO2e" },
] as const;

type Amounts = { readonly [K in (typeof METRICS)[number]["name"]]: Quantity | null };

const HEADER = ["| deployment | a month | before | after | change |", "|---|---|--:|--:|--:|"];
const STATUS_WORD = { added: "new", removed: "removed", changed: "changed", unchanged: "unchanged" } as const;

/** Before → after → change of each touched deployment, and the sum over all of them, rows left out included. */
export function changeTable(report: PullRequestReport, options: CommentOptions, rows: number): string {
  const touched = report.deployments.filter((each) => each.status !== "unchanged");
  if (touched.length === 0) return "";
  const shown = touched.slice(0, rows);
  const lines = [...HEADER, ...shown.flatMap((each) => deploymentRows(each, options))];
  if (touched.length > 1) lines.push(...sumRows(report));
  const left = touched.length - shown.length;
  const unchanged = report.deployments.length - touched.length;
  const notes = [
    left > 0 ? `${count(left, "more deployment")} in ${options.rest_at}.` : "",
    unchanged > 0
      ? `${count(unchanged, "deployment")} in the changed files ${unchanged === 1 ? "is" : "are"} as before.`
      : "",
  ].filter((note) => note !== "");
  return [lines.join("\n"), ...notes].join("\n\n");
}

function deploymentRows(deployment: DeploymentChange, options: CommentOptions): string[] {
  const { before, after, status } = deployment;
  const titles = [
    `**${codeSpan(deployment.name)}** (${STATUS_WORD[status]})`,
    place(deployment.path, deployment.line, status === "removed" ? null : options.file_url) + movedFrom(deployment),
    confidence(after ?? before),
  ];
  if (deployment.change === null) {
    const side = (present: AuditedDeployment | null) => (present ? sideCell(present, "energy_kwh") : "none");
    return [`| ${titles[0]}<br>${titles[1]} | kWh | ${side(before)} | ${side(after)} | not estimated |`];
  }
  const values: Amounts = deployment.change;
  const rows = METRICS.map(({ name, label }, index) => {
    const difference = values[name];
    const cells = [
      titles[index] ?? "",
      label,
      before ? sideCell(before, name) : "none",
      after ? sideCell(after, name) : "none",
      difference ? change(difference) : "not known",
    ];
    return `| ${cells.join(" | ")} |`;
  });
  return [...rows, ...rentalRow(before?.monthly, after?.monthly)];
}

type Rented = { readonly rental_usd?: Quantity | null | undefined } | null | undefined;

/** Only where a price of rental is known. Hours that a card is rented are exact, and so is the change. */
function rentalRow(before: Rented, after: Rented): string[] {
  const [was, is] = [before?.rental_usd, after?.rental_usd];
  if (!was && !is) return [];
  const side = (present: Rented, value: Quantity | null | undefined) =>
    !present ? "none" : value ? amount(value) : "not known";
  // A side that is not there costs nothing; one whose price is not known is not 0.
  const unknown = (before && !was) || (after && !is);
  const difference = unknown ? "not known" : change(exactly((is?.value ?? 0) - (was?.value ?? 0)));
  return [`|  | $ of rental | ${side(before, was)} | ${side(after, is)} | ${difference} |`];
}

const movedFrom = ({ renamed_from }: DeploymentChange): string =>
  renamed_from === null ? "" : `<br>was ${codeSpan(renamed_from)}`;

function sideCell(deployment: AuditedDeployment, name: keyof Amounts): string {
  if (!deployment.monthly) return "not estimated";
  const value = deployment.monthly[name];
  return value ? amount(value) : "not known";
}

function confidence(deployment: AuditedDeployment | null): string {
  const basis = deployment?.basis;
  return basis ? `${basis.tier}, ${basis.confidence} confidence` : "";
}

function sumRows({ totals, deployments }: PullRequestReport): string[] {
  const had = (side: "before" | "after") => (deployments.some((each) => each[side] !== null) ? totals[side] : null);
  const side = (total: Totals, name: keyof Amounts) => {
    const value = total[name];
    return value ? `${total.at_least ? "≥ " : ""}${amount(value)}` : "not known";
  };
  const differences: Amounts = totals.change;
  const rows = METRICS.map(({ name, label }, index) => {
    const value = differences[name];
    const difference = value ? `${totals.change.at_least ? "≥ " : ""}${change(value)}` : "not known";
    return `| ${index === 0 ? "**all**" : ""} | ${label} | ${side(totals.before, name)} | ${side(totals.after, name)} | ${difference} |`;
  });
  return [...rows, ...rentalRow(had("before"), had("after"))];
}
