// `npm run release`: the figures of a new version of the method, their shift against the version before, and CHANGELOG.md.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, parseDocument } from "yaml";
import { indexCatalogue } from "../../packages/engine/src/index.ts";
import { buildCatalogue } from "../catalogue.ts";
import { readFiles } from "../files.ts";
import { type MethodFile, MethodFileSchema } from "../method.ts";
import { parseData } from "../read.ts";
import { type Figure, figuresCsv, figuresOf, readFigures } from "./release-figures.ts";
import { refusalOf, type Shift, shiftOf } from "./release-shift.ts";
import { readCheckFlag } from "./write-or-check.ts";

const figuresPath = (folder: string, version: string): string => join(folder, `releases/${version}.csv`);
const methodPath = (folder: string): string => join(folder, "method.yaml");

export const readMethod = (folder: string): MethodFile =>
  MethodFileSchema.parse(parse(readFileSync(methodPath(folder), "utf8")));

/** CHANGELOG.md: all of it follows from data/method.yaml. */
export function changelog({ releases }: MethodFile): string {
  const entries = releases.map(({ version, date, median_shift_percent: shift, changes }) => {
    const moved = shift
      ? `Median shift of the answers against the release before: ${Object.entries(shift)
          .map(([tier, percent]) => `${tier} ${percent} %`)
          .join(", ")}.`
      : "The first figures: there is nothing to compare them with.";
    return `## ${version} (${date})\n\n${changes.map((change) => `- ${change}`).join("\n")}\n\n${moved}\n`;
  });
  return `# Changes of the method\n\nWritten by \`npm run release\` from data/method.yaml. A release that moves the median answer of any tier by more than 10 % is a\nmajor one; \`method_version\` in every answer says which one it is of, data/releases/ what each answered.\n\n${entries.join("\n")}`;
}

/** The newest version that has its figures, with them; null before the first. */
function lastReleased(
  { releases }: MethodFile,
  folder: string,
): { version: string; figures: readonly Figure[] } | null {
  const version = releases.map((release) => release.version).find((name) => existsSync(figuresPath(folder, name)));
  return version === undefined
    ? null
    : { version, figures: readFigures(readFileSync(figuresPath(folder, version), "utf8")) };
}

function write(folder: string, version: string, figures: readonly Figure[], shift: Shift | null): void {
  writeFileSync(figuresPath(folder, version), figuresCsv(figures));
  const document = parseDocument(readFileSync(methodPath(folder), "utf8"));
  document.setIn(["releases", 0, "median_shift_percent"], shift);
  writeFileSync(methodPath(folder), document.toString({ lineWidth: 0 }));
}

/**
 * Compares what is answered now with the last released figures, and writes those of a version that was begun in method.yaml,
 * with CHANGELOG.md beside `folder`. Figures once released never change. What is wrong, or null.
 */
export function release(folder: string, check: boolean): string | null {
  const method = readMethod(folder);
  const newest = method.releases[0]?.version ?? "";
  const catalogue = indexCatalogue(buildCatalogue(parseData(readFiles(folder))));
  const last = lastReleased(method, folder);
  const shift = last && shiftOf(last.figures, figuresOf(catalogue, last.figures));
  if (shift) console.log(`since ${last.version}: ${JSON.stringify(shift)} (median shift in %, by tier)`);
  const refusal = shift && refusalOf(last.version, newest, shift);
  if (refusal !== null) return refusal;
  const isNew = last?.version !== newest;
  if (check) return isNew ? `${newest} has no figures in data/releases/: run npm run release` : null;
  if (isNew) write(folder, newest, figuresOf(catalogue), shift);
  writeFileSync(join(folder, "../CHANGELOG.md"), changelog(readMethod(folder)));
  return null;
}

if (import.meta.main) {
  const wrong = release(join(import.meta.dirname, ".."), readCheckFlag(process.argv.slice(2)));
  if (wrong !== null) {
    console.error(wrong);
    process.exitCode = 1;
  }
}
