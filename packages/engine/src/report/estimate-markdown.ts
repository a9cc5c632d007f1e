import { formatNumber, formatPercent } from "../domain/format.ts";
import { type Quantity, savedPercent } from "../domain/interval.ts";
import type { Candidate, EstimateReport } from "../domain/report.ts";
import { basisText } from "./basis-text.ts";
import { closing, compose, notes } from "./closing-text.ts";
import { gpuText, modelText, settingText, shortConfigurationText } from "./configuration-text.ts";
import { markdownTable } from "./markdown-table.ts";
import { intensityText, priceText } from "./monthly-text.ts";
import { prose } from "./prose.ts";
import { intervalText, usdText } from "./quantity-text.ts";

const NOT_KNOWN = "not known";
const NO_THROUGHPUT = "not measured: no throughput";

/** The skill's ESTIMATE report. */
export function renderEstimateMarkdown(report: EstimateReport): string {
  const { current, optimized } = report;
  const c = current.configuration;
  return compose([
    `## Monthly Estimate: ${modelText(c)} on ${gpuText(c)}`,
    [
      `- Requests: ${formatNumber(current.monthly.requests)}/month`,
      `- Configuration: ${shortConfigurationText(c)}; ${settingText(c)}`,
      `- Assumptions: PUE ${formatNumber(c.pue)}, ${priceText(c)}, ${intensityText(c)}`,
    ].join("\n"),
    table(report),
    [`- Basis, current: ${basisText(current.basis)}`, `- Basis, optimized: ${basisText(optimized.basis)}`].join("\n"),
    "## Optimization Breakdown",
    breakdown(report),
    notes(report.warnings, [current.basis, optimized.basis], report.configuration),
    closing(report.dataset_version),
  ]);
}

function table({ current, optimized, savings }: EstimateReport): string {
  const share = percent(savings.percent);
  const per1k = ({ metrics }: Candidate) => metrics.energy_j_per_1k_tokens;
  const savedPerToken = savedPercent(per1k(current), per1k(optimized));
  const hours = ({ monthly }: Candidate) => (monthly.gpu_hours ? amount(monthly.gpu_hours) : NO_THROUGHPUT);
  const cost = ({ monthly }: Candidate) => (monthly.cost_usd ? usdText(monthly.cost_usd) : NOT_KNOWN);
  const carbon = ({ monthly }: Candidate) => (monthly.carbon_kgco2e ? amount(monthly.carbon_kgco2e) : NOT_KNOWN);
  return markdownTable(
    ["Metric", "Current Config", "Optimized Config", "Savings"],
    [
      [
        "Configuration",
        shortConfigurationText(current.configuration),
        shortConfigurationText(optimized.configuration),
        "—",
      ],
      ["Energy (kWh)", amount(current.monthly.energy_kwh), amount(optimized.monthly.energy_kwh), share],
      ["Cost ($)", cost(current), cost(optimized), savings.cost_usd ? usdText(savings.cost_usd) : NOT_KNOWN],
      ["Carbon (kgCO2e)", carbon(current), carbon(optimized), savings.carbon_kgco2e ? share : NOT_KNOWN],
      ["Energy (J/1k tokens)", amount(per1k(current)), amount(per1k(optimized)), percent(savedPerToken)],
      ["GPU-hours", hours(current), hours(optimized), hoursSaved(current, optimized)],
      ...rentalRow(current, optimized),
    ],
  );
}

const amount = (q: Quantity): string => `${formatNumber(q.value)}${intervalText(q)}`;
const percent = (q: Quantity): string => `${formatNumber(q.value)} %${intervalText(q)}`;

function hoursSaved(current: Candidate, optimized: Candidate): string {
  const [before, after] = [current.monthly.gpu_hours, optimized.monthly.gpu_hours];
  if (!before || !after || before.value === 0) return NOT_KNOWN;
  return `${formatNumber(100 * (1 - after.value / before.value))} %`;
}

function rentalRow(current: Candidate, optimized: Candidate): string[][] {
  const [before, after] = [current.monthly.rental_usd, optimized.monthly.rental_usd];
  if (!before || !after) return [];
  const saved = before.value - after.value;
  return [["Rent ($)", usdText(before), usdText(after), usdText({ value: saved, low: saved, high: saved })]];
}

function breakdown({ breakdown: changes }: EstimateReport): string {
  if (changes.length === 0) {
    return "Nothing to change: no configuration that was weighed uses less energy on this GPU.";
  }
  return changes
    .map(
      ({ change, effect_percent, why }) =>
        `- **${prose(change)}**: ${formatPercent(effect_percent)} of the current energy. ${prose(why)}`,
    )
    .join("\n");
}
