import { join } from "node:path";
import { parse, stringify } from "yaml";
import { type CatalogueData, indexCatalogue } from "../../packages/engine/src/domain/catalogue.ts";
import { FRAMEWORKS } from "../../packages/engine/src/domain/framework.ts";
import { type HeldOut, JUDGED } from "../../packages/engine/src/domain/held-out.ts";
import { coefficientsOf } from "../../packages/engine/src/physics/predict.ts";
import { buildCatalogue } from "../catalogue.ts";
import { readFiles } from "../files.ts";
import { parseData } from "../read.ts";
import { accuracyTable, sliceTable } from "./accuracy-table.ts";
import { foldsBy } from "./folds.ts";
import { judgeHosts } from "./judge-hosts.ts";
import { judgePairs } from "./judge-pairs.ts";
import { type DecisionLine, heldPoints, judgeDecisions, judgePhysics, type PhysicsLine } from "./judge-physics.ts";
import {
  judgeInterpolated,
  judgeMeasured,
  judgeOtherBatch,
  judgeTransferred,
  judgeUnseenFamilies,
  judgeUnseenGpus,
} from "./judge-rungs.ts";
import type { Miss } from "./misses.ts";
import { observations } from "./observations.ts";
import { type Point, pointsCsv } from "./points.ts";
import { type Line, worseFigures } from "./worse.ts";
import { type Generated, readCheckFlag, refuseStale, staleFiles, writeFiles } from "./write-or-check.ts";

const FOLDER = join(import.meta.dirname, "..");

/** Rungs look up their own error while they are judged: a table of ones. */
const BLANK: readonly HeldOut[] = JUDGED.flatMap((rung) =>
  FRAMEWORKS.map((framework) => ({
    rung,
    framework,
    precision: "all",
    n: 0,
    median_error_percent: 0,
    p90_error_percent: 0,
    bias_percent: 0,
    within_2x_percent: 100,
    coverage_percent: 100,
    interval_factor: 1,
    throughput_interval_factor: 1,
    how: "being judged",
  })),
);

/** No serving configuration was measured twice: a row against its neighbours in batch stands for its repeatability. */
const asMeasured = (misses: readonly Miss[]): Miss[] => misses.map((miss) => ({ ...miss, rung: "measured" }));

const yaml = (content: object): string =>
  `# Written by \`npm run accuracy\`; do not edit.\n${stringify(content, { lineWidth: 0 })}`;

interface Judgement {
  readonly lines: readonly HeldOut[];
  readonly files: Generated;
}

/** Every rung on held-out rows, from scratch. */
function judge(): Judgement {
  const data: CatalogueData = { ...buildCatalogue(parseData(readFiles(FOLDER))), held_out: BLANK };
  const catalogue = indexCatalogue(data);
  const start = coefficientsOf(catalogue);
  const physics: PhysicsLine[] = [];
  const decisions: Record<string, DecisionLine[]> = {};
  const points: Point[] = [];
  const misses = FRAMEWORKS.flatMap((framework) => {
    const all = observations(framework, catalogue);
    const families = foldsBy(all, data, start, (_, family) => family);
    const gpus = foldsBy(all, data, start, (row) => row.gpu);
    physics.push(
      ...judgePhysics(`${framework}, unseen family`, families),
      ...judgePhysics(`${framework}, unseen GPU`, gpus),
    );
    points.push(...heldPoints(families));
    decisions[framework] = judgeDecisions(families, catalogue);
    const eager = framework === "transformers";
    const between = judgeInterpolated(all, data, catalogue);
    return [
      ...(eager ? judgeMeasured(all, catalogue) : asMeasured(between)),
      ...between,
      ...(eager ? judgeOtherBatch(all, data, catalogue) : judgeTransferred(all, data, catalogue)),
      ...judgeUnseenFamilies(families, catalogue),
      ...judgeUnseenGpus(gpus),
      ...judgePairs(families),
      ...(eager ? judgeHosts(all, catalogue, start) : []),
    ];
  });
  const lines = accuracyTable(misses);
  const files = {
    "accuracy/held-out.yaml": yaml({ held_out: lines }),
    "accuracy/slices.yaml": yaml({ slices: sliceTable(misses) }),
    "accuracy/physics.yaml": yaml({ physics, decisions }),
    "accuracy/points.csv": pointsCsv(points),
  };
  return { lines, files };
}

/** All lines of a file of data/accuracy/, each told which table it is of. */
function linesOf(name: string, text: string): Line[] {
  if (!name.endsWith(".yaml")) return [];
  const { held_out = [], slices = [], physics = [], decisions = {} } = parse(text) ?? {};
  const flat: Line[] = Object.entries<Line[]>(decisions).flatMap(([framework, lines]) =>
    lines.map((line) => ({ framework, ...line })),
  );
  // The rules beside physics need no fit: what moves them is the evidence.
  return [...held_out, ...slices, ...physics.filter(({ method }: Line) => method === "physics"), ...flat];
}

/** Exits 1 naming every figure that is worse than the checked-in one, and the files that differ at all. */
function checkJudgement({ files }: Judgement): void {
  const stale = staleFiles(FOLDER, files);
  const worse = stale.flatMap(([name, before, after]) =>
    worseFigures(linesOf(name, before), linesOf(name, after)).map((said) => `worse in data/${name}: ${said}`),
  );
  for (const said of worse) console.error(said);
  refuseStale(stale, "npm run accuracy");
}

function main(check: boolean): void {
  const judgement = judge();
  if (check) {
    checkJudgement(judgement);
    return;
  }
  writeFiles(FOLDER, judgement.files);
  for (const l of judgement.lines) {
    console.log(
      `${l.rung.padEnd(15)}${l.framework.padEnd(14)}${l.precision.padEnd(14)} n ${String(l.n).padStart(4)}  median ${String(l.median_error_percent).padStart(5)} %  p90 ${String(l.p90_error_percent).padStart(5)} %  bias ${String(l.bias_percent).padStart(6)} %  x/÷ ${l.interval_factor}  covers ${l.coverage_percent} %`,
    );
  }
}

if (import.meta.main) main(readCheckFlag(process.argv.slice(2)));
