import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseAllDocuments } from "yaml";
import type { Position } from "../domain/deployment.ts";
import { withoutLongRuns } from "./yaml-runs.ts";

/** The text that nodes were read from; a rendered or nested text maps its offsets to where they were written. */
export interface YamlOrigin {
  readonly path: string;
  readonly text: string;
  readonly positionAt: (offset: number, endOffset?: number) => Position;
}

/** A YAML value with its place. Aliases and merge keys are followed, within a budget. */
export interface YamlNode {
  readonly kind: "map" | "list" | "scalar";
  readonly entries: ReadonlyMap<string, YamlNode>;
  readonly items: readonly YamlNode[];
  /** Of a scalar. */
  readonly value: string | number | boolean | null;
  readonly origin: YamlOrigin;
  readonly start: number;
  readonly end: number;
}

export const placeOf = ({ origin, start, end }: YamlNode): Position => origin.positionAt(start, end);
/** Source text, quotes and block header included. */
export const sourceOf = ({ origin, start, end }: YamlNode): string => origin.text.slice(start, end);

export const NO_ENTRIES: ReadonlyMap<string, YamlNode> = new Map();
export const NO_ITEMS: readonly YamlNode[] = [];

export interface YamlDocument {
  readonly root: YamlNode | null;
  /** Why the document was not read, and where. */
  readonly error: { readonly why: string; readonly at: Position } | null;
}

const MAX_NODES = 20_000;
const MAX_DEPTH = 60;
const MAX_DOCUMENTS = 500;
/** Each alias copies what it stands for. */
const MAX_ALIASES = 1_000;
const MAX_ALIASES_OF_A_FILE = 5_000;

export interface YamlFile {
  readonly documents: readonly YamlDocument[];
}

/** Where the offsets of a text were written, when it is not a file of its own. */
export type PlaceIn = (offset: number, endOffset: number) => Position;

/** Parses every document of a text; a broken one is told and does not stop the others. */
export function readYaml(path: string, content: string, placeIn?: PlaceIn): YamlFile {
  const { text, runs } = withoutLongRuns(content);
  const lines = new LineCounter();
  const parsed = withoutStacks(() =>
    parseAllDocuments(text, { lineCounter: lines, logLevel: "silent", prettyErrors: false, uniqueKeys: false }),
  );
  const positionAt = (offset: number, endOffset = offset): Position => {
    if (placeIn) return placeIn(offset, endOffset);
    const start = lines.linePos(offset);
    // The end of a block is the start of the next line.
    const end = lines.linePos(Math.max(offset, endOffset - 1));
    return { path, line: Math.max(1, start.line), column: Math.max(1, start.col), end_line: Math.max(1, end.line) };
  };
  const all: readonly Document.Parsed[] = Array.isArray(parsed) ? parsed : [];
  const ofFile = { left: MAX_ALIASES_OF_A_FILE };
  const origin: YamlOrigin = { path, text: content, positionAt };
  const documents = all.slice(0, MAX_DOCUMENTS).map((document): YamlDocument => {
    const [error] = document.errors;
    if (error) return { root: null, error: { why: firstLine(error.message), at: positionAt(error.pos[0]) } };
    const budget = { nodes: MAX_NODES };
    const most = Math.min(MAX_ALIASES, ofFile.left);
    const aliases = { left: most };
    const context = { origin, budget, aliases, anchors: new Map() };
    const root = document.contents ? copy(document.contents, context, 0) : null;
    ofFile.left -= most - Math.max(0, aliases.left);
    if (aliases.left < 0) {
      const why =
        most < MAX_ALIASES
          ? `more than ${MAX_ALIASES_OF_A_FILE} aliases in the file`
          : `more than ${MAX_ALIASES} aliases`;
      return { root: null, error: { why, at: positionAt(document.range[0]) } };
    }
    if (budget.nodes >= 0) return { root, error: null };
    return { root: null, error: { why: "too large or too deeply nested to read", at: positionAt(document.range[0]) } };
  });
  for (const { start, why } of runs) {
    const line = content.slice(0, start).split("\n").length;
    const at = placeIn ? placeIn(start, start) : { path, line, column: 1, end_line: line };
    documents.push({ root: null, error: { why, at } });
  }
  const beyond = all[MAX_DOCUMENTS];
  if (beyond) {
    const why = `more than ${MAX_DOCUMENTS} documents: the rest was not read`;
    documents.push({ root: null, error: { why, at: positionAt(beyond.range[0]) } });
  }
  return { documents };
}

/** The parser makes an error of each thing that is wrong; the stack of each would take longer than to read the text. */
function withoutStacks<T>(work: () => T): T {
  const limit: unknown = Reflect.get(Error, "stackTraceLimit");
  Reflect.set(Error, "stackTraceLimit", 0);
  try {
    return work();
  } finally {
    Reflect.set(Error, "stackTraceLimit", limit);
  }
}

const firstLine = (message: string): string =>
  // The parser recurses, and tells where it had to stop.
  message.includes("call stack")
    ? "too deeply nested to read"
    : (message.split("\n")[0] ?? "").replace(/ at line .*$/, "").slice(0, 160);

interface Copying {
  readonly origin: YamlOrigin;
  /** Of one document. */
  readonly budget: { nodes: number };
  /** Of one document. */
  readonly aliases: { left: number };
  /** An alias stands for the last node before it that has its anchor; nodes are copied in that order. */
  readonly anchors: Map<string, Node>;
}

function copy(node: Node, context: Copying, depth: number): YamlNode | null {
  context.budget.nodes -= 1;
  if (depth > MAX_DEPTH) context.budget.nodes = -1;
  if (context.budget.nodes < 0) return null;
  if (isAlias(node)) {
    context.aliases.left -= 1;
    if (context.aliases.left < 0) return null;
    const target = context.anchors.get(node.source);
    return target ? copy(target, context, depth + 1) : null;
  }
  if (node.anchor !== undefined) context.anchors.set(node.anchor, node);
  const [start, end] = node.range ?? [0, 0];
  const base = { value: null, items: NO_ITEMS, entries: NO_ENTRIES, origin: context.origin, start, end };
  if (isScalar(node)) {
    const { value } = node;
    const plain = typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? value : null;
    return { ...base, kind: "scalar", value: plain };
  }
  if (isSeq(node)) {
    const items = node.items.map((item) => copy(item as Node, context, depth + 1)).filter((item) => item !== null);
    return { ...base, kind: "list", items };
  }
  if (!isMap(node)) return null;
  const entries = new Map<string, YamlNode>();
  const merged = new Map<string, YamlNode>();
  for (const { key, value } of node.items) {
    if (!isScalar(key)) continue;
    if (key.anchor !== undefined) context.anchors.set(key.anchor, key);
    if (!value) continue;
    const child = copy(value as Node, context, depth + 1);
    if (!child) continue;
    if (key.value === "<<" || String(key.source) === "<<") {
      for (const part of child.kind === "list" ? child.items : [child]) {
        for (const [k, v] of part.entries) if (!merged.has(k)) merged.set(k, v);
      }
    } else entries.set(String(key.value), child);
  }
  // A key of the map itself wins over a merged one, wherever the merge stands.
  for (const [k, v] of merged) if (!entries.has(k)) entries.set(k, v);
  return { ...base, kind: "map", entries };
}

/** The node at a path of keys; undefined where one is absent. */
export function at(node: YamlNode | null | undefined, ...keys: readonly string[]): YamlNode | undefined {
  let current = node ?? undefined;
  for (const key of keys) current = current?.entries.get(key);
  return current;
}

/** Text of a scalar, numbers and booleans as YAML wrote them. */
export function scalarText(node: YamlNode | undefined): string | undefined {
  if (node?.kind !== "scalar" || node.value === null) return undefined;
  return typeof node.value === "string" ? node.value : String(node.value);
}
