import { formatNumber, formatPercent } from "../domain/format.ts";
import type { DiagnoseReport } from "../domain/report.ts";
import { basisText, metricText } from "./basis-text.ts";
import { closing, compose, notes } from "./closing-text.ts";
import { gpuText, modelText, settingText, shortConfigurationText } from "./configuration-text.ts";
import { codeBlock, codeSpan } from "./escape.ts";
import { prose } from "./prose.ts";
import { dollars, quantityText } from "./quantity-text.ts";

const NAMES: Readonly<Record<NonNullable<DiagnoseReport["pattern"]>, string>> = {
  int8_default_overhead: "INT8 Energy Paradox (bitsandbytes' default INT8)",
  nf4_small_model: "NF4 Small-Model Penalty",
  batch_size_one: "BS=1 Waste",
};
const NOT_REPORTED = "not reported";

/** The skill's DIAGNOSE report. */
export function renderDiagnoseMarkdown(report: DiagnoseReport): string {
  return compose([
    "## Diagnosis",
    diagnosis(report),
    "## Evidence from Measurements",
    evidence(report),
    "## Root Cause Analysis",
    rootCause(report),
    "## Recommended Fix (Priority Order)",
    fixes(report),
    "## Expected Improvement (Data-Backed)",
    improvement(report),
    "## Verification Steps",
    verification(report),
    notes(report.warnings, [report.expected.basis], report.configuration),
    closing(report.dataset_version),
  ]);
}

const firstSentence = (text: string): string => /^.*?[.!?](?= |$)/.exec(text)?.[0] ?? text;

function diagnosis({ pattern, confidence, match_percent, root_cause, configuration: c }: DiagnoseReport): string {
  const match = formatNumber(match_percent);
  return [
    `- Detected pattern: ${pattern === null ? "no known paradox" : NAMES[pattern]}`,
    `- Confidence: ${confidence.toUpperCase()} (${match} % match to ${pattern === null ? "what the evidence expects" : "known pattern"})`,
    `- Root cause: ${prose(firstSentence(root_cause))}`,
    `- Configuration: ${modelText(c)} on ${gpuText(c)}; ${shortConfigurationText(c)}; ${settingText(c)}`,
  ].join("\n");
}

function evidence({
  observed,
  expected,
  deviation_percent: off,
  expected_percentile: percentile,
  measurement_evidence: rows,
  pattern,
}: DiagnoseReport): string {
  const { metrics, basis } = expected;
  const reported = (x: number | null, unit: string, name: string) =>
    x === null ? `${name} ${NOT_REPORTED}` : `${formatNumber(x)} ${unit}`;
  const deviation = (x: number | null, seen: number | null, name: "throughput" | "energy" | "power") => {
    if (x === null) return `${name} ${seen === null ? NOT_REPORTED : "not measured"}`;
    const place = percentile[name];
    return `${formatPercent(x)} ${name}${place === null ? "" : ` (percentile ${formatNumber(place)} of what is expected)`}`;
  };
  const [first] = rows;
  return [
    `- Your reported: ${reported(observed.throughput_tok_s, "tok/s", "throughput")}, ${reported(observed.energy_j_per_1k_tokens, "J/1k tok", "energy")}, ${reported(observed.power_w, "W", "power")}`,
    `- Expected (dataset): ${metricText(metrics, basis, "throughput_tok_s")}, ${quantityText(metrics.energy_j_per_1k_tokens, "J/1k tok")}`,
    `- Expected power: ${metricText(metrics, basis, "power_w")}; GPU utilization: ${metricText(metrics, basis, "gpu_utilization_percent", "estimated")}`,
    `- Deviation: ${[
      deviation(off.throughput, observed.throughput_tok_s, "throughput"),
      deviation(off.energy, observed.energy_j_per_1k_tokens, "energy"),
      deviation(off.power, observed.power_w, "power"),
    ].join(", ")}`,
    `- Pattern match: ${first ? `${pattern === null ? "none; nearest row " : ""}${rowText(first)}` : "none: no measured row is near"}`,
    `- Basis: ${basisText(basis)}`,
  ].join("\n");
}

const rowText = ({ id, summary }: DiagnoseReport["measurement_evidence"][number]): string =>
  `${codeSpan(id)}: ${prose(summary)}`;

function rootCause({ root_cause, secondary_factors: secondary, measurement_evidence: rows }: DiagnoseReport): string {
  const list = (title: string, lines: readonly string[], none: string): string[] =>
    lines.length === 0 ? [`- ${title}: ${none}`] : [`- ${title}:`, ...lines.map((line) => `  - ${line}`)];
  return [
    `- Primary factor: ${prose(root_cause)}`,
    ...list(
      "Secondary factors",
      secondary.map((each) => prose(each)),
      "none known",
    ),
    ...list("Measurement evidence", rows.map(rowText), "no measured row is near"),
  ].join("\n");
}

function fixes({ fixes: list, pattern, how_to_measure: how }: DiagnoseReport): string {
  if (list.length === 0) {
    const first =
      pattern === null
        ? "1. None is claimed: the figures match no known pattern."
        : "1. None is needed: no change was shown to use less energy.";
    const measure = how === null ? [] : [`2. To know more, measure: ${prose(how)}`];
    return [`${first}\n   Expected impact: not measured, nothing changes`, ...measure].join("\n");
  }
  return list
    .map(({ title, code, expected }, index) => {
      const block = codeBlock(code, "python").replaceAll("\n", "\n   ");
      return `${index + 1}. **${prose(title)}**\n\n   ${block}\n\n   Expected impact: ${prose(expected)}`;
    })
    .join("\n\n");
}

function improvement({ improvement: gain, configuration: c, warnings, ...report }: DiagnoseReport): string {
  const requests = formatNumber(c.requests_per_month);
  if (!gain) {
    const none =
      report.fixes.length === 0 ? "not measured: no fix is claimed" : "not measured: no evidence gives the gain";
    return [
      `- Throughput: ${none}`,
      `- Energy: ${none}`,
      `- Cost savings: ${none} (for ${requests} requests)`,
      "- Confidence: not applicable: no fix is claimed",
    ].join("\n");
  }
  const step = (
    pair: { readonly current: number; readonly expected: number; readonly percent: number },
    unit: string,
  ) => `${formatNumber(pair.current)} → ${formatNumber(pair.expected)} ${unit} (${formatPercent(pair.percent)})`;
  const cases = gain.based_on === 1 ? "1 similar case" : `${formatNumber(gain.based_on)} similar cases`;
  return [
    `- Throughput: ${gain.throughput ? step(gain.throughput, "tok/s") : "not measured: no throughput of both configurations is known"}`,
    `- Energy: ${gain.energy ? `${step(gain.energy, "J/1k tok")}${gain.energy_from === "evidence" ? ", from the evidence's figure: none was reported" : ""}` : "not measured: no energy of both configurations is known"}`,
    `- Cost savings: ${savingsText(gain.monthly)} (for ${requests} requests)`,
    `- Confidence: ${gain.confidence.toUpperCase()} (based on ${cases} in dataset)`,
  ].join("\n");
}

function savingsText(monthly: NonNullable<DiagnoseReport["improvement"]>["monthly"]): string {
  if (!monthly) return "not measured: no monthly energy is known";
  const cost = monthly.cost_usd === null ? "not known: no electricity price" : `$${dollars(monthly.cost_usd)}/month`;
  const carbon = monthly.carbon_kgco2e === null ? "carbon not known" : `${formatNumber(monthly.carbon_kgco2e)} kgCO2e`;
  return `${cost}, ${formatNumber(monthly.energy_kwh)} kWh, ${carbon}`;
}

/** Numbered as the protocol gives them; the skill's command where it gives none. */
function verification({ verification: steps }: DiagnoseReport): string {
  const shown = steps.length > 0 ? steps : ["Measure with: `nvidia-smi dmon -s pucvmet -d 1`"];
  return shown.map((step, index) => `${index + 1}. ${prose(step)}`).join("\n");
}
