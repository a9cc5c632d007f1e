import { type Basis, METRIC_NAMES, type MetricName, type Metrics } from "../domain/estimate.ts";
import { formatNumber } from "../domain/format.ts";
import { evidenceText } from "./evidence-ids.ts";
import { prose } from "./prose.ts";
import { quantityText } from "./quantity-text.ts";

/** Why a number is absent, as the field itself says it: never an empty field. */
export function notMeasured(why: string | undefined): string {
  if (why === undefined || why.trim() === "") return "not measured: the evidence does not say why";
  return why.includes("not measured") ? prose(why) : `not measured: ${prose(why)}`;
}

const UNITS: Readonly<Record<MetricName, string>> = {
  throughput_tok_s: "tok/s",
  latency_ms_per_request: "ms/request",
  energy_j_per_1k_tokens: "J",
  energy_j_per_request: "J",
  tokens_per_j: "tokens/J",
  power_w: "W average",
  gpu_utilization_percent: "%",
  vram_gb: "GB",
};

/** A metric with unit and interval, or "not measured" and why. */
export function metricText(metrics: Metrics, basis: Basis, name: MetricName, remark = ""): string {
  const q = metrics[name];
  return q ? quantityText(q, UNITS[name], remark) : notMeasured(basis.missing[name]);
}

/** `measured · high confidence · eco-a800-batch-0215-0004` */
export function basisText(basis: Basis): string {
  return [
    basis.tier,
    `${basis.confidence} confidence`,
    evidenceText(basis.evidence),
    ...(basis.held_out_error_percent === null
      ? []
      : [`median error on held-out rows ${formatNumber(basis.held_out_error_percent)} %`]),
  ].join(" · ");
}

/** Metrics that this basis has no number for. */
export const absentMetrics = (metrics: Metrics): readonly MetricName[] =>
  METRIC_NAMES.filter((name) => metrics[name] === null);
