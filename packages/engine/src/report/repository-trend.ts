import type { HistoryEntry } from "../protocols/report-state.ts";
import { number } from "./comment-format.ts";

/** Head room of the chart above its largest value. */
const HEAD_ROOM = 1.1;

/** The last reports as a small chart and a folded table; nothing of a single one. */
export function trendSection(history: readonly HistoryEntry[]): string {
  if (history.length < 2) return "";
  return ["### Trend", chart(history), table(history)].join("\n\n");
}

/** Days and numbers only: nothing of a repository can get into it. */
function chart(history: readonly HistoryEntry[]): string {
  const top = Math.max(1, ...history.map(({ energy_kwh }) => energy_kwh)) * HEAD_ROOM;
  const days = history.map(({ day }) => `"${day.slice(2)}"`).join(", ");
  const values = history.map(({ energy_kwh }) => Math.round(energy_kwh)).join(", ");
  return [
    "```mermaid",
    "xychart-beta",
    `  x-axis [${days}]`,
    `  y-axis "kWh a month" 0 --> ${Math.ceil(top)}`,
    `  line [${values}]`,
    "```",
  ].join("\n");
}

function table(history: readonly HistoryEntry[]): string {
  const cell = (value: number | null) => (value === null ? "not known" : number(value));
  const rows = history
    .toReversed()
    .map(
      (entry) =>
        `| ${entry.day} | ${number(entry.energy_kwh)} | ${cell(entry.cost_usd)} | ${cell(entry.carbon_kgco2e)} | ${entry.deployments} | ${entry.not_estimated} | ${entry.findings} |`,
    );
  return [
    `<details><summary>The last ${history.length} reports</summary>`,
    [
      "| report | kWh a month | $ of electricity | kgCO2e | deployments | not estimated | findings |",
      "|---|--:|--:|--:|--:|--:|--:|",
      ...rows,
    ].join("\n"),
    "</details>",
  ].join("\n\n");
}
