import { formatNumber } from "../domain/format.ts";

export interface Bar {
  readonly label: string;
  readonly value: number | null;
}

const WIDTH = 40;

/** Horizontal bars in plain text, scaled to the largest. */
export function barChart(bars: readonly Bar[], unit: string): string {
  const most = Math.max(...bars.map((bar) => bar.value ?? 0));
  const widest = Math.max(...bars.map((bar) => bar.label.length));
  return bars
    .map(({ label, value }) => {
      const name = label.padEnd(widest);
      if (value === null) return `${name} | not estimated`;
      const length = Math.max(1, Math.round((WIDTH * value) / most));
      return `${name} | ${"█".repeat(length)} ${formatNumber(value)} ${unit}`;
    })
    .join("\n");
}
