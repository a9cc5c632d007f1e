// The physics rung alone, beside what no physics would say: the tables of data/accuracy/physics.yaml.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { DecisionLine, PhysicsLine } from "../data/fit/judge-physics.ts";
import { markdownTable } from "../data/generated-block.ts";

interface PhysicsFile {
  readonly physics: readonly PhysicsLine[];
  readonly decisions: Readonly<Record<string, readonly DecisionLine[]>>;
}
const physicsFile = (): PhysicsFile =>
  parse(readFileSync(join(import.meta.dirname, "../data/accuracy/physics.yaml"), "utf8"));

const orNothing = (x: number | null): string | number => x ?? "–";

export const physicsTable = (): string =>
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
    physicsFile().physics.map((l) => [
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

export const decisionsTable = (): string =>
  markdownTable(
    ["framework", "which is better", "pairs", "right %"],
    Object.entries(physicsFile().decisions).flatMap(([framework, lines]) =>
      lines.map((l) => [framework, l.decision, l.pairs, l.right_percent]),
    ),
  );
