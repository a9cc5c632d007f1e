import { utf8Length } from "../domain/utf8.ts";
import { writeState } from "../protocols/report-state.ts";
import { type Mover, type RepositoryReport, totalSaving } from "../protocols/repository-report.ts";
import { amount, count, interval, number, signed } from "./comment-format.ts";
import { place } from "./comment-place.ts";
import { coverageText } from "./coverage-text.ts";
import { codeSpan, escapeMarkdown } from "./escape.ts";
import { prose } from "./prose.ts";
import { trendSection } from "./repository-trend.ts";

export interface RepositoryOptions {
  readonly sha: string;
  /** Where a reader finds a line, or null for plain text. */
  readonly file_url: ((path: string, line: number) => string) | null;
  readonly method_url: string | null;
  readonly max_bytes: number;
  readonly rest_at: string;
  /** With what the next report needs: for the issue. */
  readonly with_state: boolean;
}

const SENTENCE = 1_000;
/** Rows of each table, fewer until the text fits. */
const ROWS = [Number.POSITIVE_INFINITY, 200, 60, 20, 5, 0];

/** The report of a repository as GitHub Markdown. The totals, the trend and the state are never left out. */
export function renderRepository(report: RepositoryReport, options: RepositoryOptions): string {
  const state = options.with_state ? `\n\n${writeState(report.state)}` : "";
  for (const rows of ROWS) {
    const text = compose(report, options, rows) + state;
    if (rows === 0 || utf8Length(text) <= options.max_bytes) return text;
  }
  throw new Error("the last try always returns");
}

function compose(report: RepositoryReport, options: RepositoryOptions, rows: number): string {
  const sections = [
    headline(report),
    budgetLines(report),
    totalsTable(report),
    trendSection(report.history),
    deploymentTable(report, options, rows),
    moverSection(report, options, rows),
    savingSection(report, options, rows),
    list(
      "Reminders",
      report.reminders.map((each) => `- ${escapeMarkdown(each, SENTENCE)}`),
      options,
      rows,
    ),
    list("Not estimated", notEstimated(report), options, rows),
    `**Coverage**: ${escapeMarkdown(coverageText(report.audit.coverage), SENTENCE)}.`,
    partialLines(report),
    footer(report, options),
  ];
  return sections.filter((section) => section !== "").join("\n\n");
}

function headline({ totals, deployments, history }: RepositoryReport): string {
  if (deployments.length === 0) return "**No LLM deployment was found in this repository**";
  const { energy_kwh: energy, cost_usd: cost, carbon_kgco2e: carbon, rental_usd: rental } = totals;
  const least = totals.at_least ? "at least " : "";
  const before = history.at(-2);
  const share = before && before.energy_kwh > 0 ? (energy.value / before.energy_kwh - 1) * 100 : null;
  const since = share === null ? "" : `, ${signed(Math.round(share))} % since ${before?.day}`;
  return [
    `**LLM serving uses ${least}${number(energy.value)} kWh a month (${interval(energy)}${since})**`,
    ...(cost ? [`$${number(cost.value)} of electricity`] : []),
    ...(rental ? [`$${number(rental.value)} of rental`] : []),
    ...(carbon ? [`${number(carbon.value)} kgCO2e`] : []),
    count(deployments.length, "deployment"),
  ].join(" · ");
}

const budgetLines = ({ budgets }: RepositoryReport): string =>
  budgets
    .map(
      ({ name, limit, received, met }) =>
        `${met ? "✅ Within" : "❌ Over"} the budget of ${number(limit)} ${name} a month: ${number(received)} ${name}.`,
    )
    .join("\n\n");

function totalsTable({ totals, history, deployments }: RepositoryReport): string {
  if (deployments.length === 0) return "";
  const before = history.at(-2);
  const row = (
    label: string,
    value: { readonly value: number; readonly low: number; readonly high: number } | null,
    was: number | null | undefined,
  ) => {
    const now = value ? `${totals.at_least ? "≥ " : ""}${amount(value)}` : "not known";
    const change = value && was != null ? signed(value.value - was) : "";
    return `| ${label} | ${was == null ? "" : number(was)} | ${now} | ${change} |`;
  };
  return [
    `| a month | ${before ? before.day : "before"} | now | change |`,
    "|---|--:|--:|--:|",
    row("kWh", totals.energy_kwh, before?.energy_kwh),
    row("$ of electricity", totals.cost_usd, before?.cost_usd),
    ...(totals.rental_usd ? [row("$ of rental", totals.rental_usd, before?.rental_usd)] : []),
    row("kgCO2e", totals.carbon_kgco2e, before?.carbon_kgco2e),
  ].join("\n");
}

function deploymentTable(report: RepositoryReport, options: RepositoryOptions, rows: number): string {
  const known = report.deployments.filter(({ monthly }) => monthly !== null);
  if (known.length === 0) return "";
  const lines = known.slice(0, rows).map(({ name, path, line, configuration, monthly, basis }) => {
    const runs = configuration
      ? `${codeSpan(configuration.model_id)} ${configuration.quantization} on ${configuration.replicas ?? 1} × ${configuration.num_gpus} ${configuration.gpu_name ?? configuration.hardware_platform}`
      : "";
    const usd = monthly?.cost_usd ? amount(monthly.cost_usd) : "not known";
    const kg = monthly?.carbon_kgco2e ? amount(monthly.carbon_kgco2e) : "not known";
    const kwh = monthly ? amount(monthly.energy_kwh) : "";
    return `| **${codeSpan(name)}**<br>${place(path, line, options.file_url)} | ${runs} | ${kwh} | ${usd} | ${kg} | ${basis?.tier ?? ""} |`;
  });
  const header = ["| deployment | runs | kWh | $ of electricity | kgCO2e | how known |", "|---|---|--:|--:|--:|---|"];
  return ["### Deployments", [...header, ...lines].join("\n"), more(known.length - lines.length, options)]
    .filter((part) => part !== "")
    .join("\n\n");
}

const more = (left: number, { rest_at }: RepositoryOptions): string =>
  left > 0 ? `${number(left)} more in ${rest_at}.` : "";

function moverSection({ since }: RepositoryReport, options: RepositoryOptions, rows: number): string {
  if (!since) return "";
  if (since.movers.length === 0) return `Nothing moved since ${since.day}.`;
  return list(`What moved since ${since.day}`, since.movers.map(moverLine), options, rows);
}

function moverLine({ name, status, before_kwh: before, after_kwh: after }: Mover): string {
  const side = (kwh: number | null) => (kwh === null ? "not estimated" : `${number(kwh)} kWh`);
  if (status === "new") return `- ${codeSpan(name)} is new: ${side(after)} a month`;
  if (status === "gone") return `- ${codeSpan(name)} is gone: it took ${side(before)} a month`;
  const change = before !== null && after !== null ? ` (**${signed(after - before)}**)` : "";
  return `- ${codeSpan(name)}: ${side(before)} → ${side(after)} a month${change}`;
}

function savingSection({ savings, audit }: RepositoryReport, options: RepositoryOptions, rows: number): string {
  const counts = `${count(audit.findings.length, "finding")} in the repository`;
  if (savings.length === 0) return audit.findings.length === 0 ? "" : `${counts}, none of known energy.`;
  const all = totalSaving(savings);
  const names = new Map(audit.deployments.map(({ id, name }) => [id, name]));
  const lines = savings.map(
    ({ deployment, rule, path, line, energy_kwh }) =>
      `- ${codeSpan(names.get(deployment) ?? deployment)}: **${number(energy_kwh.value)} kWh a month** (${interval(energy_kwh)}), ${codeSpan(rule)} at ${place(path, line, options.file_url)}`,
  );
  const title = `Savings available: ${number(all.value)} kWh a month (${interval(all)})`;
  return `${list(title, lines, options, rows)}\n\n${counts}; of those of one deployment the largest counts here, because they overlap.`;
}

function list(title: string, lines: readonly string[], options: RepositoryOptions, rows: number): string {
  if (lines.length === 0) return "";
  const shown = lines.slice(0, rows);
  return [`### ${title}`, shown.join("\n"), more(lines.length - shown.length, options)]
    .filter((part) => part !== "")
    .join("\n\n");
}

const notEstimated = ({ deployments }: RepositoryReport): string[] =>
  deployments.flatMap(({ name, path, line, not_estimated: missing }) =>
    missing
      ? [`- ${codeSpan(name)} at ${place(path, line, null)}: ${prose(missing.why)} ${prose(missing.how_to_measure)}`]
      : [],
  );

const partialLines = ({ audit }: RepositoryReport): string =>
  audit.coverage.partial.map((sentence) => `- **Partial:** ${escapeMarkdown(sentence, SENTENCE)}.`).join("\n");

function footer(report: RepositoryReport, { sha, method_url }: RepositoryOptions): string {
  const method = method_url ? [`[how the numbers are made](${method_url})`] : [];
  const parts = [
    `report of ${report.day}`,
    `commit ${sha.slice(0, 7)}`,
    "ranges are 90 % intervals",
    `dataset ${codeSpan(report.dataset_version)}`,
    ...method,
  ];
  return `<sub>EcoCompute · ${parts.join(" · ")}</sub>`;
}
