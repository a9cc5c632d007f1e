import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { parseSync } from "vite";

export interface Literal {
  /** file:offset */
  readonly at: string;
  readonly pattern: RegExp;
}

const isNode = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

function walk(node: unknown, found: (pattern: RegExp, start: number) => void): void {
  if (Array.isArray(node)) {
    for (const each of node) walk(each, found);
    return;
  }
  if (!isNode(node)) return;
  const { regex, start } = node;
  if (node.type === "Literal" && isNode(regex) && typeof start === "number") {
    found(new RegExp(String(regex.pattern), String(regex.flags)), start);
  }
  for (const value of Object.values(node)) if (typeof value === "object") walk(value, found);
}

/** Every literal regular expression of the sources in a folder, tests left out. */
export function regularExpressionsIn(folder: string): Literal[] {
  const literals: Literal[] = [];
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    if (!/\.ts$/.test(name) || /\.(?:test|test-data|d)\.ts$/.test(name)) continue;
    const { program, errors } = parseSync(name, readFileSync(join(folder, name), "utf8"));
    if (errors.length > 0) throw new Error(`${name}: ${errors[0]?.message}`);
    walk(program, (pattern, start) => literals.push({ at: `${name}:${start}`, pattern }));
  }
  return literals;
}

/** Without a loop of its own length a pattern takes a bounded time at each place. */
export const hasLoop = ({ source }: RegExp): boolean =>
  /[*+]|\{\d+,\}/.test(source.replace(/\\./g, "").replace(/\[[^\]]*\]/g, "[]"));

const CHARACTERS = ["a", "0", " ", "\t", "\n", "-", "_", ".", "/", ":", "=", '"', "\\"];

/** Words that stand in the pattern as they are: what a text has to begin with to come to its loops. */
const wordsOf = ({ source }: RegExp): readonly string[] => source.match(/[A-Za-z0-9_ :=#"'-]{3,}/g) ?? [];

/** A text that matches; none where the pattern has what fast-check cannot make up. */
function matching({ source, flags }: RegExp): readonly string[] {
  try {
    const like = fc.stringMatching(new RegExp(source, flags.replace(/[gyi]/g, "")));
    return fc.sample(like, { numRuns: 1, seed: 1 }).map((text) => text.slice(0, 100));
  } catch {
    return [];
  }
}

/** Texts of about this length that make a loop of the pattern run long and then fail. */
export function attacksOn(pattern: RegExp, length: number): readonly string[] {
  const samples = matching(pattern);
  const starts = new Set(["", ...wordsOf(pattern).slice(0, 2), ...samples]);
  const own = [...pattern.source.replace(/\\[a-zA-Z]/g, "")].filter((c) => /[^a-zA-Z0-9*+?()[\]|^$]/.test(c));
  const units = new Set([...CHARACTERS, ...own.slice(0, 3), ...samples, ...wordsOf(pattern).slice(0, 2)]);
  const filled = (unit: string) => unit.repeat(Math.ceil(length / unit.length)).slice(0, length);
  return [...starts].flatMap((start) =>
    [...units].filter((unit) => unit !== "").map((unit) => `${start}${filled(unit)}\u0001!`),
  );
}
