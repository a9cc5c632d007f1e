import type { FactName, Position } from "../domain/deployment.ts";
import { ENGINE_FLAGS, type Engine, type EngineFlag, flagKey } from "./engine-flags.ts";
import { emptySheet, type FactSheet, setEngineWord, setFact, setUnresolved } from "./fact-sheet.ts";
import { EXPECTED_COUNT, parseCount } from "./whole-number.ts";

/** A word of a command line with its place. */
export interface PlacedWord {
  readonly text: string | null;
  readonly raw: string;
  readonly at: Position;
}

export interface EngineCommand {
  readonly engine: Engine;
  /** Words after the program's name. */
  readonly words: readonly PlacedWord[];
  readonly at: Position;
}

/** A flag with what it is given; null = not known. */
export interface GivenFlag {
  readonly flag: EngineFlag;
  readonly word: PlacedWord;
  readonly value: string | null;
}

/** The last part of a path: a program's name. */
export const baseName = (word: string | null | undefined): string =>
  (word ?? "").slice((word ?? "").lastIndexOf("/") + 1);

/** The serving engine that a command line starts, wherever in it: behind `exec`, `python -m`, a wrapper. */
export function findEngineCommand(words: readonly PlacedWord[]): EngineCommand | null {
  for (const [i, word] of words.entries()) {
    const name = baseName(word.text);
    const next = words[i + 1]?.text;
    const found = (engine: Engine, skip: number): EngineCommand => ({
      engine,
      words: words.slice(i + skip),
      at: word.at,
    });
    if (name === "vllm" && next === "serve") return found("vllm", 2);
    if (word.text === "-m" && next?.startsWith("vllm.entrypoints.")) return found("vllm", 2);
    if (name === "text-generation-launcher") return found("tgi", 1);
    if (word.text === "-m" && next === "sglang.launch_server") return found("sglang", 2);
  }
  return null;
}

/** Facts that an engine's own flags state, and its environment where no flag does. */
export function readEngineFlags(command: EngineCommand, environment: readonly GivenFlag[] = []): FactSheet {
  const sheet = emptySheet();
  setFact(sheet, "framework", command.engine, command.at);
  const words = command.words.flatMap(splitItem);
  const table = ENGINE_FLAGS[command.engine];
  const given: GivenFlag[] = [];
  for (let i = 0; i < words.length; i += 1) {
    const word = words[i];
    if (!word) continue;
    if (word.text === null) {
      setUnresolved(sheet, factOf(word.raw, table) ?? "document", word.raw, "part of it is not known", word.at);
      continue;
    }
    if (!word.text.startsWith("-")) {
      // The first word that no flag takes is the model.
      if (!sheet.facts.model_id && command.engine === "vllm") setFact(sheet, "model_id", word.text, word.at);
      continue;
    }
    const equals = word.text.indexOf("=");
    const flag = table.get(flagKey(equals < 0 ? word.text : word.text.slice(0, equals)));
    const inline = equals < 0 ? null : word.text.slice(equals + 1);
    const next = words[i + 1];
    if (!flag) {
      if (inline === null && next && takesValue(word.text) && !next.text?.startsWith("-")) i += 1;
      continue;
    }
    if (flag.takes === "on" || flag.takes === "off") {
      let said = inline;
      if (said === null && (next?.text === "true" || next?.text === "false")) {
        said = next.text;
        i += 1;
      }
      given.push({ flag, word, value: said ?? "true" });
      continue;
    }
    const value = inline ?? next?.text ?? null;
    if (inline === null) i += 1;
    given.push({
      flag,
      word: value === null ? { ...word, raw: `${word.raw} ${next?.raw ?? ""}`.trim() } : word,
      value,
    });
  }
  // The model first: what a quantization word means depends on it.
  const modelFirst = [...strongest(given, environment)].sort(
    (a, b) => Number(b.flag.fact === "model_id") - Number(a.flag.fact === "model_id"),
  );
  for (const { flag, word, value } of modelFirst) {
    if (value === null) setUnresolved(sheet, flag.fact, word.raw, "the value is not known", word.at);
    else state(sheet, flag, value, command.engine, word);
  }
  return sheet;
}

/** Of each fact: a flag before its fallback, the command line before the environment. */
function strongest(commandLine: readonly GivenFlag[], environment: readonly GivenFlag[]): readonly GivenFlag[] {
  const decided = new Set<FactName>();
  const isFallback = ({ flag }: GivenFlag) => flag.fallback === true;
  const isOwn = (given: GivenFlag) => !isFallback(given);
  return [
    commandLine.filter(isOwn),
    environment.filter(isOwn),
    commandLine.filter(isFallback),
    environment.filter(isFallback),
  ].flatMap((group) => {
    const open = group.filter(({ flag }) => !decided.has(flag.fact));
    for (const { flag } of open) decided.add(flag.fact);
    return open;
  });
}

/** `--max-num-seqs 1` as one list item is one argument to the program, but two words to its reader. */
function splitItem(word: PlacedWord): readonly PlacedWord[] {
  const space = word.text?.startsWith("-") ? word.text.search(/\s/) : -1;
  if (word.text === null || space < 0 || word.text.slice(0, space).includes("=")) return [word];
  return [
    { ...word, text: word.text.slice(0, space) },
    { ...word, text: word.text.slice(space).trim() },
  ];
}

function factOf(raw: string, table: ReadonlyMap<string, EngineFlag>) {
  const flag = /^["']?(-{1,2}[\w-]{1,60})/.exec(raw)?.[1];
  return flag === undefined ? undefined : table.get(flagKey(flag))?.fact;
}

/** Switches of the engines take no value: the word after one may be the model. */
const takesValue = (flag: string): boolean =>
  !/^--(?:enable|disable|no|trust|use|skip|enforce|async|return|allow)[-_]/.test(flag);

function state(sheet: FactSheet, flag: EngineFlag, value: string, engine: Engine, word: PlacedWord): void {
  const { fact } = flag;
  if (flag.takes === "on" || flag.takes === "off") {
    const on = value.toLowerCase() !== "false" && value !== "0";
    if (fact === "enforce_eager" || fact === "prefix_caching") {
      setFact(sheet, fact, flag.takes === "on" ? on : !on, word.at, word.raw);
    }
    return;
  }
  switch (fact) {
    case "quantization":
    case "dtype":
      setEngineWord(sheet, fact, value, engine, word.at);
      break;
    case "model_id":
      setFact(sheet, fact, value, word.at);
      break;
    case "max_num_seqs":
    case "max_model_len":
    case "tensor_parallel":
    case "pipeline_parallel": {
      const count = parseCount(value);
      if (count !== null) setFact(sheet, fact, count, word.at, word.raw);
      else if (value !== "auto") setUnresolved(sheet, fact, `${word.raw} ${value}`, EXPECTED_COUNT, word.at);
      break;
    }
    default:
  }
}
