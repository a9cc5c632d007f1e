import { type Catalogue, isOwn } from "../domain/catalogue.ts";
import type { Basis, Confidence, Metrics, Tier } from "../domain/estimate.ts";
import { mapDecreasing, mapIncreasing, type Quantity, scale } from "../domain/interval.ts";
import type { Measurement } from "../domain/measurement.ts";
import { MS_PER_S, TOKENS_PER_KILOTOKEN } from "../domain/units.ts";
import type { Workload } from "../domain/workload.ts";
import { memoryGb } from "../physics/memory.ts";
import { predict } from "../physics/predict.ts";
import type { RawEstimate } from "./raw.ts";

const PERCENT = 100;

/** Of memory bandwidth or arithmetic peak, whichever is nearer its limit: what physics says at this throughput. */
function rooflineUtilization(w: Workload, throughput: Quantity | null, catalogue: Catalogue): Quantity | null {
  const prediction = predict(w, catalogue);
  if (!prediction || !throughput) return null;
  const share = Math.max(prediction.step.memory_utilization, prediction.step.compute_utilization);
  return mapIncreasing(throughput, (x) => Math.min(PERCENT, (PERCENT * share * x) / prediction.throughput_tok_s));
}

const LEVELS = ["high", "medium", "low"] as const satisfies readonly Confidence[];

/** Measured high, interpolated high (a bracket of tier 1) or medium, transferred medium, modelled low; a step lower for tier-2 evidence or a single run. */
function confidenceOf(tier: Tier, rows: readonly Measurement[]): Confidence {
  const start = tier === "measured" || tier === "interpolated" ? 0 : tier === "transferred" ? 1 : 2;
  const first = rows[0];
  const singleRun = first !== undefined && /^1(?!\d)/.test(first.n_runs) && !first.n_runs.includes("steady-state");
  const lower = first !== undefined && (first.tier > 1 || singleRun) ? 1 : 0;
  return LEVELS[Math.min(LEVELS.length - 1, start + lower)] ?? "low";
}

/** Everything that an answer shows, from energy and throughput. */
export function toMetrics(w: Workload, raw: RawEstimate, catalogue: Catalogue): { metrics: Metrics; basis: Basis } {
  const energy = raw.energy_j_per_token;
  const throughput = raw.throughput_tok_s;
  const rowId = raw.rows[0]?.id ?? "no row";
  const noThroughput = `${rowId} publishes energy only: not measured`;
  const utilization = rooflineUtilization(w, throughput, catalogue);
  const metrics: Metrics = {
    throughput_tok_s: throughput,
    latency_ms_per_request:
      throughput && mapDecreasing(throughput, (x) => (MS_PER_S * w.batch_size * w.generation_length) / x),
    energy_j_per_1k_tokens: scale(energy, TOKENS_PER_KILOTOKEN),
    energy_j_per_request: scale(energy, w.generation_length),
    tokens_per_j: mapDecreasing(energy, (x) => 1 / x),
    power_w: raw.power_w,
    gpu_utilization_percent: utilization,
    vram_gb: memoryGb(w, catalogue).total_gb,
  };
  const missing = {
    ...(throughput ? {} : { throughput_tok_s: noThroughput, latency_ms_per_request: noThroughput }),
    ...(raw.power_w ? {} : { power_w: `${rowId} publishes no power: not measured` }),
    ...(utilization
      ? {}
      : { gpu_utilization_percent: throughput ? "the catalogue lacks a figure of this card" : noThroughput }),
  };
  const own = raw.rows.filter((row) => isOwn(row, catalogue));
  const basis: Basis = {
    tier: raw.tier,
    confidence: confidenceOf(raw.tier, raw.rows),
    evidence: raw.rows.map((row) => row.id),
    ...(own.length > 0 ? { own_evidence: own.map((row) => row.id) } : {}),
    convention: "gross",
    held_out_error_percent: raw.held_out_error_percent,
    notes: [
      ...raw.notes,
      ...(utilization
        ? ["GPU utilisation is modelled: the share of memory bandwidth or arithmetic peak in use, not NVML's figure."]
        : []),
    ],
    missing,
  };
  return { metrics, basis };
}
