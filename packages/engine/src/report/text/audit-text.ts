import type { Finding } from "../../domain/finding.ts";
import type { Quantity } from "../../domain/interval.ts";
import type { AuditedDeployment, AuditReport } from "../../domain/report.ts";
import type { Violation } from "../../protocols/pull-request-policy.ts";
import { monthlyTotals } from "../../protocols/pull-request-totals.ts";
import { sortedByImpact } from "../comment-findings.ts";
import { amount, count, interval, number } from "../comment-format.ts";
import { coverageText } from "../coverage-text.ts";
import { tame } from "../escape.ts";
import { code, dim, indented, type Line, span, strong, wrap } from "./styled.ts";
import { type Cell, textTable } from "./text-table.ts";
import { violationLines } from "./violation-lines.ts";

const INDENT = 2;
/** Longest sentence of ours that is repeated. */
const SENTENCE = 1_500;
const CODE_LINES = 12;
const EVIDENCE_SHOWN = 3;
/** Notes and skipped files that are named; the count says the rest, the JSON has them. */
const LISTED = 20;

/** AUDIT of a repository for a terminal: what runs, what wastes, what was not looked at; the verdict last, where it is seen. */
export function auditText(report: AuditReport, violations: readonly Violation[], width: number): Line[] {
  const sections = [
    headline(report),
    deployments(report, width),
    section("Not estimated", notEstimated(report, width)),
    section("Good practices", practices(report, width)),
    section("Assumed, because the files do not say", assumptions(report, width)),
    section(
      "Notes",
      bullets(
        report.warnings.map(({ message }) => message),
        width,
      ),
    ),
    section("Suppressed", suppressed(report, width)),
    ...sortedByImpact(report.findings)
      .toReversed()
      .map((finding) => findingLines(finding, width)),
    coverage(report, width),
    verdict(report, violations, width),
  ].filter((lines) => lines.length > 0);
  return sections.flatMap((lines, index) => (index === 0 ? lines : [[], ...lines]));
}

const section = (title: string, lines: readonly Line[]): Line[] =>
  lines.length === 0 ? [] : [[strong(title)], ...lines];

function bullets(sentences: readonly string[], width: number): Line[] {
  const shown = sentences.slice(0, LISTED).map((sentence) => tame(sentence, SENTENCE));
  if (sentences.length > LISTED) shown.push(`and ${sentences.length - LISTED} more: --format json has them all`);
  return shown.flatMap((sentence) => indented(wrap([span("• "), span(sentence)], width - INDENT, { rest: 2 }), INDENT));
}

function headline({ deployments: all, dataset_version }: AuditReport): Line[] {
  return [
    [
      strong(`EcoCompute audit: ${count(all.length, "deployment")}`),
      dim(` · dataset ${dataset_version} · in brackets 90 % intervals`),
    ],
  ];
}

const COLUMNS = [
  { title: "deployment" },
  { title: "runs as" },
  { title: "kWh/month", align: "right" },
  { title: "$/month", align: "right" },
  { title: "kgCO2e/month", align: "right" },
] as const;

function deployments({ deployments: all }: AuditReport, width: number): Line[] {
  if (all.length === 0) return [];
  const rows = all.map((each): Cell[] => [
    [[strong(tame(each.name))], [dim(tame(`${each.path}:${each.line}`))]],
    [[span(setup(each))], ...(each.basis ? [[dim(`${each.basis.tier}, ${each.basis.confidence} confidence`)]] : [])],
    each.monthly
      ? amountCell(each.monthly.energy_kwh)
      : [[dim(each.purpose === "training" ? "training" : "not estimated")]],
    each.monthly ? amountCell(each.monthly.cost_usd) : [],
    each.monthly ? amountCell(each.monthly.carbon_kgco2e) : [],
  ]);
  return textTable(COLUMNS, [...rows, ...sumRow(all)], width);
}

function sumRow(all: readonly AuditedDeployment[]): Cell[][] {
  const judged = all.filter(({ purpose }) => purpose === "inference").length;
  const known = all.filter(({ monthly }) => monthly !== null);
  if (judged < 2 || known.length === 0) return [];
  const { energy_kwh, cost_usd, carbon_kgco2e } = monthlyTotals(known);
  const left = judged - known.length;
  return [
    [
      [[strong(left > 0 ? "all that are estimated" : "all")]],
      left > 0 ? [[dim(`${count(left, "more deployment")} not estimated`)]] : [],
      ...[energy_kwh, cost_usd, carbon_kgco2e].map(amountCell),
    ],
  ];
}

/** The value, and below it its interval. */
function amountCell(quantity: Quantity | null): Cell {
  if (quantity === null) return [[dim("not known")]];
  const [value = "", ...rest] = amount(quantity).split(" (");
  return rest.length === 0 ? [[strong(value)]] : [[strong(value)], [dim(`(${rest.join(" (")}`)]];
}

function setup({ configuration, model_id, purpose }: AuditedDeployment): string {
  if (purpose === "training") return "training code: not judged as a deployment";
  if (!configuration) return model_id === null ? "the model is not known" : tame(model_id);
  const { num_gpus, hardware_platform, quantization, framework, batch_size, replicas } = configuration;
  const fleet = replicas === null ? "" : `${count(replicas, "replica")} of `;
  return tame(
    `${configuration.model_id} on ${fleet}${num_gpus} × ${hardware_platform}, ${quantization}, ${framework}, at most ${count(batch_size, "sequence")} at once`,
  );
}

function findingLines(finding: Finding, width: number): Line[] {
  const inner = width - INDENT;
  const text = (label: string, sentence: string) =>
    sentence === "" ? [] : wrap([...(label === "" ? [] : [dim(`${label} `)]), span(tame(sentence, SENTENCE))], inner);
  return [
    [
      span(finding.severity.toUpperCase(), finding.severity),
      span("  "),
      strong(finding.rule),
      span("  "),
      code(tame(`${finding.path}:${finding.line}`)),
    ],
    ...indented(
      [
        ...text("", finding.message),
        ...text("Wastes", impact(finding)),
        ...text("Fix:", finding.fix.description),
        ...codeLines(finding.fix.code),
        ...text("Evidence:", evidence(finding)),
      ],
      INDENT,
    ),
  ];
}

function impact({ impact_kwh_month: kwh, impact_percent: share }: Finding): string {
  const parts: string[] = [];
  if (share) parts.push(`${number(share.low)}–${number(share.high)} % of this deployment's energy`);
  if (kwh && number(kwh.high) === "0") parts.push("nothing at this traffic");
  else if (kwh) parts.push(`${number(kwh.value)} kWh a month (${interval(kwh)})`);
  return parts.join(", ");
}

function codeLines(text: string): Line[] {
  const lines = text.trim() === "" ? [] : text.trimEnd().split("\n");
  const shown = lines.slice(0, CODE_LINES).map((line): Line => [dim("│ "), code(tameCode(line))]);
  return lines.length > CODE_LINES ? [...shown, [dim(`│ … ${lines.length - CODE_LINES} more lines`)]] : shown;
}

/** A line of code keeps its indent. */
function tameCode(line: string): string {
  const indent = line.length - line.trimStart().length;
  return " ".repeat(Math.min(indent, 40)) + tame(line, SENTENCE);
}

function evidence({ evidence: ids, how_to_measure }: Finding): string {
  if (ids.length === 0 && how_to_measure !== undefined) return `none. ${how_to_measure}`;
  if (ids.length === 0) return "none: this is practice, not measurement";
  const more = ids.length - EVIDENCE_SHOWN;
  return `${ids.slice(0, EVIDENCE_SHOWN).join(", ")}${more > 0 ? ` and ${count(more, "more row")}` : ""}`;
}

function notEstimated({ deployments: all }: AuditReport, width: number): Line[] {
  const missing = all.filter(({ not_estimated, purpose }) => not_estimated && purpose === "inference");
  return bullets(
    missing.map(({ name, path, line, not_estimated }) =>
      `${name} (${path}:${line}): ${not_estimated?.why ?? ""} ${not_estimated?.how_to_measure ?? ""}`.trimEnd(),
    ),
    width,
  );
}

const practices = ({ good_practices }: AuditReport, width: number): Line[] =>
  bullets(
    good_practices.map(({ message, at }) => `${message} (${at.path}:${at.line})`),
    width,
  );

const suppressed = ({ suppressed: silenced }: AuditReport, width: number): Line[] =>
  bullets(
    silenced.map(({ finding: { rule, severity, path, line }, suppression: { reason, until } }) => {
      const end = until === undefined ? "" : `, until ${until}`;
      return `${severity} ${rule} (${path}:${line}): ${reason ?? ""}${end}`;
    }),
    width,
  );

/** Each value once, with how many deployments rest on it. */
function assumptions({ deployments: all }: AuditReport, width: number): Line[] {
  const uses = new Map<string, number>();
  for (const { name, value } of all.flatMap(({ assumed }) => assumed)) {
    const key = `${name}=${value}`;
    uses.set(key, (uses.get(key) ?? 0) + 1);
  }
  const judged = all.filter(({ monthly }) => monthly !== null).length;
  const texts = [...uses].map(([text, n]) => (n === judged ? text : `${text} (for ${n} of ${judged})`));
  return texts.length === 0 ? [] : indented(wrap([span(tame(texts.join(" · "), SENTENCE))], width - INDENT), INDENT);
}

function coverage({ coverage: looked }: AuditReport, width: number): Line[] {
  const told = [
    ...looked.partial.map((sentence) => `partial: ${sentence}`),
    ...looked.files_skipped.map(({ path, why }) => `${path} was not read: ${why}`),
  ];
  return [
    ...wrap([strong("Coverage: "), span(`${tame(coverageText(looked), SENTENCE)}.`)], width),
    ...bullets(told, width),
  ];
}

function verdict(
  { findings, suppressed, deployments: all }: AuditReport,
  violations: readonly Violation[],
  width: number,
): Line[] {
  const of = (severity: Finding["severity"]) => findings.filter((finding) => finding.severity === severity).length;
  const quiet = suppressed.length > 0 ? `, ${suppressed.length} suppressed` : "";
  const found = `${of("critical")} critical, ${count(of("warning"), "warning")}, ${of("info")} info${quiet}`;
  const broken = violationLines(violations, width);
  if (broken.length > 0) return [...broken, [span(found)]];
  if (all.length === 0) return [[span("Nothing was judged: this says nothing about energy.", "warning")]];
  return [findings.length === 0 ? [span("✓ ", "good"), span(found)] : [span(found)]];
}
