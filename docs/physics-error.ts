// The physics rung alone, beside what no physics would say: the tables of data/accuracy/physics.yaml.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { DecisionLine, PhysicsLine } from "../data/fit/judge-physics.ts";
import { markdownTable } from "../data/generated-block.ts";
import type { Slice } from "../packages/engine/src/domain/held-out.ts";

interface PhysicsFile {
  readonly physics: readonly PhysicsLine[];
  readonly decisions: Readonly<Record<string, readonly DecisionLine[]>>;
}
const physicsFile = (): PhysicsFile =>
  parse(readFileSync(join(import.meta.dirname, "../data/accuracy/physics.yaml"), "utf8"));

const orNothing = (x: number | null): string | number => x ?? "–";

const physicsLines = (keep: (line: PhysicsLine) => boolean): string =>
  markdownTable(
    [
      "held out",
      "method",
      "rows",
      "n",
      "energy median %",
      "energy p90 %",
      "energy bias %",
      "within 2x %",
      "throughput median %",
      "power median %",
    ],
    physicsFile()
      .physics.filter(keep)
      .map((l) => [
        l.split,
        l.method,
        l.slice,
        l.n,
        l.energy_median,
        l.energy_p90,
        l.energy_bias,
        l.within_2x,
        orNothing(l.throughput_median),
        orNothing(l.power_median),
      ]),
  );

export const physicsTable = (): string => physicsLines(() => true);

/** All rows of each split: physics and the rules without a fit. */
export const physicsSummary = (): string => physicsLines(({ slice }) => slice === "all");

export function slicesTable(): string {
  const { slices }: { slices: readonly Slice[] } = parse(
    readFileSync(join(import.meta.dirname, "../data/accuracy/slices.yaml"), "utf8"),
  );
  return markdownTable(
    ["rung", "framework", "slice", "n", "median %", "p90 %", "bias %", "within 2x %", "holds %", "median high / low"],
    slices.map((l) => [
      l.rung,
      l.framework,
      l.slice,
      l.n,
      l.median_error_percent,
      l.p90_error_percent,
      l.bias_percent,
      l.within_2x_percent,
      l.coverage_percent,
      l.interval_width,
    ]),
  );
}

export const decisionsTable = (): string =>
  markdownTable(
    ["framework", "which is better", "pairs", "right %"],
    Object.entries(physicsFile().decisions).flatMap(([framework, lines]) =>
      lines.map((l) => [framework, l.decision, l.pairs, l.right_percent]),
    ),
  );
