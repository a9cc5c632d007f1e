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

const COLUMNS = ["what", "ours", "reference", "ratio", "bound"] as const;
const cellsOf = ({ what, ours, reference, ratio, bound }: BenchLine): readonly string[] => [
  what,
  ours,
  reference,
  ratio,
  bound ? `${bound.met ? "pass" : "MISS"}: ${bound.text}` : "",
];
const rows = [COLUMNS, ...lines.map(cellsOf)];
const widths = COLUMNS.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
const missed = lines.filter(({ bound }) => bound?.met === false);
const bounds = lines.filter(({ bound }) => bound).length;

console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model.trim() ?? "unknown processor"}`);
for (const row of rows)
  console.log(
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join("  ")
      .trimEnd(),
  );
console.log(
  `${bounds - missed.length} of ${bounds} bounds hold${missed.length === 0 ? "." : `; missed: ${missed.map(({ what }) => what).join("; ")}.`}`,
);
