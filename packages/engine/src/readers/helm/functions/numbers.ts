import { numberOf, scalar, UNKNOWN } from "../value.ts";
import { placeOfFirst, type TemplateFunction } from "./support.ts";

const onNumbers =
  (compute: (...numbers: readonly number[]) => number): TemplateFunction =>
  (args, place) => {
    const numbers = args.map(numberOf);
    if (numbers.includes(null)) return UNKNOWN;
    const result = compute(...numbers.map(Number));
    return Number.isFinite(result) ? scalar(placeOfFirst(args, place), result) : UNKNOWN;
  };

/** Arithmetic. */
export const NUMBERS: ReadonlyMap<string, TemplateFunction> = new Map<string, TemplateFunction>([
  ["int", onNumbers((a = 0) => Math.trunc(a))],
  ["int64", onNumbers((a = 0) => Math.trunc(a))],
  ["float64", onNumbers((a = 0) => a)],
  ["add", onNumbers((...all) => all.reduce((a, b) => a + b, 0))],
  ["add1", onNumbers((a = 0) => a + 1)],
  ["sub", onNumbers((a = 0, b = 0) => a - b)],
  ["mul", onNumbers((...all) => all.reduce((a, b) => a * b, 1))],
  ["div", onNumbers((a = 0, b = 0) => Math.trunc(a / b))],
  ["mod", onNumbers((a = 0, b = 0) => a % b)],
  ["max", onNumbers(Math.max)],
  ["min", onNumbers(Math.min)],
  ["ceil", onNumbers((a = 0) => Math.ceil(a))],
  ["floor", onNumbers((a = 0) => Math.floor(a))],
]);
