import { formatNumber, formatProbability } from "../domain/format.ts";
import type { FleetAdvice, FleetChoice, LoadPoint } from "../domain/report.ts";
import { counted, precisionText } from "./configuration-text.ts";
import { markdownTable } from "./markdown-table.ts";
import { percentText, quantityText } from "./quantity-text.ts";

const percent = (share: number): string => `${formatNumber(100 * share, 2)} %`;

/** `2 replicas of BF16 with max_num_seqs 256: 812 kWh a month …, at 41 % of their capacity` */
const fleetText = ({ replicas, configuration: c, max_num_seqs, monthly, utilization }: FleetChoice): string =>
  `${counted(replicas, "replica")} of ${precisionText(c.quantization)} with \`max_num_seqs\` ${formatNumber(max_num_seqs)}: ${quantityText(monthly.energy_kwh, "kWh a month")}, ${utilization > 1 ? `${formatNumber(utilization)} times what they can serve` : `${percent(utilization)} of what they can serve`}`;

const rowOf = (p: LoadPoint): string[] => [
  formatNumber(p.requests_per_month),
  formatNumber(p.replicas),
  percent(p.utilization),
  formatNumber(p.mean_concurrency, 2),
  formatNumber(p.energy_j_per_request.value),
  p.latency_ms_per_request ? formatNumber(p.latency_ms_per_request.value) : "not measured",
];

/** How many replicas the traffic deserves, with which bound, and energy per request against traffic. */
export function fleetLines({
  recommended,
  max_num_seqs_sufficient: enough,
  given,
  curve,
  least_energy,
}: FleetAdvice): string {
  const { requests_per_month: requests } = recommended.configuration;
  const lines = [
    `Traffic of ${formatNumber(requests)} requests a month deserves:`,
    [
      `- ${fleetText(recommended)}; ${formatNumber(recommended.mean_concurrency, 2)} requests at a time on average`,
      ...(enough < recommended.max_num_seqs
        ? [`- At this traffic a bound above ${formatNumber(enough)} changes hardly anything; it is room for more.`]
        : []),
      ...(given
        ? [
            `- As asked, ${fleetText(given)}: the recommended fleet uses ${percentText(given.energy_percent)}, less with a probability of ${formatProbability(given.probability_less_energy)}${given.separable ? "" : "; the two cannot be told apart"}`,
          ]
        : []),
      `- A request costs least at ${percent(least_energy.utilization)} of what the replicas can serve (${quantityText(least_energy.energy_j_per_request, "J")}): little traffic pays for idle hours, and above 80 % the slowest requests wait long`,
    ].join("\n"),
    markdownTable(
      ["Requests/month", "Replicas", "Utilization", "At once", "J/request", "ms/request"],
      curve.map(rowOf),
    ),
  ];
  return lines.join("\n\n");
}
