import type { Position } from "../../domain/deployment.ts";
import { readYaml, scalarText, type YamlFile, type YamlNode, type YamlOrigin } from "../yaml-tree.ts";

/** A stretch of rendered text and where it was written: character by character in a template, or as a whole in values. */
export interface Piece {
  readonly text: string;
  readonly origin: YamlOrigin;
  readonly start: number;
  /** Of a value: its end. Of a template's own text: absent. */
  readonly end?: number;
}
export type Text = readonly Piece[];

export const plainText = (text: Text): string => text.map((piece) => piece.text).join("");

/** A value's text at the value's place. */
export const pieceOf = (node: YamlNode, text: string): Piece => ({
  text,
  origin: node.origin,
  start: node.start,
  end: node.end,
});

/** Same places, other text: where a function makes one text of another. */
export function retext(text: Text, value: string): Text {
  const [first] = text.filter((piece) => piece.end !== undefined).concat(text);
  return first ? [{ ...first, text: value }] : [];
}

/** Every line but the first moved in. */
export function indented(text: Text, spaces: number): Text {
  const pad = " ".repeat(Math.max(0, Math.min(60, spaces)));
  return text.map((piece) =>
    piece.text.includes("\n")
      ? { ...piece, text: piece.text.replaceAll("\n", `\n${pad}`), end: piece.end ?? piece.start + piece.text.length }
      : piece,
  );
}

/** A value as YAML, each scalar at its own place. */
export function yamlText(node: YamlNode, depth = 0): Text {
  const pad = "  ".repeat(Math.min(depth, 60));
  const lines: Piece[] = [];
  if (node.kind === "scalar") return [pieceOf(node, scalarYaml(node))];
  const isList = node.kind === "list";
  const children: readonly (readonly [string, YamlNode])[] = isList
    ? node.items.map((item) => ["- ", item] as const)
    : [...node.entries].map(([key, value]) => [`${quotedKey(key)}: `, value] as const);
  if (children.length === 0) return [pieceOf(node, isList ? "[]" : "{}")];
  for (const [i, [head, child]] of children.entries()) {
    const lead = `${i === 0 ? "" : `\n${pad}`}${head}`;
    const nested = child.kind !== "scalar" && (child.items.length > 0 || child.entries.size > 0);
    if (!nested) {
      lines.push(pieceOf(child, lead), ...yamlText(child));
    } else if (isList) lines.push(pieceOf(child, lead), ...yamlText(child, depth + 1));
    else lines.push(pieceOf(child, `${lead.trimEnd()}\n${pad}  `), ...yamlText(child, depth + 1));
  }
  return lines;
}

/** Double quotes keep every text what it is, lines included. */
export function scalarYaml(node: YamlNode): string {
  if (node.value === null) return "null";
  if (typeof node.value !== "string") return String(node.value);
  return /^[A-Za-z/][\w/.-]*$/.test(node.value) && !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(node.value)
    ? node.value
    : JSON.stringify(node.value);
}

const quotedKey = (key: string): string => (/^[\w./-]+$/.test(key) ? key : JSON.stringify(key));

/** Rendered text → documents, each node where its text was written: a value in its file, all else in the template. */
export function readRendered(path: string, text: Text): YamlFile {
  const ends: number[] = [];
  let length = 0;
  for (const piece of text) {
    length += piece.text.length;
    ends.push(length);
  }
  const whole = plainText(text);
  const indexAt = (offset: number): number => {
    let [low, high] = [0, ends.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ends[middle] ?? 0) > offset) high = middle;
      else low = middle + 1;
    }
    return Math.max(0, low);
  };
  const at = (index: number, offset: number): Position => {
    const piece = text[index];
    if (!piece) return { path, line: 1, column: 1, end_line: 1 };
    if (piece.end !== undefined) return piece.origin.positionAt(piece.start, piece.end);
    const inside = piece.start + Math.max(0, offset - (ends[index - 1] ?? 0));
    return piece.origin.positionAt(inside, inside + 1);
  };
  const yaml = readYaml(path, whole, (from, to) => {
    const first = indexAt(from);
    // On one line, what a value states stands with the value.
    if (whole.indexOf("\n", from) < 0 || whole.indexOf("\n", from) >= to - 1) {
      const last = indexAt(Math.max(from, to - 1));
      for (let i = first; i <= last; i += 1) if (isValue(text[i])) return at(i, from);
    }
    return at(first, from);
  });
  /** A scalar that one value fills stands in its own file, word for word. */
  const ownPlace = (node: YamlNode): YamlNode => {
    const pieces = text.slice(indexAt(node.start), indexAt(Math.max(node.start, node.end - 1)) + 1);
    const values = pieces.filter(isValue);
    const [value] = values;
    const isFilled = pieces.every((piece) => isValue(piece) || /^[\s"']*$/.test(piece.text));
    if (value?.end === undefined || values.length > 1 || (pieces.length > 1 && !isFilled)) return node;
    return { ...node, origin: value.origin, start: value.start, end: value.end };
  };
  const placed = (node: YamlNode): YamlNode => {
    if (node.kind === "scalar") return ownPlace(node);
    if (node.kind === "list") return { ...node, items: node.items.map(placed) };
    return { ...node, entries: new Map([...node.entries].map(([key, value]) => [key, placed(value)])) };
  };
  return {
    ...yaml,
    documents: yaml.documents.map((each) => (each.root ? { ...each, root: placed(each.root) } : each)),
  };
}

/** Text of a values file, that is not only the key or dash before one. */
const isValue = (piece: Piece | undefined): boolean => piece?.end !== undefined && piece.text.trim() !== "";

export const textOfNode = (node: YamlNode): Text => [
  pieceOf(node, node.value === null ? "" : (scalarText(node) ?? "")),
];
