import { formatNumber } from "../domain/format.ts";
import type { Quantity } from "../domain/interval.ts";

const MINUS = "\u2212";

/** Below this a month's kWh, dollar or kg is noise. */
const NOTHING = 0.0005;

/** Three significant digits; never "-0". */
export const number = (value: number): string => (Math.abs(value) < NOTHING ? "0" : formatNumber(value));

/** With its sign; 0 has none. */
export const signed = (value: number): string => {
  const text = number(value);
  return value > 0 && text !== "0" ? `+${text}` : text;
};

export const signedUsd = (value: number): string => {
  const text = number(Math.abs(value));
  return text === "0" ? "$0" : `${value < 0 ? MINUS : "+"}$${text}`;
};

export const percent = (value: number): string => `${signed(Math.abs(value) >= 10 ? Math.round(value) : value)} %`;

/** `310–530`; with signs and "to" where a minus would stand beside the dash. */
export const interval = ({ low, high }: Quantity): string =>
  low < 0 || high < 0 ? `${signed(low)} to ${signed(high)}` : `${number(low)}–${number(high)}`;

/** `644 (480–860)`; a quantity without spread stands alone. */
export function amount(quantity: Quantity): string {
  const same = number(quantity.low) === number(quantity.high);
  return same ? number(quantity.value) : `${number(quantity.value)} (${interval(quantity)})`;
}

/** `**+412** (310–530)` */
export function change(quantity: Quantity): string {
  const same = number(quantity.low) === number(quantity.high);
  return same ? `**${signed(quantity.value)}**` : `**${signed(quantity.value)}** (${interval(quantity)})`;
}

/** `1 deployment`, `2 deployments` */
export const count = (n: number, noun: string): string => `${number(n)} ${noun}${n === 1 ? "" : "s"}`;
