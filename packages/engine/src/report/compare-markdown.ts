import type { MetricName } from "../domain/estimate.ts";
import { formatNumber, formatProbability } from "../domain/format.ts";
import type { Quantity } from "../domain/interval.ts";
import type { CompareColumn, CompareReport } from "../domain/report.ts";
import type { Configuration } from "../domain/request.ts";
import { absentMetrics, basisText, notMeasured } from "./basis-text.ts";
import { bullets, closing, compose, notes } from "./closing-text.ts";
import { gpuText, modelText, parametersText, precisionText, settingText } from "./configuration-text.ts";
import { codeBlock } from "./escape.ts";
import { evidenceText } from "./evidence-ids.ts";
import { markdownTable } from "./markdown-table.ts";
import { prose } from "./prose.ts";
import { dollars, intervalText, percentText } from "./quantity-text.ts";

const SHORT: Readonly<Record<MetricName, string>> = {
  throughput_tok_s: "throughput",
  latency_ms_per_request: "latency",
  energy_j_per_1k_tokens: "energy",
  energy_j_per_request: "energy per request",
  tokens_per_j: "efficiency",
  power_w: "power",
  gpu_utilization_percent: "GPU utilization",
  vram_gb: "VRAM",
};

/** The column that the others are compared with. */
const BASELINES: readonly string[] = ["fp16", "bf16"];

/** The skill's COMPARE report. */
export function renderCompareMarkdown(report: CompareReport): string {
  const { configuration: c, columns, recommendation } = report;
  return compose([
    `## Comparison: ${modelText(c)} (${parametersText(c, "params")}) on ${gpuText(c)}`,
    `Batch ${formatNumber(c.batch_size)}, ${settingText(c)}. In brackets: 90 % intervals.`,
    table(columns, c),
    columns.flatMap(underTable).join("\n"),
    "## 🏆 Recommendation",
    verdict(recommendation.quantization),
    `**Reasoning:**\n\n${bullets(recommendation.reasons, "No reason is recorded beyond the table.")}`,
    `**Quantified benefit vs alternatives:**\n\n${benefits(report)}`,
    "## ⚠️ Paradox Warnings",
    paradoxes(report),
    "## 💡 Context-Specific Advice",
    advice(report),
    "## 📊 Visualization",
    codeBlock(report.chart),
    notes(
      report.warnings,
      columns.map(({ basis }) => basis),
      c,
    ),
    closing(report.dataset_version),
  ]);
}

function table(columns: readonly CompareColumn[], c: Configuration): string {
  const batch = formatNumber(c.batch_size);
  const row = (label: string, cell: (column: CompareColumn) => string) => [label, ...columns.map(cell)];
  return markdownTable(
    ["Metric", ...columns.map(({ quantization }) => precisionText(quantization))],
    [
      row("Throughput (tok/s)", metricCell("throughput_tok_s")),
      row("Energy (J/1k tok)", metricCell("energy_j_per_1k_tokens")),
      row(
        `Δ Energy ${c.replicas === null ? "" : "of the month "}vs ${precisionText(columns[0]?.quantization ?? "fp16")}`,
        deltaCell,
      ),
      row("Energy Efficiency (tok/J)", metricCell("tokens_per_j")),
      row("VRAM Usage (GB)", metricCell("vram_gb")),
      row(`Latency (ms/req, BS=${batch})`, metricCell("latency_ms_per_request")),
      row("Power Draw (W avg)", metricCell("power_w")),
      row("GPU Utilization (%, estimated)", metricCell("gpu_utilization_percent")),
      row("**Rank (Energy)**", ({ rank }) => (rank === null ? "not ranked" : `**${formatNumber(rank)}**`)),
      row("Basis", ({ basis, absence }) => (basis ? `${basis.tier}, ${basis.confidence}` : (absence ?? NOT_MEASURED))),
    ],
  );
}

const NOT_MEASURED = "not measured";
const number = (q: Quantity): string => {
  const interval = intervalText(q).replace("90 %: ", "").trim();
  return interval === "" ? formatNumber(q.value) : `${formatNumber(q.value)} ${interval}`;
};

const metricCell =
  (name: MetricName) =>
  ({ metrics, absence }: CompareColumn): string => {
    if (!metrics) return absence ?? NOT_MEASURED;
    const q = metrics[name];
    return q ? number(q) : NOT_MEASURED;
  };

function deltaCell({ quantization, delta_energy_percent: delta, metrics, absence }: CompareColumn): string {
  if (delta) return percentText(delta).replace("90 %: ", "");
  if (!metrics) return absence ?? NOT_MEASURED;
  return BASELINES.includes(quantization) ? "—" : "not known";
}

/** What stands behind a column, and why a cell of it has no number. */
function underTable(column: CompareColumn): string[] {
  const name = precisionText(column.quantization);
  const { metrics, basis } = column;
  if (!metrics || !basis)
    return [
      `- ${name}: ${column.absence === "does not fit" ? prose(column.why_not ?? "does not fit") : notMeasured(column.why_not)}`,
    ];
  const why = (metric: MetricName) => notMeasured(basis.missing[metric]);
  const without = absentMetrics(metrics);
  const reasons = [...new Set(without.map(why))].map((reason) => {
    const named = without.filter((metric) => why(metric) === reason).map((metric) => SHORT[metric]);
    return `${named.join(", ")}: ${reason}`;
  });
  return [`- ${name}: ${basisText(basis)}`, ...reasons.map((reason) => `  - ${reason}`)];
}

const verdict = (quantization: string | null): string =>
  quantization === null
    ? "**No single method**: the best two cannot be told apart for this configuration."
    : `**Use ${precisionText(quantization)}** for this configuration.`;

function benefits({ columns, recommendation, configuration: c }: CompareReport): string {
  const best = recommendation.quantization ?? columns.find(({ rank }) => rank === 1)?.quantization;
  if (recommendation.against.length === 0 || best === undefined)
    return "- None: there is no other method to compare with.";
  const requests = formatNumber(c.requests_per_month);
  return recommendation.against
    .flatMap((each) => {
      const other = precisionText(each.quantization);
      const {
        energy_percent: energy,
        throughput_percent: speed,
        cost_usd_month: cost,
        probability_less_energy: p,
      } = each;
      const lines = [
        `- ${moreOrLess(energy, "less energy", "more energy")} than ${other}, with a probability of ${formatProbability(energy.value <= 0 ? p : 1 - p)}${each.separable ? "" : "; the two cannot be told apart"}`,
        speed
          ? `  - ${moreOrLess(speed, "slower", "faster")} than ${other}`
          : `  - speed against ${other}: not measured`,
        cost
          ? `  - ${saving(cost)} vs ${other} at ${requests} requests/month`
          : `  - monthly savings vs ${other}: not known, no electricity price`,
      ];
      return lines;
    })
    .join("\n");
}

/** A signed percentage in words: `29.4 % less energy (90 %: 20–35)`. */
function moreOrLess(q: Quantity, below: string, above: string): string {
  const size = `${formatNumber(Math.abs(q.value))} % ${q.value < 0 ? below : above}`;
  if (q.low < 0 && q.high > 0) return `${size} (90 %: ${percentEnds(q)})`;
  const [near, far] = [Math.abs(q.low), Math.abs(q.high)].sort((a, b) => a - b);
  return `${size}${intervalText({ value: Math.abs(q.value), low: near ?? 0, high: far ?? 0 })}`;
}

const percentEnds = (q: Quantity): string => /\(90 %: (.*)\)/.exec(percentText(q))?.[1] ?? "0";

/** `$13.38 (90 %: 9.62–17.10) monthly savings`; an extra cost is told as its size, so its interval is turned round too. */
export function saving(q: Quantity): string {
  const size = q.value < 0 ? { value: -q.value, low: -q.high, high: -q.low } : q;
  return `$${dollars(size.value)}${intervalText(size, dollars)} monthly ${q.value < 0 ? "extra cost" : "savings"}`;
}

function paradoxes({ paradox_warnings: warnings }: CompareReport): string {
  if (warnings.length === 0) return "- None: no quantized method was shown to cost energy here.";
  return warnings
    .map(({ quantization, message, evidence }) => {
      const named = evidence.some((id) => message.includes(id));
      const behind = named ? "" : ` Evidence: ${evidenceText(evidence)}.`;
      return `- **${precisionText(quantization)}**: ${prose(message)}${behind}`;
    })
    .join("\n");
}

function advice({ advice: { memory, latency, cost, accuracy } }: CompareReport): string {
  const use = (text: string) => (text.startsWith("not ") ? prose(text) : `Use ${prose(text)}`);
  return [
    `- If memory-constrained: ${use(memory)}`,
    `- If latency-critical: ${use(latency)}`,
    `- If cost-optimizing (>1M req/month): ${use(cost)}`,
    `- If accuracy-critical: ${use(accuracy)}`,
  ].join("\n");
}
