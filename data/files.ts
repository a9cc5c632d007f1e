import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Path relative to data/, with `/` → text. Sorted by path, so that what is compiled does not depend on the disk. */
export type FileTexts = ReadonlyMap<string, string>;

const FOLDERS = [
  "accuracy",
  "disputed",
  "gpus",
  "grid",
  "measurements",
  "models",
  "physics",
  "precisions",
  "prices",
  "rules",
  "sources",
];
const FILES = ["claims.yaml", "cloud-regions.csv", "checks/exceptions.yaml"];

function pathsUnder(folder: string, path: string): string[] {
  return readdirSync(join(folder, path), { withFileTypes: true }).flatMap((entry) => {
    const inner = `${path}/${entry.name}`;
    if (entry.isDirectory()) return pathsUnder(folder, inner);
    return /\.(yaml|csv)$/.test(entry.name) ? [inner] : [];
  });
}

/** Every YAML and CSV file of the catalogue below `folder`. */
export function readFiles(folder: string): FileTexts {
  const paths = [
    ...FOLDERS.filter((name) => existsSync(join(folder, name))).flatMap((name) => pathsUnder(folder, name)),
    ...FILES.filter((path) => existsSync(join(folder, path))),
  ];
  return new Map(paths.sort().map((path) => [path, readFileSync(join(folder, path), "utf8")]));
}
