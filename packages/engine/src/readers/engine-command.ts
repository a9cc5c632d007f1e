import type { FactName, Position } from "../domain/deployment.ts";
import { stateFlag } from "./engine-facts.ts";
import { ENGINE_FLAGS, type Engine, type EngineFlag, flagKey, LIST_FLAGS, SWITCHES } from "./engine-flags.ts";
import { emptySheet, type FactSheet, setFact, setUnresolved } from "./fact-sheet.ts";

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

/** Modules that `python -m` starts. */
const MODULES: readonly (readonly [Engine, RegExp])[] = [
  ["vllm", /^vllm\.entrypoints\./],
  ["sglang", /^(?:sglang|sglang_router)\.launch_server$/],
  ["vllm", /^dynamo\.vllm$/],
  ["sglang", /^dynamo\.sglang$/],
];
/** Words that name, print, stop or install an engine and start none. */
const NOT_STARTED =
  /^(?:echo|printf|pip3?|pgrep|pkill|kill|killall|grep|which|command|type|man|curl|wget|log|logger|info|warn|cat|ls|rm|git|test|\[|\[\[)$/;

/** The serving engine that a command line starts, wherever in it: behind `exec`, `python -m`, a wrapper. */
export function findEngineCommand(words: readonly PlacedWord[]): EngineCommand | null {
  if (NOT_STARTED.test(baseName(words[0]?.text).slice(0, 40))) return null;
  for (const [i, word] of words.entries()) {
    const name = baseName(word.text);
    const next = words[i + 1]?.text;
    const found = (engine: Engine, skip: number): EngineCommand | null => {
      const rest = words.slice(i + skip);
      if (servesEmbeddings(rest)) return null;
      return { engine, words: rest[0]?.text === "serve" ? rest.slice(1) : rest, at: word.at };
    };
    if ((name === "vllm" || name === "lmcache_vllm") && next === "serve") return found("vllm", 2);
    if (name === "sglang" && next === "serve") return found("sglang", 2);
    if (name === "sglang.launch_server") return found("sglang", 1);
    if (name === "text-generation-launcher") return found("tgi", 1);
    if (name === "api_server.py" && word.text?.includes("vllm/entrypoints/")) return found("vllm", 1);
    if (name === "launch_server.py" && word.text?.includes("sglang/")) return found("sglang", 1);
    const module = word.text === "-m" ? next : undefined;
    const engine = module && MODULES.find(([, pattern]) => pattern.test(module.slice(0, 80)))?.[0];
    if (engine) return found(engine, 2);
  }
  return null;
}

/** A server of embeddings, scores or classes generates no text: another workload. */
function servesEmbeddings(words: readonly PlacedWord[]): boolean {
  return words.some(({ text }, i) => {
    const [name, inline] = (text ?? "").slice(0, 80).split("=");
    if (name === "--is-embedding") return true;
    return (name === "--task" || name === "--runner") && NO_GENERATION.test(inline ?? words[i + 1]?.text ?? "");
  });
}

export const NO_GENERATION = /^(?:embed(?:ding)?|classify|score|reward|pooling|transcription)$/;

/** Facts that an engine's own flags state, and its environment where no flag does. */
export function readEngineFlags(command: EngineCommand, environment: readonly GivenFlag[] = []): FactSheet {
  const sheet = emptySheet();
  setFact(sheet, "framework", command.engine, command.at);
  const table = ENGINE_FLAGS[command.engine];
  const { given, untold } = givenFlags(command, table);
  for (const { word, fact } of untold) setUnresolved(sheet, fact, word.raw, "part of it is not known", word.at);
  // The model first: what a quantization word means depends on it.
  const modelFirst = [...strongest(given, environment)].sort(
    (a, b) => Number(b.flag.fact === "model_id") - Number(a.flag.fact === "model_id"),
  );
  for (const { flag, word, value } of modelFirst) {
    if (value === null) setUnresolved(sheet, flag.fact, word.raw, "the value is not known", word.at);
    else stateFlag(sheet, flag, value, command.engine, word);
  }
  // SGLang's attention is then split over the tensor-parallel GPUs: no further copies of the model.
  if (command.words.some(({ text }) => text?.startsWith("--enable-dp-attention"))) delete sheet.facts.data_parallel;
  return sheet;
}

interface Read {
  readonly given: readonly GivenFlag[];
  /** Words of which a part is not known, with what they may say. */
  readonly untold: readonly { readonly word: PlacedWord; readonly fact: FactName | "document" }[];
}

function givenFlags(command: EngineCommand, table: ReadonlyMap<string, EngineFlag>): Read {
  const words = command.words.flatMap(splitItem);
  const given: GivenFlag[] = [];
  const untold: { word: PlacedWord; fact: FactName | "document" }[] = [];
  const positional = command.engine === "vllm" ? table.get("model") : undefined;
  let hasPositional = false;
  for (let i = 0; i < words.length; i += 1) {
    const word = words[i];
    if (!word) continue;
    if (word.text === null) {
      const fact = factOf(word.raw, table);
      const isFlag = startsFlag(word);
      // The first word is the model where it may be one: `vllm serve $MODEL`, not `$EXTRA_ARGS` later.
      if (fact === undefined && i === 0 && positional && !isFlag && !SEVERAL.test(word.raw)) {
        given.push({ flag: positional, word, value: null });
        hasPositional = true;
      } else if (fact !== undefined || !isFlag) untold.push({ word, fact: fact ?? "document" });
      continue;
    }
    if (!word.text.startsWith("-")) {
      // The first word that no flag takes is the model.
      if (positional && !hasPositional) given.push({ flag: positional, word, value: word.text });
      hasPositional = true;
      continue;
    }
    const equals = word.text.indexOf("=");
    const key = flagKey(equals < 0 ? word.text : word.text.slice(0, equals));
    const flag = table.get(key) ?? abbreviated(key, command.engine, table);
    const inline = equals < 0 ? null : word.text.slice(equals + 1);
    const next = words[i + 1];
    if (!flag) {
      // Older versions took a word after a switch.
      if (inline === null && /^(?:true|false)$/i.test(next?.text ?? "")) i += 1;
      else if (LIST_FLAGS.has(key)) while (words[i + 1] && !words[i + 1]?.text?.startsWith("-")) i += 1;
      else if (inline === null && next && takesValue(key) && !startsFlag(next)) i += 1;
      continue;
    }
    if (flag.takes === "on" || flag.takes === "off") {
      let said = inline;
      if (said === null && /^(?:true|false)$/i.test(next?.text ?? "")) {
        said = next?.text ?? null;
        i += 1;
      }
      given.push({ flag, word, value: said ?? "true" });
      continue;
    }
    const follows = inline === null && next !== undefined && !(next.text?.startsWith("--") ?? false) ? next : undefined;
    if (follows) i += 1;
    const value = inline ?? follows?.text ?? null;
    // A value that stands in another file than its flag is where it can be changed.
    const at = follows && follows.at.path !== word.at.path ? follows.at : word.at;
    given.push({ flag, word: { ...word, at, raw: follows ? `${word.raw} ${follows.raw}` : word.raw }, value });
  }
  return { given, untold };
}

/** Shorter beginnings name too many flags. */
const LEAST_ABBREVIATION = 8;

/** `--max-num-seq`: argparse takes a beginning for the one flag that begins so; TGI's parser takes none. */
function abbreviated(key: string, engine: Engine, table: ReadonlyMap<string, EngineFlag>): EngineFlag | undefined {
  if (engine === "tgi" || key.length < LEAST_ABBREVIATION || SWITCHES.has(key)) return undefined;
  const begun = [...table].filter(([name]) => name.startsWith(key)).map(([, flag]) => flag);
  const [first] = begun;
  return first && begun.every(({ fact, takes }) => fact === first.fact && takes === first.takes) ? first : undefined;
}

/** `"$@"`, `${ARGS[@]}`: any number of words. */
const SEVERAL = /@|\*|ARGS|args|OPT|FLAGS/;

const startsFlag = (word: PlacedWord): boolean => (word.text ?? word.raw.replace(/^["']/, "")).startsWith("-");

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
const takesValue = (key: string): boolean =>
  !SWITCHES.has(key) && !/^(?:enable|disable|no|trust|use|skip|enforce|async|return|allow)-/.test(key);
