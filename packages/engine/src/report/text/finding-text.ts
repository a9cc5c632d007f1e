import type { Finding } from "../../domain/finding.ts";
import { interval, number } from "../comment-format.ts";
import { tame } from "../escape.ts";
import { namedRows, PRACTICE } from "../evidence-ids.ts";
import { code, dim, indented, type Line, span, strong, wrap } from "./styled.ts";

const INDENT = 2;
/** Longest sentence of ours that is repeated. */
const SENTENCE = 1_500;
const CODE_LINES = 12;
const EVIDENCE_SHOWN = 3;

/** One finding: what, where, how much, and what to do. */
export function findingLines(finding: Finding, width: number): Line[] {
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
        ...editLines(finding, text),
        ...text("Evidence:", evidence(finding)),
      ],
      INDENT,
    ),
  ];
}

/** The edit that was checked to silence the rule, as the comment and SARIF offer it. */
function editLines({ fix: { edit } }: Finding, text: (label: string, sentence: string) => Line[]): Line[] {
  if (!edit) return [];
  const lines = edit.line === edit.end_line ? `line ${edit.line}` : `lines ${edit.line} to ${edit.end_line}`;
  return [...text("Suggested edit, checked:", `${lines} of ${edit.path}`), ...codeLines(edit.replacement)];
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
  if (ids.length > 0) return namedRows(ids, EVIDENCE_SHOWN, (id) => id);
  return how_to_measure === undefined ? PRACTICE : `none. ${how_to_measure}`;
}
