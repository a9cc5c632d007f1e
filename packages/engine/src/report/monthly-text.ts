import type { Monthly } from "../domain/estimate.ts";
import { formatNumber } from "../domain/format.ts";
import type { Configuration } from "../domain/request.ts";
import { prose } from "./prose.ts";
import { quantityText, usdText } from "./quantity-text.ts";

const noPrice = (c: Configuration): string =>
  `no electricity price for region ${prose(c.region)} (give \`electricity_usd_per_kwh\`)`;
const noIntensity = (c: Configuration): string =>
  `no grid intensity for region ${prose(c.region)} (give \`grid_gco2_per_kwh\`)`;

export const priceText = (c: Configuration): string =>
  c.electricity_usd_per_kwh === null
    ? noPrice(c)
    : `$${formatNumber(c.electricity_usd_per_kwh)}/kWh (${prose(c.region)})`;

export const intensityText = (c: Configuration): string =>
  c.grid_gco2_per_kwh === null ? noIntensity(c) : `${formatNumber(c.grid_gco2_per_kwh)} gCO2e/kWh (${prose(c.region)})`;

const costText = (m: Monthly, c: Configuration): string =>
  m.cost_usd ? `${usdText(m.cost_usd)} at ${priceText(c)}` : `not known: ${noPrice(c)}`;

const carbonText = (m: Monthly, c: Configuration): string =>
  m.carbon_kgco2e
    ? `${quantityText(m.carbon_kgco2e, "kgCO2e")} at ${intensityText(c)}`
    : `not known: ${noIntensity(c)}`;

/** GPU time and, where its price was given, its rent: kept apart from electricity. */
export function gpuTimeText(m: Monthly): string {
  const hours = m.gpu_hours ? quantityText(m.gpu_hours, "GPU-hours") : "not measured: no throughput to reckon it from";
  return m.rental_usd ? `${hours}; rent ${usdText(m.rental_usd)}` : hours;
}

/** The month of one configuration as a list. */
export function monthlyLines(m: Monthly, c: Configuration): string[] {
  return [
    `- For ${formatNumber(m.requests)} requests/month:`,
    `  - Energy: ${quantityText(m.energy_kwh, "kWh")} at PUE ${formatNumber(c.pue)}`,
    `  - Cost: ${costText(m, c)}`,
    `  - Carbon: ${carbonText(m, c)}`,
    `  - GPU time: ${gpuTimeText(m)}`,
  ];
}
