import { formatNumber, formatPercent } from "../domain/format.ts";
import type { Quantity } from "../domain/interval.ts";

/** Dollars and cents; whole dollars from a thousand, three digits below ten cents. */
const CENTS_FROM = 0.1;
const WHOLE_FROM = 1000;

/** `10.40`, `1,234`, `0.0042`, without the sign of the currency. */
export const dollars = (x: number): string => {
  const size = Math.abs(x);
  if (size < CENTS_FROM || size >= WHOLE_FROM) return formatNumber(x);
  return `${x < 0 ? "\u2212" : ""}${size.toFixed(2)}`;
};

/** `1,031–1,190`; with "to" where a minus would stand beside the dash. */
const range = ({ low, high }: Quantity, format: (x: number) => string): string =>
  low < 0 || high < 0 ? `${format(low)} to ${format(high)}` : `${format(low)}–${format(high)}`;

/** `(90 %: 1,031–1,190)` with a space before it and, in front, what else belongs in the brackets. */
export function intervalText(q: Quantity, format: (x: number) => string = formatNumber, remark = ""): string {
  const spread = format(q.low) === format(q.high) ? "" : `90 %: ${range(q, format)}`;
  const inside = [remark, spread].filter((part) => part !== "").join("; ");
  return inside === "" ? "" : ` (${inside})`;
}

/** `1,108 J (90 %: 1,031–1,190)`; `3,625 ms (BS=64; 90 %: 3,200–4,100)` with a remark. */
export const quantityText = (q: Quantity, unit: string, remark = ""): string =>
  `${formatNumber(q.value)} ${unit}${intervalText(q, formatNumber, remark)}`;

/** `$10.40 (90 %: 9.68–11.17)` */
export function usdText(q: Quantity): string {
  const sign = q.value < 0 ? "\u2212" : "";
  return `${sign}$${dollars(Math.abs(q.value))}${intervalText(q, dollars)}`;
}

/** `+29.4 % (90 %: +25 to +34)`, signed. */
export function percentText(q: Quantity): string {
  const signed = (x: number) => formatPercent(x).replace(" %", "");
  const spread = signed(q.low) === signed(q.high) ? "" : ` (90 %: ${signed(q.low)} to ${signed(q.high)})`;
  return `${formatPercent(q.value)}${spread}`;
}
