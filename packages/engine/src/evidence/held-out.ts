import type { Catalogue } from "../domain/catalogue.ts";
import type { HeldOut, JUDGED } from "../domain/held-out.ts";
import { isSixteenBit } from "../domain/precision.ts";
import type { Workload } from "../domain/workload.ts";

type Rung = (typeof JUDGED)[number];

/** Lines by precision, of one rung and framework. */
type Lines = Map<string, HeldOut>;
const tables = new WeakMap<Catalogue, Map<string, Map<string, Lines>>>();

function tableOf(catalogue: Catalogue): Map<string, Map<string, Lines>> {
  let table = tables.get(catalogue);
  if (!table) {
    table = new Map();
    for (const line of catalogue.held_out) {
      const rung = table.get(line.rung) ?? new Map<string, Lines>();
      const lines = rung.get(line.framework) ?? new Map<string, HeldOut>();
      table.set(line.rung, rung.set(line.framework, lines.set(line.precision, line)));
    }
    tables.set(catalogue, table);
  }
  return table;
}

/** bf16 counts as fp16; fp32 and tf32 have no rows and are judged as fp16. */
export const judgedPrecision = (precision: string): string =>
  precision === "bf16" || precision === "fp32" || precision === "tf32" ? "fp16" : precision;

/** The same precision, or the other of the two at 16 bit. */
export const samePrecision = (a: string, b: string): boolean => a === b || (isSixteenBit(a) && isSixteenBit(b));

/** Precisions that nobody measured and physics can still count: their bytes are known, their arithmetic and kernels not. */
export const isUnmeasured = (precision: string): boolean => precision === "fp32" || precision === "tf32";

/** The held-out error of a rung for this regime, else for its framework; null where none was judged. */
export function judged(rung: Rung, w: Pick<Workload, "framework" | "precision">, catalogue: Catalogue): HeldOut | null {
  const lines = tableOf(catalogue).get(rung)?.get(w.framework);
  return lines?.get(judgedPrecision(w.precision)) ?? lines?.get("all") ?? null;
}

/** The same, falling back to the worst of the rung. */
export function heldOut(rung: Rung, w: Pick<Workload, "framework" | "precision">, catalogue: Catalogue): HeldOut {
  const line = judged(rung, w, catalogue);
  if (line) return line;
  const worst = catalogue.held_out
    .filter((other) => other.rung === rung)
    .reduce<HeldOut | null>((a, b) => (a === null || b.interval_factor > a.interval_factor ? b : a), null);
  if (!worst) throw new Error(`data/accuracy: no held-out error for the rung "${rung}"`);
  return worst;
}
