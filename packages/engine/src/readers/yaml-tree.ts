import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseAllDocuments } from "yaml";
import type { Position } from "../domain/deployment.ts";
import { findLongRun } from "./yaml-runs.ts";

/** A YAML value with its place. Aliases and merge keys are followed, within a budget. */
export interface YamlNode {
  readonly kind: "map" | "list" | "scalar";
  readonly entries: ReadonlyMap<string, YamlNode>;
  readonly items: readonly YamlNode[];
  /** Of a scalar. */
  readonly value: string | number | boolean | null;
  /** Of a scalar: its source text, quotes and block header included. */
  readonly source: string;
  readonly start: number;
  readonly at: Position;
}

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

export interface YamlFile {
  readonly documents: readonly YamlDocument[];
  readonly positionAt: (offset: number, endOffset?: number) => Position;
}

/** Parses every document of a file; a broken one is told and does not stop the others. */
export function readYaml(path: string, content: string): YamlFile {
  const run = findLongRun(content);
  if (run) {
    const line = content.slice(0, run.start).split("\n").length;
    const error = { why: run.why, at: { path, line, column: 1, end_line: line } };
    return { documents: [{ root: null, error }], positionAt: () => error.at };
  }
  const lines = new LineCounter();
  const parsed = parseAllDocuments(content, {
    lineCounter: lines,
    logLevel: "silent",
    prettyErrors: false,
    uniqueKeys: false,
  });
  const positionAt = (offset: number, endOffset = offset): Position => {
    const start = lines.linePos(offset);
    // The end of a block is the start of the next line.
    const end = lines.linePos(Math.max(offset, endOffset - 1));
    return { path, line: Math.max(1, start.line), column: Math.max(1, start.col), end_line: Math.max(1, end.line) };
  };
  const all: readonly Document.Parsed[] = Array.isArray(parsed) ? parsed : [];
  const aliases = { left: MAX_ALIASES };
  const documents = all.slice(0, MAX_DOCUMENTS).map((document): YamlDocument => {
    const [error] = document.errors;
    if (error) return { root: null, error: { why: firstLine(error.message), at: positionAt(error.pos[0]) } };
    const budget = { nodes: MAX_NODES };
    const context = { content, positionAt, budget, aliases, anchors: new Map() };
    const root = document.contents ? copy(document.contents, context, 0) : null;
    if (aliases.left < 0) {
      const why = `more than ${MAX_ALIASES} aliases in the file`;
      return { root: null, error: { why, at: positionAt(document.range[0]) } };
    }
    if (budget.nodes >= 0) return { root, error: null };
    return { root: null, error: { why: "too large or too deeply nested to read", at: positionAt(document.range[0]) } };
  });
  const beyond = all[MAX_DOCUMENTS];
  if (beyond) {
    const why = `more than ${MAX_DOCUMENTS} documents: the rest was not read`;
    documents.push({ root: null, error: { why, at: positionAt(beyond.range[0]) } });
  }
  return { documents, positionAt };
}

const firstLine = (message: string): string => (message.split("\n")[0] ?? "").replace(/ at line .*$/, "").slice(0, 160);

interface Copying {
  readonly content: string;
  readonly positionAt: YamlFile["positionAt"];
  /** Of one document. */
  readonly budget: { nodes: number };
  /** Of the file. */
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
  const base = { start, at: context.positionAt(start, end), source: "", value: null, items: [], entries: new Map() };
  if (isScalar(node)) {
    const { value } = node;
    const plain = typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? value : null;
    return { ...base, kind: "scalar", value: plain, source: context.content.slice(start, end) };
  }
  if (isSeq(node)) {
    const items = node.items.map((item) => copy(item as Node, context, depth + 1)).filter((item) => item !== null);
    return { ...base, kind: "list", items };
  }
  if (!isMap(node)) return null;
  const entries = new Map<string, YamlNode>();
  for (const { key, value } of node.items) {
    if (!isScalar(key)) continue;
    if (key.anchor !== undefined) context.anchors.set(key.anchor, key);
    if (!value) continue;
    const child = copy(value as Node, context, depth + 1);
    if (!child) continue;
    if (key.value === "<<" || String(key.source) === "<<") {
      const merged = child.kind === "list" ? child.items : [child];
      for (const part of merged) for (const [k, v] of part.entries) if (!entries.has(k)) entries.set(k, v);
    } else entries.set(String(key.value), child);
  }
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
