import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { answerSchemas } from "./answers.ts";
import { compileCatalogue } from "./catalogue.ts";
import { renderLicences, renderReadme } from "./docs.ts";
import { methodOf } from "./method.ts";
import type { CatalogueData } from "./schema.ts";

export { buildCatalogue, compileCatalogue } from "./catalogue.ts";

const declaration = (type: string, from: string): string =>
  `import type { ${type} } from "../${from}";\ndeclare const compiled: ${type};\nexport default compiled;\n`;

/** Writes beside and renames: a test that imports the file meanwhile sees the old or the new one, whole. */
function writeWhole(path: string, text: string): void {
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, text);
  renameSync(temporary, path);
}

/** JSON.parse of a string is read faster by every engine than the same object as a literal; pure, so that a bundle leaves out what it does not use. */
export const jsonModule = (value: object): string =>
  `export default /* @__PURE__ */ JSON.parse(${JSON.stringify(JSON.stringify(value))});\n`;

/** dist/<name>.js with its declaration. */
function writeModule(folder: string, name: string, value: object, type: string, from: string): void {
  writeWhole(join(folder, `dist/${name}.js`), jsonModule(value));
  writeWhole(join(folder, `dist/${name}.d.ts`), declaration(type, from));
}

/** The docs about the data as they should read now, by file name, beside what they say. */
function generatedDocs(folder: string, catalogue: CatalogueData): { path: string; now: string; expected: string }[] {
  const readme = readFileSync(join(folder, "README.md"), "utf8");
  const licences = readFileSync(join(folder, "LICENSES.md"), "utf8");
  return [
    { path: join(folder, "README.md"), now: readme, expected: renderReadme(readme, catalogue) },
    { path: join(folder, "LICENSES.md"), now: licences, expected: renderLicences(catalogue) },
  ];
}

/** Writes dist/, whatever the flag; `--docs` also renews the generated docs, `--check` fails where they are stale. */
function main(folder: string, flags: readonly string[]): number {
  const unknown = flags.filter((flag) => flag !== "--docs" && flag !== "--check");
  if (unknown.length > 0) {
    console.error(`expected --docs or --check, received ${unknown.join(" ")}`);
    return 2;
  }
  const catalogue = compileCatalogue(folder);
  mkdirSync(join(folder, "dist"), { recursive: true });
  writeModule(folder, "catalogue", catalogue, "CatalogueData", "schema.ts");
  writeModule(folder, "answers", answerSchemas(), "AnswerSchemas", "compiled.ts");
  writeModule(folder, "method", methodOf(folder, catalogue.dataset_version), "Method", "compiled.ts");
  console.log(`data ${catalogue.dataset_version}: ${catalogue.measurements.length} measurements`);
  if (flags.length === 0) return 0;
  const stale = generatedDocs(folder, catalogue).filter(({ now, expected }) => now !== expected);
  if (flags.includes("--docs")) {
    for (const { path, expected } of stale) writeWhole(path, expected);
    return 0;
  }
  for (const { path } of stale) console.error(`${path} is stale: run node data/compile.ts --docs`);
  return stale.length > 0 ? 1 : 0;
}

if (import.meta.main) {
  try {
    process.exitCode = main(import.meta.dirname, process.argv.slice(2));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
