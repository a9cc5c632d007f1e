import { type Document, isAlias, isMap, isScalar, isSeq, type Node, parseAllDocuments } from "yaml";
import type { Position } from "../domain/deployment.ts";
import { partsOf, placesOf, type YamlPart } from "./yaml-parts.ts";
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
  readonly error: { readonly why: string; readonly at: Position; readonly offset: number } | null;
}

const MAX_NODES = 20_000;
const MAX_DEPTH = 60;
const MAX_DOCUMENTS = 500;
/** Each alias copies what it stands for. */
const MAX_ALIASES = 1_000;
const MAX_ALIASES_OF_A_FILE = 5_000;

interface ReadPart {
  readonly start: number;
  readonly documents: readonly YamlDocument[];
}

export interface YamlFile {
  readonly documents: readonly YamlDocument[];
  /** By the text of a part: an edited text shares all but one with the text before. */
  readonly parts: ReadonlyMap<string, ReadPart>;
}

/** Where the offsets of a text were written, when it is not a file of its own. */
export type PlaceIn = (offset: number, endOffset: number) => Position;

/** Parses every document of a text; a broken one is told and does not stop the others. What `before` holds of the same text is taken from there. */
export function readYaml(path: string, content: string, placeIn?: PlaceIn, before?: YamlFile): YamlFile {
  const { text, runs } = withoutLongRuns(content);
  const placeAt = placesOf(text);
  const positionAt = (offset: number, endOffset = offset): Position => {
    if (placeIn) return placeIn(offset, endOffset);
    const { line, column } = placeAt(offset);
    // The end of a block is the start of the next line.
    return { path, line, column, end_line: placeAt(Math.max(offset, endOffset - 1)).line };
  };
  const origin: YamlOrigin = { path, text: content, positionAt };
  const ofFile = { left: MAX_ALIASES_OF_A_FILE };
  const documents: YamlDocument[] = [];
  const parts = new Map<string, ReadPart>();
  for (const part of partsOf(text)) {
    const known = before?.parts.get(part.text);
    const read = known ? moved(known, part.start, origin) : readPart(part, origin, ofFile);
    documents.push(...read);
    parts.set(part.text, { start: part.start, documents: read });
    if (documents.length > MAX_DOCUMENTS) {
      const why = `more than ${MAX_DOCUMENTS} documents: the rest was not read`;
      documents.splice(MAX_DOCUMENTS, documents.length, broken(why, part.start, origin));
      break;
    }
  }
  return { documents: [...documents, ...runs.map(({ start, why }) => broken(why, start, origin))], parts };
}

const broken = (why: string, offset: number, { positionAt }: YamlOrigin): YamlDocument => ({
  root: null,
  error: { why, offset, at: positionAt(offset) },
});

function readPart({ text, start }: YamlPart, origin: YamlOrigin, ofFile: { left: number }): readonly YamlDocument[] {
  const parsed = withoutStacks(() =>
    parseAllDocuments(text, { logLevel: "silent", prettyErrors: false, uniqueKeys: false }),
  );
  const all: readonly Document.Parsed[] = Array.isArray(parsed) ? parsed.slice(0, MAX_DOCUMENTS + 1) : [];
  return all.map((document): YamlDocument => {
    const [error] = document.errors;
    if (error) return broken(firstLine(error.message), start + error.pos[0], origin);
    const budget = { nodes: MAX_NODES };
    const most = Math.min(MAX_ALIASES, ofFile.left);
    const aliases = { left: most };
    const context = { origin, base: start, budget, aliases, anchors: new Map() };
    const root = document.contents ? copy(document.contents, context, 0) : null;
    ofFile.left -= most - Math.max(0, aliases.left);
    if (aliases.left < 0) {
      const why =
        most < MAX_ALIASES
          ? `more than ${MAX_ALIASES_OF_A_FILE} aliases in the file`
          : `more than ${MAX_ALIASES} aliases`;
      return broken(why, start + document.range[0], origin);
    }
    if (budget.nodes >= 0) return { root, error: null };
    return broken("too large or too deeply nested to read", start + document.range[0], origin);
  });
}

/** The same documents further down or up, in another text. */
function moved({ start: from, documents }: ReadPart, to: number, origin: YamlOrigin): readonly YamlDocument[] {
  const shift = to - from;
  const move = (node: YamlNode): YamlNode => ({
    ...node,
    origin,
    start: node.start + shift,
    end: node.end + shift,
    items: node.items.length === 0 ? NO_ITEMS : node.items.map(move),
    entries:
      node.entries.size === 0 ? NO_ENTRIES : new Map([...node.entries].map(([key, value]) => [key, move(value)])),
  });
  return documents.map(({ root, error }) =>
    error ? broken(error.why, error.offset + shift, origin) : { root: root && move(root), error },
  );
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
  /** Where the parsed part starts in the text. */
  readonly base: number;
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
  const [from, to] = node.range ?? [0, 0];
  const [start, end] = [context.base + from, context.base + to];
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
