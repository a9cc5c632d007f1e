import { COLLECTIONS } from "./functions/collections.ts";
import { LOGIC } from "./functions/logic.ts";
import { NUMBERS } from "./functions/numbers.ts";
import type { TemplateFunction } from "./functions/support.ts";
import { TEXT } from "./functions/text.ts";

/** Functions of Go's templates, of Sprig and of Helm. `include` and `tpl`, which need the chart, are the evaluator's. */
export const FUNCTIONS: ReadonlyMap<string, TemplateFunction> = new Map([
  ...LOGIC,
  ...TEXT,
  ...NUMBERS,
  ...COLLECTIONS,
]);
