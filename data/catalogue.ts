import { createHash } from "node:crypto";
import { runChecks } from "./checks/index.ts";
import { evaluateClaims } from "./claims/evaluate.ts";
import { readFiles } from "./files.ts";
import type { Located, LooseData, Problem } from "./loose.ts";
import { parseData } from "./read.ts";
import type { CatalogueData } from "./schema.ts";

const values = <T>(records: readonly Located<T>[]): T[] => records.map(({ value }) => value);

/** `YYYY.MM.DD+<hash>`: the newest day that a source names, and the content. */
function datasetVersion(content: Omit<CatalogueData, "dataset_version">): string {
  const days = content.sources.flatMap(({ date }) => date.match(/\d{4}-\d{2}-\d{2}/g) ?? []);
  const newest = days.sort().at(-1) ?? "0000-00-00";
  const hash = createHash("sha256").update(JSON.stringify(content)).digest("hex").slice(0, 8);
  return `${newest.replaceAll("-", ".")}+${hash}`;
}

/** The catalogue of checked data, claims computed. */
export function buildCatalogue(data: LooseData): CatalogueData {
  const content = {
    precisions: values(data.precisions),
    gpus: values(data.gpus),
    models: values(data.models),
    sources: values(data.sources),
    measurements: values(data.measurements),
    regions: values(data.regions),
    claims: evaluateClaims(data),
    held_out: values(data.held_out),
    physics: Object.assign({}, ...values(data.physics)),
    thresholds: Object.assign({}, ...values(data.thresholds)),
  };
  // No answer reads the slices: they are no part of the version.
  return { dataset_version: datasetVersion(content), ...content, slices: values(data.slices) };
}

export const formatProblem = ({ file, line, check, message }: Problem): string =>
  `data/${file}:${line} ${message} (${check})`;

/** Reads, checks and compiles a data folder. Throws one error that lists every problem of every check. */
export function compileCatalogue(folder: string): CatalogueData {
  const data = parseData(readFiles(folder));
  const problems = runChecks(data);
  if (problems.length > 0)
    throw new Error(`${problems.length} problem(s) in the data:\n${problems.map(formatProblem).join("\n")}`);
  return buildCatalogue(data);
}
