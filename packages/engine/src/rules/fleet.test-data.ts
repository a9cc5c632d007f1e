import type { FleetEstimate } from "../domain/fleet.ts";
import { within } from "../domain/interval.ts";

const SPREAD = 1.2;

/** An estimate of `busy` and `idle` kWh a month at a load, as a rule sees it. */
export function fleetOf(change: Partial<FleetEstimate> = {}): FleetEstimate {
  const busy_kwh = change.busy_kwh ?? within(60, SPREAD);
  const idle_kwh = change.idle_kwh ?? within(40, SPREAD);
  const energy_kwh = within(busy_kwh.value + idle_kwh.value, SPREAD);
  return {
    kind: "estimated",
    metrics: {
      throughput_tok_s: null,
      latency_ms_per_request: null,
      energy_j_per_1k_tokens: within(1, SPREAD),
      energy_j_per_request: within(1, SPREAD),
      tokens_per_j: within(1, SPREAD),
      power_w: null,
      gpu_utilization_percent: null,
      vram_gb: null,
    },
    monthly: { requests: 1_000_000, energy_kwh, cost_usd: null, carbon_kgco2e: null, gpu_hours: null },
    basis: {
      tier: "modelled",
      confidence: "low",
      evidence: ["row-1"],
      convention: "gross",
      held_out_error_percent: null,
      notes: [],
      missing: {},
    },
    operating_batch: 1,
    mean_concurrency: 1,
    busy_fraction: 0.5,
    busy_kwh,
    idle_kwh,
    replicas_needed: null,
    utilization: 0.1,
    ...change,
  };
}
