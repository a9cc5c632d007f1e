// `npm run bench`: each number beside a named reference, measured in the same run on the same machine.
import { cpus } from "node:os";
import { actionLines } from "./action.ts";
import { cliLines } from "./cli.ts";
import { edgeLines } from "./edge.ts";
import { cpuLines } from "./edge-cpu.ts";
import { engineLines } from "./estimates.ts";
import type { BenchLine } from "./line.ts";
import { readerLines } from "./readers.ts";

const lines: readonly BenchLine[] = [
  ...(await readerLines()),
  ...(await cliLines()),
  ...engineLines(),
  ...(await edgeLines()),
  ...(await cpuLines()),
  ...actionLines(),
];

const COLUMNS = ["what", "ours", "reference", "ratio"] as const;
const widths = COLUMNS.map((column) => Math.max(column.length, ...lines.map((line) => line[column].length)));
const row = (cells: readonly string[]) =>
  cells
    .map((cell, i) => cell.padEnd(widths[i] ?? 0))
    .join("  ")
    .trimEnd();

console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model.trim() ?? "unknown processor"}`);
console.log(row(COLUMNS));
for (const line of lines) console.log(row(COLUMNS.map((column) => line[column])));
