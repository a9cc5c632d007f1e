import type { Fact, FactName, Facts, Position, Unresolved } from "../domain/deployment.ts";
import { dtypeMeaning, type Engine, quantizationMeaning } from "./engine-flags.ts";
import { isPlaceholder } from "./placeholder.ts";

type ValueOf<N extends FactName> = NonNullable<Facts[N]>["value"];

/** Facts under construction; a fact that is set again replaces the one before. */
export interface FactSheet {
  readonly facts: { -readonly [N in FactName]?: Facts[N] };
  readonly unresolved: Unresolved[];
}

export const emptySheet = (): FactSheet => ({ facts: {}, unresolved: [] });

const SHOWN_TEXT = 120;
/** Beyond, each fact that could not be read is told once. */
const MAX_UNRESOLVED = 50;

export function setFact<N extends FactName>(
  sheet: FactSheet,
  name: N,
  value: ValueOf<N>,
  at: Position,
  text?: string,
): void {
  if (name === "model_id" && typeof value === "string" && isPlaceholder(value)) {
    setUnresolved(sheet, name, value, "a placeholder: the model is to be filled in", at);
    return;
  }
  const fact: Fact<ValueOf<N>> = text === undefined ? { value, at } : { value, at, text: text.slice(0, SHOWN_TEXT) };
  Object.assign(sheet.facts, { [name]: fact });
}

export function setUnresolved(
  sheet: FactSheet,
  fact: FactName | "document",
  text: string,
  why: string,
  at: Position,
): void {
  const { unresolved } = sheet;
  if (unresolved.length >= MAX_UNRESOLVED && unresolved.some((entry) => entry.fact === fact)) return;
  unresolved.push({ fact, text: text.slice(0, SHOWN_TEXT), why, at });
}

/** Quantization and dtype are words of an engine: translated, or told as not known. */
export function setEngineWord(
  sheet: FactSheet,
  fact: "quantization" | "dtype",
  word: string,
  engine: Engine,
  at: Position,
): void {
  if (fact === "dtype") {
    const dtype = dtypeMeaning(word);
    if (dtype) setFact(sheet, "dtype", dtype, at, word);
    else setUnresolved(sheet, "dtype", word, "a dtype that is none of float32, float16, bfloat16", at);
    return;
  }
  if (word === "" || word.toLowerCase() === "none") return;
  const meaning = quantizationMeaning(engine, word, sheet.facts.model_id?.value);
  if (meaning.precision) setFact(sheet, "quantization", meaning.precision, at, word);
  else setUnresolved(sheet, "quantization", word, meaning.why ?? "not known", at);
}
