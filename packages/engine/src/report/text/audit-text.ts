import type { AuditReport } from "../../domain/audit-report.ts";
import type { Finding } from "../../domain/finding.ts";
import type { Violation } from "../../protocols/pull-request-policy.ts";
import { sortedByImpact } from "../comment-findings.ts";
import { count } from "../comment-format.ts";
import { coverageText } from "../coverage-text.ts";
import { tame } from "../escape.ts";
import { deployments } from "./deployments-text.ts";
import { findingLines } from "./finding-text.ts";
import { dim, indented, type Line, span, strong, wrap } from "./styled.ts";
import { violationLines } from "./violation-lines.ts";

const INDENT = 2;
/** Longest sentence of ours that is repeated. */
const SENTENCE = 1_500;
/** Notes and skipped files that are named; the count says the rest, the JSON has them. */
const LISTED = 20;

/** AUDIT of a repository for a terminal: what runs, what wastes, what was not looked at; the verdict last, where it is seen. */
export function auditText(report: AuditReport, violations: readonly Violation[], width: number): Line[] {
  const sections = [
    headline(report, width),
    deployments(report, width),
    section("Not estimated", notEstimated(report, width)),
    section("Good practices", goodPractices(report, width)),
    section("Assumed, because the files do not say", assumptions(report, width)),
    section("Notes", bullets([...new Set(report.warnings.map(({ message }) => message))], width)),
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

function headline({ deployments: all, dataset_version }: AuditReport, width: number): Line[] {
  const title = strong(`EcoCompute audit: ${count(all.length, "deployment")}`);
  return wrap([title, dim(` · dataset ${dataset_version} · in brackets 90 % intervals`)], width);
}

/** Each reason once, with the deployments that it holds for. */
const notEstimated = ({ deployments: all }: AuditReport, width: number): Line[] =>
  grouped(
    all.flatMap(({ name, path, line, not_estimated: because }) =>
      because ? [{ reason: `${because.why} ${because.how_to_measure}`, place: `${name} at ${path}:${line}` }] : [],
    ),
    width,
  );

const goodPractices = ({ good_practices }: AuditReport, width: number): Line[] =>
  grouped(
    good_practices.map(({ message, at }) => ({ reason: message, place: `${at.path}:${at.line}` })),
    width,
  );

/** Places that are named of each reason. */
const PLACES_SHOWN = 4;

function grouped(entries: readonly { readonly reason: string; readonly place: string }[], width: number): Line[] {
  const places = new Map<string, Set<string>>();
  for (const { reason, place } of entries) places.set(reason, (places.get(reason) ?? new Set()).add(place));
  return [...places]
    .map(([reason, each]) => ({ reason, all: [...each] }))
    .toSorted((a, b) => b.all.length - a.all.length)
    .slice(0, LISTED)
    .flatMap(({ reason, all }) => {
      const left = all.length - PLACES_SHOWN;
      const shown = left > 1 ? [...all.slice(0, PLACES_SHOWN), `and ${left} more: --format json has them all`] : all;
      const inner = width - 2 * INDENT;
      return [
        ...bullets([reason], width),
        ...indented(
          shown.flatMap((place) => wrap([dim(tame(place))], inner, { rest: INDENT })),
          2 * INDENT,
        ),
      ];
    });
}

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
  const estimated = all.filter(({ monthly }) => monthly !== null);
  for (const { name, value } of estimated.flatMap(({ assumed }) => assumed)) {
    const key = `${name}=${value}`;
    uses.set(key, (uses.get(key) ?? 0) + 1);
  }
  const judged = estimated.length;
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
  const unknown = all.filter(({ purpose, monthly }) => purpose === "inference" && monthly === null).length;
  const rest = unknown === 0 ? "" : `; ${unknown} of ${count(all.length, "deployment")} not estimated`;
  const clean = findings.length === 0 && unknown === 0;
  return wrap([...(clean ? [span("✓ ", "good")] : []), span(`${found}${rest}`)], width);
}
