import type { Catalogue } from "../domain/catalogue.ts";
import type { Confidence } from "../domain/estimate.ts";
import { formatNumber, formatPercent } from "../domain/format.ts";
import type { PrecisionId } from "../domain/precision.ts";
import type { Candidate, DiagnoseReport, Observation } from "../domain/report.ts";
import type { Resolved } from "../domain/request.ts";
import { energyRatio } from "../evidence/ratio.ts";
import { memoryGb } from "../physics/memory.ts";
import { evaluate, vary } from "./candidate.ts";
import { sixteenBit } from "./grid.ts";
import { nameOf } from "./paradox.ts";

export interface Detection {
  readonly pattern: DiagnoseReport["pattern"];
  readonly as_expected: boolean;
  readonly confidence: Confidence;
  /** How near the observation is to what the pattern predicts, 0-100. */
  readonly match_percent: number;
  readonly root_cause: string;
  readonly secondary_factors: readonly string[];
  readonly evidence: readonly string[];
  /** What the observation looks like: what was named, or the precision that the pattern found instead. */
  readonly looks_like: Candidate;
}

const HIGH_MATCH = 85;
const MEDIUM_MATCH = 65;
/** Below this share of a hypothesis the observation does not speak for it. */
const LEAST_MATCH = 65;

/** 100 = the observation is what the candidate predicts; the mean over the figures that were given. */
export function matchPercent(observed: Observation, candidate: Candidate): number {
  const m = candidate.metrics;
  const pairs: (readonly [number | null, number | undefined])[] = [
    [observed.throughput_tok_s, m.throughput_tok_s?.value],
    [observed.energy_j_per_1k_tokens, m.energy_j_per_1k_tokens.value],
    [observed.power_w, m.power_w?.value],
  ];
  const matches = pairs.flatMap(([seen, expected]) =>
    seen === null || expected === undefined ? [] : [100 * Math.min(seen / expected, expected / seen)],
  );
  return matches.length === 0 ? 0 : matches.reduce((s, x) => s + x, 0) / matches.length;
}

const liesIn = (x: number | null, q: { readonly low: number; readonly high: number } | null): boolean =>
  x === null || q === null || (x >= q.low && x <= q.high);

/** Every given figure lies within its 90 % interval. */
const insideInterval = (observed: Observation, { metrics }: Candidate): boolean =>
  liesIn(observed.throughput_tok_s, metrics.throughput_tok_s) &&
  liesIn(observed.energy_j_per_1k_tokens, metrics.energy_j_per_1k_tokens) &&
  liesIn(observed.power_w, metrics.power_w);

const isFaster = (observed: Observation, { metrics }: Candidate): boolean =>
  observed.throughput_tok_s !== null &&
  metrics.throughput_tok_s !== null &&
  observed.throughput_tok_s > metrics.throughput_tok_s.high;

function confidenceFor(match: number, candidate: Candidate): Confidence {
  if (match >= HIGH_MATCH && candidate.basis.tier === "measured") return "high";
  return match >= MEDIUM_MATCH ? "medium" : "low";
}

function against16Bit(
  resolved: Resolved,
  precision: PrecisionId,
  catalogue: Catalogue,
): { text: string; evidence: readonly string[]; value: number; low: number } | null {
  const base = sixteenBit(resolved.workload);
  const ratio = energyRatio({ ...resolved.workload, precision }, { ...resolved.workload, precision: base }, catalogue);
  if (!ratio) return null;
  const percent = (x: number) => formatPercent(100 * (x - 1));
  return {
    text: `${nameOf(precision)} uses ${percent(ratio.ratio.value)} energy against ${nameOf(base)} here (90 %: ${percent(ratio.ratio.low)} to ${percent(ratio.ratio.high)}${ratio.n > 0 ? ", same session" : ", by physics"}).`,
    evidence: ratio.evidence,
    value: ratio.ratio.value,
    low: ratio.ratio.low,
  };
}

function secondary(resolved: Resolved, candidate: Candidate, catalogue: Catalogue): string[] {
  const w = resolved.workload;
  const memory = memoryGb(w, catalogue);
  const utilization = candidate.metrics.gpu_utilization_percent;
  return [
    ...(w.batch_size === 1 && w.framework === "transformers"
      ? [
          `Batch 1: eager decoding is bound by kernel launches${utilization ? `, about ${formatNumber(utilization.value, 2)} % of the memory bandwidth is in use (modelled)` : ""}; batching concurrent requests is the largest lever.`,
        ]
      : []),
    ...(memory.available_gb !== null && memory.total_gb.high > memory.available_gb
      ? ["Memory is tight: layers that spill to the CPU slow every step down many times."]
      : []),
    "Host speed: eager launch time differs threefold between hosts; one FP16 run (calibration_throughput_tok_s) sets yours.",
  ];
}

/** Default INT8: either it was named, or the numbers look like it although another precision was named. */
function detectDefaultInt8(
  resolved: Resolved,
  observed: Observation,
  expected: Candidate,
  catalogue: Catalogue,
): Detection | null {
  const named = resolved.workload.precision === "int8_default";
  const { framework } = resolved.workload;
  if (framework !== "transformers" || (!named && insideInterval(observed, expected))) return null;
  const outcome = named
    ? { kind: "estimated" as const, candidate: expected }
    : evaluate(vary(resolved, { precision: "int8_default" }), catalogue);
  if (outcome.kind !== "estimated") return null;
  const match = matchPercent(observed, outcome.candidate);
  if (!named && (match < HIGH_MATCH || match <= matchPercent(observed, expected))) return null;
  // Much faster than default INT8 ever was here: whatever runs, it is not that.
  if (named && match < LEAST_MATCH && isFaster(observed, expected)) return null;
  const effect = against16Bit(resolved, "int8_default", catalogue);
  const confidence = confidenceFor(match, outcome.candidate);
  return {
    pattern: "int8_default_overhead",
    as_expected: false,
    confidence: named ? confidence : confidence === "high" ? "medium" : "low",
    match_percent: match,
    root_cause:
      `Mixed-precision decomposition: with load_in_8bit=True bitsandbytes keeps llm_int8_threshold=6.0, splits the outlier columns off every linear layer and converts between INT8 and FP16 in each of them.${named ? "" : ` Your figures look like default INT8 although ${nameOf(resolved.workload.precision)} was named.`} ${effect?.text ?? ""}`.trim(),
    secondary_factors: secondary(resolved, outcome.candidate, catalogue),
    evidence: effect?.evidence ?? outcome.candidate.basis.evidence,
    looks_like: outcome.candidate,
  };
}

function detectSmallNf4(
  resolved: Resolved,
  observed: Observation,
  expected: Candidate,
  catalogue: Catalogue,
): Detection | null {
  const { precision } = resolved.workload;
  if (precision !== "nf4" && precision !== "nf4_dq") return null;
  const effect = against16Bit(resolved, precision, catalogue);
  const match = matchPercent(observed, expected);
  if (!effect || effect.value <= 1 || match < LEAST_MATCH) return null;
  return {
    pattern: "nf4_small_model",
    as_expected: false,
    confidence: effect.low > 1 ? confidenceFor(match, expected) : "low",
    match_percent: match,
    root_cause: `Dequantization: NF4 unpacks its weights at every use, and on a model of ${formatNumber(resolved.workload.model.params_b_total ?? 0)}B parameters that costs more than the saved memory traffic. ${effect.text}`,
    secondary_factors: secondary(resolved, expected, catalogue),
    evidence: effect.evidence,
    looks_like: expected,
  };
}

function detectBatchOne(
  resolved: Resolved,
  observed: Observation,
  expected: Candidate,
  catalogue: Catalogue,
): Detection | null {
  const useCase = resolved.configuration.use_case;
  const match = matchPercent(observed, expected);
  if (resolved.workload.batch_size !== 1 || match < LEAST_MATCH) return null;
  if (useCase !== "production_api" && useCase !== "batch_processing") return null;
  return {
    pattern: "batch_size_one",
    as_expected: false,
    confidence: confidenceFor(match, expected),
    match_percent: match,
    root_cause:
      "Batch 1: every decode step launches all kernels and reads all weights for a single token, so launch overhead and memory latency dominate.",
    secondary_factors: secondary(resolved, expected, catalogue),
    evidence: expected.basis.evidence,
    looks_like: expected,
  };
}

/** The first known pattern that the observation matches; else whether it is what the evidence expects. */
export function detect(
  resolved: Resolved,
  observed: Observation,
  expected: Candidate,
  catalogue: Catalogue,
): Detection {
  const known =
    detectDefaultInt8(resolved, observed, expected, catalogue) ??
    detectSmallNf4(resolved, observed, expected, catalogue) ??
    detectBatchOne(resolved, observed, expected, catalogue);
  if (known) return known;
  const match = matchPercent(observed, expected);
  const as_expected = insideInterval(observed, expected);
  const w = resolved.workload;
  return {
    pattern: null,
    as_expected,
    confidence: as_expected ? confidenceFor(match, expected) : "low",
    match_percent: match,
    root_cause: as_expected
      ? `${nameOf(w.precision)} at batch ${w.batch_size} on the ${w.gpu.name} measures like this (${expected.basis.tier}${expected.basis.evidence[0] ? `, ${expected.basis.evidence[0]}` : ""}).`
      : isFaster(observed, expected)
        ? "It is faster than the evidence: check that the precision named is the one that is loaded, and that the batch is the one counted."
        : "Look for layers on the CPU, another process on the card, a power cap, thermal throttling or a slower host.",
    secondary_factors: secondary(resolved, expected, catalogue),
    evidence: expected.basis.evidence,
    looks_like: expected,
  };
}
