import type { CompareReport } from "@ecocompute/engine";

type Cell = string | number | null;

/** COMPARE as a table: one line for each precision, each quantity as value, low and high. RFC 4180. */
export function compareCsv({ columns, configuration }: CompareReport): string {
  const metricNames = [...new Set(columns.flatMap(({ metrics }) => Object.keys(metrics ?? {})))];
  const rows = columns.map((column): Readonly<Record<string, Cell>> => {
    const quantities = { ...column.metrics, delta_energy_percent: column.delta_energy_percent };
    return {
      model_id: configuration.model_id,
      hardware_platform: configuration.hardware_platform,
      quantization: column.quantization,
      rank: column.rank,
      fits: String(column.fits),
      tier: column.basis?.tier ?? null,
      confidence: column.basis?.confidence ?? null,
      ...Object.fromEntries(
        [...metricNames, "delta_energy_percent"].flatMap((name) => {
          const known = Object.entries(quantities).find(([key]) => key === name)?.[1] ?? null;
          return (["value", "low", "high"] as const).map((part) => [
            part === "value" ? name : `${name}_${part}`,
            known?.[part] ?? null,
          ]);
        }),
      ),
      evidence: column.basis?.evidence.join(" ") ?? null,
      why_not: column.why_not ?? null,
    };
  });
  const names = Object.keys(rows[0] ?? {});
  return [names, ...rows.map((row) => names.map((name) => row[name] ?? null))]
    .map((cells) => `${cells.map(cell).join(",")}\r\n`)
    .join("");
}

/** Quoted where a comma or a quote would end it. */
function cell(value: Cell): string {
  const text = value === null ? "" : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
