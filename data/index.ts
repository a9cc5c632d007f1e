import catalogue from "./dist/catalogue.js";
import type { CatalogueData } from "./schema.ts";

/** The audited evidence, as `npm run data` compiled it. */
export const catalogueData: CatalogueData = catalogue;
