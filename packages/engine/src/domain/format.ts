/** Three significant digits, thousands separated: 86.7 · 1,108 · 0.0042. Never "-0". */
export function formatNumber(x: number, digits = 3): string {
  if (!Number.isFinite(x)) throw new RangeError(`cannot format ${x}`);
  if (x === 0) return "0";
  // Beyond this toFixed itself turns to exponents, which must not be taken for digits.
  if (Math.abs(x) >= 1e21) return x.toExponential(digits - 1).replace("-", "−");
  const magnitude = Math.floor(Math.log10(Math.abs(x)));
  const decimals = Math.max(0, digits - 1 - magnitude);
  const fixed = x.toFixed(Math.min(decimals, 12));
  const [whole = "0", fraction = ""] = fixed.replace("-", "").split(".");
  // Most numbers have no thousands, and every note of an answer comes by here.
  const grouped = whole.length > 3 ? whole.replace(/\B(?=(\d{3})+$)/g, ",") : whole;
  const kept = fraction.replace(/0+$/, "");
  const text = kept === "" ? grouped : `${grouped}.${kept}`;
  return fixed.startsWith("-") && /[1-9]/.test(text) ? `−${text}` : text;
}

/** A signed percentage: "+29.4 %", "−3 %", "0 %". */
export function formatPercent(x: number, digits = 3): string {
  const text = formatNumber(x, digits);
  return `${x > 0 && text !== "0" ? "+" : ""}${text} %`;
}

/** A probability in per cent: "83 %"; what is capped at 0.001 or 0.999 is "at most" or "at least" that. */
export const formatProbability = (p: number): string =>
  `${p >= 0.999 ? "at least " : p <= 0.001 ? "at most " : ""}${formatNumber(100 * p)} %`;
