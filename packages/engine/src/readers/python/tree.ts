import type { Position } from "../../domain/deployment.ts";
import type { SyntaxNode } from "../../domain/parser.ts";
import type { TextPlaces } from "../text-places.ts";
import { endOfName } from "./names.ts";

/** Nodes without named children; asking the wasm for each of them would be most of the work. */
const LEAVES: ReadonlySet<string> = new Set([
  "identifier",
  "integer",
  "float",
  "true",
  "false",
  "none",
  "ellipsis",
  "string_start",
  "string_end",
  "escape_sequence",
  "type_conversion",
  "pass_statement",
  "break_statement",
  "continue_statement",
]);
const NONE: readonly PyNode[] = [];

/** The file that nodes were read from. */
export interface PySource {
  readonly path: string;
  readonly content: string;
  readonly places: TextPlaces;
}

/**
 * A parsed node with identity and UTF-16 offsets. It holds nothing of tree-sitter's own nodes, which are rebuilt at each
 * access and take three times the memory.
 */
export class PyNode {
  readonly type: string;
  readonly source: PySource;
  readonly parent: PyNode | null;
  readonly start: number;
  readonly end: number;
  /** Named ones, without comments and continuations. A plain string has none: its text says all. */
  children: readonly PyNode[] = NONE;

  constructor(type: string, source: PySource, parent: PyNode | null, start: number, end: number) {
    this.type = type;
    this.source = source;
    this.parent = parent;
    this.start = start;
    this.end = end;
  }
}

/** As it is written. */
export const text = ({ source, start, end }: PyNode): string => source.content.slice(start, end);

export const placeOf = ({ source, start, end }: PyNode): Position => source.places.at(start, end);

/** A string without expressions inside: `rb"`, `u'`, but not `f"`. */
export const isPlainString = ({ type, start, source }: PyNode): boolean =>
  type === "string" && /^[^fFtT"']{0,2}["']/.test(source.content.slice(start, start + 3));

/** Copies the tree, without recursion: a hostile file nests as deep as it is long. Returns nodes in document order. */
export function copyTree(
  rootNode: SyntaxNode,
  source: PySource,
): { readonly root: PyNode; readonly nodes: readonly PyNode[] } {
  // A parser that repairs a text puts in names of no length.
  const isWhole = !rootNode.hasError;
  const nodeOf = (raw: SyntaxNode, type: string, parent: PyNode | null): PyNode => {
    const start = raw.startIndex;
    const end = isWhole && type === "identifier" ? endOfName(source.content, start) : raw.endIndex;
    return new PyNode(type, source, parent, start, end);
  };
  const root = nodeOf(rootNode, rootNode.type, null);
  const nodes: PyNode[] = [];
  const stack: PyNode[] = [root];
  const raws: SyntaxNode[] = [rootNode];
  const found: PyNode[] = [];
  for (let node = stack.pop(), raw = raws.pop(); node && raw; node = stack.pop(), raw = raws.pop()) {
    nodes.push(node);
    if (LEAVES.has(node.type) || isPlainString(node)) continue;
    // Taken out of the node, which would keep it: from the root all of the parser's nodes would be held.
    const inner = raw.namedChildren.splice(0);
    found.length = 0;
    for (let i = inner.length - 1; i >= 0; i -= 1) {
      const child = inner[i];
      const type = child?.type;
      if (!child || type === undefined || type === "comment" || type === "line_continuation") continue;
      const copy = nodeOf(child, type, node);
      found.push(copy);
      stack.push(copy);
      raws.push(child);
    }
    // A list that grew has room for sixteen more: each node would keep it.
    if (found.length > 0) node.children = found.toReversed();
  }
  return { root, nodes };
}

/** Where in its children a node holds what the grammar calls by a name; what fills no field stands behind those that do. */
const FIELDS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  aliased_import: { name: 0, alias: 1 },
  assignment: { left: 0 },
  attribute: { object: 0, attribute: 1 },
  augmented_assignment: { left: 0, right: 1 },
  binary_operator: { left: 0, right: 1 },
  boolean_operator: { left: 0, right: 1 },
  call: { function: 0, arguments: 1 },
  class_definition: { name: 0 },
  default_parameter: { name: 0, value: 1 },
  elif_clause: { condition: 0 },
  for_in_clause: { left: 0, right: 1 },
  for_statement: { left: 0, right: 1 },
  format_expression: { expression: 0 },
  function_definition: { name: 0 },
  if_statement: { condition: 0 },
  import_from_statement: { module_name: 0 },
  interpolation: { expression: 0 },
  keyword_argument: { name: 0, value: 1 },
  named_expression: { name: 0, value: 1 },
  not_operator: { argument: 0 },
  pair: { key: 0, value: 1 },
  subscript: { value: 0, subscript: 1 },
  typed_default_parameter: { name: 0, value: 2 },
  unary_operator: { argument: 0 },
  while_statement: { condition: 0 },
  with_item: { value: 0 },
};

/** The child in a grammar field ("function", "arguments", "left", …); null: the node has none. */
export function field(node: PyNode, name: string): PyNode | null {
  const index = FIELDS[node.type]?.[name];
  if (index === undefined) return laterField(node, name);
  let left = index;
  for (const child of node.children) {
    if (child.type === "ERROR") continue;
    if (left === 0) return child;
    left -= 1;
  }
  return null;
}

/** `right` behind a type, `superclasses` behind type parameters. */
function laterField({ type, children }: PyNode, name: string): PyNode | null {
  if (type === "assignment" && name === "right")
    return children.find((child, i) => i > 0 && child.type !== "type" && child.type !== "ERROR") ?? null;
  if (type === "class_definition" && name === "superclasses")
    return children.find((child) => child.type === "argument_list") ?? null;
  return null;
}

export const contains = (outer: PyNode, inner: PyNode): boolean =>
  outer.source === inner.source && outer.start <= inner.start && inner.end <= outer.end;

/** Nearest ancestor of one of the types, itself excluded. */
export function ancestor(node: PyNode, types: readonly string[]): PyNode | null {
  for (let at = node.parent; at; at = at.parent) if (types.includes(at.type)) return at;
  return null;
}

/** All nodes below, itself included, in document order. Without recursion. */
export function* descendants(node: PyNode): Generator<PyNode> {
  const stack: PyNode[] = [node];
  for (let at = stack.pop(); at; at = stack.pop()) {
    yield at;
    for (let i = at.children.length - 1; i >= 0; i -= 1) {
      const child = at.children[i];
      if (child) stack.push(child);
    }
  }
}

/** The nodes by a name of each; those of none are left out. */
export function nodesBy(
  nodes: readonly PyNode[],
  nameOf: (node: PyNode) => string | null,
): ReadonlyMap<string, readonly PyNode[]> {
  const found = new Map<string, PyNode[]>();
  for (const node of nodes) {
    const name = nameOf(node);
    if (name === null) continue;
    const list = found.get(name);
    if (list) list.push(node);
    else found.set(name, [node]);
  }
  return found;
}
