import type { Catalogue } from "../domain/catalogue.ts";

/** A number of data/rules/thresholds.yaml, where its basis stands. Throws on a name that is not there. */
export function threshold(catalogue: Catalogue, name: string): number {
  const found = catalogue.thresholds[name];
  if (!found) throw new Error(`data/rules: threshold "${name}" is missing`);
  return found.value;
}
