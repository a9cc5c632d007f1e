import { formatNumber, type Quantity } from "@ecocompute/engine";

/** 90 % interval as "58.2 to 116". */
export const rangeText = ({ low, high }: Quantity): string => `${formatNumber(low)} to ${formatNumber(high)}`;

/** "$10.40", "$0.0123". */
export function dollars(x: number): string {
  if (x >= 1000) return `$${formatNumber(x)}`;
  return x >= 1 ? `$${x.toFixed(2)}` : `$${formatNumber(x)}`;
}

/** A query of the parameters that a request gave, in their order. */
export const queryOf = (input: Readonly<Record<string, unknown>>): string =>
  new URLSearchParams(
    Object.entries(input)
      .filter(([, value]) => value !== undefined && typeof value !== "object")
      .map(([name, value]): [string, string] => [name, String(value)]),
  )
    .toString()
    // A slash and a colon may stand in a query as they are, and are easier to read so.
    .replaceAll("%2F", "/")
    .replaceAll("%3A", ":");

export const questionUrl = (protocol: string, input: Readonly<Record<string, unknown>>): string =>
  `/v1/${protocol}?${queryOf(input)}`;
