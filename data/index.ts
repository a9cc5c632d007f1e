import type { AnswerSchemas, Method } from "./compiled.ts";
import answers from "./dist/answers.js";
import catalogue from "./dist/catalogue.js";
import compiledMethod from "./dist/method.js";
import type { CatalogueData } from "./schema.ts";

/** The audited evidence, as `npm run data` compiled it. */
export const catalogueData: CatalogueData = catalogue;

/** JSON Schema of what each protocol answers, as `npm run data` read it from the engine's types. */
export const answerSchemas: AnswerSchemas = answers;

/** Version and origin of the method that computes the answers. */
export const method: Method = compiledMethod;

export { readOwnCsvFiles } from "./own-csv.ts";
