import type { Metrics, Monthly } from "../domain/estimate.ts";
import { exactly, mapDecreasing, type Quantity, scale } from "../domain/interval.ts";
import { G_PER_KG, J_PER_KWH, SECONDS_PER_HOUR } from "../domain/units.ts";
import type { Demand, Workload } from "../domain/workload.ts";

/** Energy in kWh → dollars and kilograms, where price and intensity are known. */
export function priced(
  energyKwh: Quantity,
  demand: Demand,
): Pick<Monthly, "energy_kwh" | "cost_usd" | "carbon_kgco2e"> {
  return {
    energy_kwh: energyKwh,
    cost_usd: demand.electricity_usd_per_kwh === null ? null : scale(energyKwh, demand.electricity_usd_per_kwh),
    carbon_kgco2e: demand.grid_gco2_per_kwh === null ? null : scale(energyKwh, demand.grid_gco2_per_kwh / G_PER_KG),
  };
}

export function withRental(gpuHours: Quantity | null, demand: Demand): Pick<Monthly, "gpu_hours" | "rental_usd"> {
  return gpuHours && demand.gpu_hour_usd !== null
    ? { gpu_hours: gpuHours, rental_usd: scale(gpuHours, demand.gpu_hour_usd) }
    : { gpu_hours: gpuHours };
}

/** A month of the requests alone, as the skill defines it: J per request × requests / 3.6e6 × PUE. */
export function monthOfRequests(w: Workload, metrics: Metrics, demand: Demand): Monthly {
  const energy = scale(metrics.energy_j_per_request, (demand.requests_per_month / J_PER_KWH) * demand.pue);
  const tokens = demand.requests_per_month * w.generation_length;
  const gpuHours =
    metrics.throughput_tok_s &&
    mapDecreasing(metrics.throughput_tok_s, (x) => (tokens * w.num_gpus) / x / SECONDS_PER_HOUR);
  return { requests: demand.requests_per_month, ...priced(energy, demand), ...withRental(gpuHours, demand) };
}

/** GPU hours of a fleet that is up for so many hours a month. */
export const fleetHours = (replicas: number, numGpus: number, hours: number): Quantity =>
  exactly(replicas * numGpus * hours);
