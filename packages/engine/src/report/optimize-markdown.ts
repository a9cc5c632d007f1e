import { formatNumber, formatProbability } from "../domain/format.ts";
import type { Binding, Candidate, FrontPoint, OptimizeReport } from "../domain/report.ts";
import { configurationLines, energyLines, performanceLines } from "./candidate-text.ts";
import { bullets, closing, compose, noteLines, sentencesOf } from "./closing-text.ts";
import { gpuText, precisionText } from "./configuration-text.ts";
import { codeSpan } from "./escape.ts";
import { fleetLines } from "./fleet-text.ts";
import { markdownTable } from "./markdown-table.ts";
import { monthlyLines } from "./monthly-text.ts";
import { prose } from "./prose.ts";
import { percentText } from "./quantity-text.ts";

/** Warnings that belong among the pitfalls, not among the notes. */
const PITFALL_CODES = new Set(["accuracy-not-assessed"]);
const ALTERNATIVES = 6;
const FRONT = 12;
const RANKED_BY_RATIO =
  "Configurations are ranked at your lengths, precisions by the ratio of their energies, in which shared errors cancel: a figure below the recommendation's is no proof of less energy.";
/** Rows that the answer names with their address. */
const PATHS = 3;

const BUDGETS: Readonly<Record<Binding["budget"], { readonly words: string; readonly unit: string }>> = {
  max_latency_ms: { words: "latency of at most", unit: "ms/request" },
  max_vram_gb: { words: "memory of at most", unit: "GB" },
  min_throughput_tok_s: { words: "throughput of at least", unit: "tok/s" },
};

/** The skill's OPTIMIZE report. */
export function renderOptimizeMarkdown(report: OptimizeReport): string {
  const shown = report.recommended ?? report.closest_infeasible?.candidate ?? null;
  return compose([
    "## Recommended Configuration",
    recommendation(report, shown),
    "## Performance Metrics",
    linesOf(shown, performanceLines),
    "## Energy & Efficiency",
    linesOf(shown, energyLines),
    "## Cost & Carbon (Monthly Estimates)",
    linesOf(shown, (c) => monthlyLines(c.monthly, c.configuration)),
    "## Why This Configuration",
    bullets(report.why, "No reason is recorded beyond the numbers above."),
    alternatives(report),
    front(report),
    "## 💡 Optimization Insights",
    bullets(report.insights, "None: the evidence shows nothing more to gain on this GPU."),
    report.fleet ? fleetLines(report.fleet) : "",
    "## ⚠️ Warning: Avoid These Pitfalls",
    bullets(pitfalls(report), "None of the known paradoxes touches this configuration."),
    "## 📊 Detailed Analysis",
    analysis(shown),
    "## 🔬 Measurement Transparency",
    transparency(report, shown),
    closing(report.dataset_version),
  ]);
}

const linesOf = (candidate: Candidate | null, lines: (candidate: Candidate) => string[]): string =>
  candidate
    ? lines(candidate).join("\n")
    : "- not measured: no configuration of this model could be estimated on this GPU";

function recommendation(report: OptimizeReport, shown: Candidate | null): string {
  const lines = linesOf(shown, configurationLines);
  if (report.recommended) {
    return report.binding_constraint
      ? `${lines}\n- Binding budget: ${budgetText(report.binding_constraint, "without it: ")}`
      : lines;
  }
  const violated = (report.closest_infeasible?.violates ?? []).map(
    (binding) => `- Misses: ${budgetText(binding, "here ")}`,
  );
  return [
    "**No configuration meets the budgets.** The closest that misses them:",
    [lines, ...violated].join("\n"),
  ].join("\n\n");
}

function budgetText({ budget, limit, value }: Binding, where: string): string {
  const { words, unit } = BUDGETS[budget];
  const reached = value === null ? "not measured" : `${formatNumber(value)} ${unit}`;
  return `${words} ${formatNumber(limit)} ${unit} (${where}${reached})`;
}

const isRecommended = (c: FrontPoint["configuration"], { recommended }: OptimizeReport): boolean =>
  recommended !== null &&
  (["quantization", "batch_size", "num_gpus", "hardware_platform"] as const).every(
    (name) => recommended.configuration[name] === c[name],
  );

/** One of several configurations as a row: what it is, its figures, and the recommended one against it. */
function rowOf(each: FrontPoint, report: OptimizeReport): string[] {
  const { configuration: c, metrics: m, basis } = each;
  const boards = new Set(
    [...report.alternatives, ...report.pareto_front].map(
      ({ configuration }) => `${configuration.num_gpus} ${gpuText(configuration)}`,
    ),
  );
  return [
    `${precisionText(c.quantization)}, batch ${formatNumber(c.batch_size)}${boards.size > 1 ? `, ${gpuText(c)}` : ""}`,
    formatNumber(m.energy_j_per_1k_tokens.value),
    ...[m.throughput_tok_s, m.latency_ms_per_request, m.vram_gb].map((q) =>
      q ? formatNumber(q.value) : "not measured",
    ),
    ...(isRecommended(c, report)
      ? ["—", "—"]
      : [
          `${percentText(each.energy_percent).replace("90 %: ", "")}${each.separable ? "" : ", not separable"}`,
          formatProbability(each.probability_less_energy),
        ]),
    `${basis.tier}, ${basis.confidence}`,
  ];
}

const COLUMNS = ["J/1k tok", "tok/s", "ms/request", "VRAM GB", "Recommended against it", "Uses less with", "Basis"];

function alternatives(report: OptimizeReport): string {
  if (report.alternatives.length === 0) {
    return report.recommended
      ? "Alternatives: no other configuration is known to fit."
      : "Alternatives: none meets the budgets.";
  }
  const rows = report.alternatives.slice(0, ALTERNATIVES).map((each) => rowOf(each, report));
  const table = `Next best, in order:\n\n${markdownTable(["Alternative", ...COLUMNS], rows)}`;
  const best = report.recommended?.metrics.energy_j_per_1k_tokens.value ?? 0;
  const lower = report.alternatives.some(({ metrics }) => metrics.energy_j_per_1k_tokens.value < best);
  return lower ? `${table}\n\n${RANKED_BY_RATIO}` : table;
}

/** Energy against latency: what less waiting costs. */
function front(report: OptimizeReport): string {
  if (report.pareto_front.length < 2) return "";
  const rows = report.pareto_front.slice(0, FRONT).map((each) => rowOf(each, report));
  const left = report.pareto_front.length - rows.length;
  const more = left > 0 ? `\n\n${left} more, faster and of more energy, stand in the JSON answer.` : "";
  return `Energy against latency, nothing else within the budgets is better in both:\n\n${markdownTable(["Configuration", ...COLUMNS], rows)}${more}`;
}

const pitfalls = (report: OptimizeReport): string[] => [
  ...report.warnings.filter(({ code }) => PITFALL_CODES.has(code)).map(({ message }) => message),
  ...report.pitfalls,
];

function analysis(shown: Candidate | null): string {
  const own = new Set(shown?.basis.own_evidence);
  const paths = (shown?.basis.evidence ?? [])
    .slice(0, PATHS)
    .map((id) => (own.has(id) ? `${codeSpan(id)} (your own row)` : codeSpan(`/v1/evidence/${id}`)));
  return [
    `- Evidence of this answer: ${paths.length > 0 ? paths.join(", ") : "no measured row; `/v1/evidence` lists all"}`,
    "- What the evidence says of the field's claims: `/v1/claims`",
    "- Method and data, in this project's repository: `data/README.md`",
  ].join("\n");
}

function transparency(report: OptimizeReport, shown: Candidate | null): string {
  const { hardware, driver, software, method, baseline, limitations } = report.transparency;
  const others = sentencesOf(report.warnings.filter(({ code }) => !PITFALL_CODES.has(code)));
  const told = noteLines([...limitations, ...others], [shown?.basis ?? null], report.configuration);
  return [
    `- Hardware: ${recorded(hardware)}, Driver ${recorded(driver)}`,
    `- Software: ${recorded(software)}`,
    `- Method: ${recorded(method)}`,
    `- Baseline: ${recorded(baseline)}`,
    told.length > 0 ? "- Limitations:" : "- Limitations: none beyond the intervals",
    ...told.map((line) => `  ${line}`),
  ].join("\n");
}

const recorded = (text: string): string => (text.trim() === "" ? "not recorded" : prose(text));
