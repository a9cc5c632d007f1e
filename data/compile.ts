import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compileCatalogue } from "./catalogue.ts";
import type { CatalogueData } from "./schema.ts";

export { buildCatalogue, compileCatalogue } from "./catalogue.ts";

const DECLARATION = `import type { CatalogueData } from "../schema.ts";
declare const catalogue: CatalogueData;
export default catalogue;
`;

/** Writes beside and renames: a test that imports the file meanwhile sees the old or the new one, whole. */
function writeWhole(path: string, text: string): void {
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, text);
  renameSync(temporary, path);
}

/** JSON.parse of a string is read faster by every engine than the same object as a literal. */
export const catalogueModule = (catalogue: CatalogueData): string =>
  `export default JSON.parse(${JSON.stringify(JSON.stringify(catalogue))});\n`;

function main(folder: string): void {
  const catalogue = compileCatalogue(folder);
  mkdirSync(join(folder, "dist"), { recursive: true });
  writeWhole(join(folder, "dist/catalogue.js"), catalogueModule(catalogue));
  writeWhole(join(folder, "dist/catalogue.d.ts"), DECLARATION);
  console.log(`data ${catalogue.dataset_version}: ${catalogue.measurements.length} measurements`);
}

if (import.meta.main) main(import.meta.dirname);
