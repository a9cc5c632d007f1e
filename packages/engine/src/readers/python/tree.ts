import type { SyntaxNode } from "../../domain/parser.ts";

/** A parsed node with identity and text offsets: tree-sitter's own nodes are rebuilt at each access. */
export interface PyNode {
  readonly type: string;
  /** UTF-16 offsets into the file. */
  readonly start: number;
  readonly end: number;
  /** 1-based. */
  readonly line: number;
  readonly column: number;
  readonly end_line: number;
  readonly parent: PyNode | null;
  readonly children: readonly PyNode[];
  readonly raw: SyntaxNode;
  /** Fields that were asked for: each costs a call into the wasm. */
  fields: Map<string, PyNode | null> | null;
}

interface MutableNode extends PyNode {
  readonly children: PyNode[];
}

const wrap = (raw: SyntaxNode, parent: PyNode | null): MutableNode => ({
  type: raw.type,
  start: raw.startIndex,
  end: raw.endIndex,
  line: raw.startPosition.row + 1,
  column: raw.startPosition.column + 1,
  end_line: raw.endPosition.row + 1,
  parent,
  children: [],
  raw,
  fields: null,
});

/** Copies the tree, without recursion: a hostile file nests as deep as it is long. Returns nodes in document order. */
export function copyTree(rootNode: SyntaxNode): { readonly root: PyNode; readonly nodes: readonly PyNode[] } {
  const root = wrap(rootNode, null);
  const nodes: PyNode[] = [];
  const stack: MutableNode[] = [root];
  for (let node = stack.pop(); node; node = stack.pop()) {
    nodes.push(node);
    const children: MutableNode[] = [];
    for (const child of node.raw.namedChildren) if (child && child.type !== "comment") children.push(wrap(child, node));
    for (const child of children) node.children.push(child);
    for (let i = children.length - 1; i >= 0; i -= 1) {
      const child = children[i];
      if (child) stack.push(child);
    }
  }
  return { root, nodes };
}

/** The child in a grammar field ("function", "arguments", "left", …). */
export function field(node: PyNode, name: string): PyNode | null {
  node.fields ??= new Map();
  const known = node.fields.get(name);
  if (known !== undefined) return known;
  const found = findField(node, name);
  node.fields.set(name, found);
  return found;
}

function findField(node: PyNode, name: string): PyNode | null {
  const raw = node.raw.childForFieldName(name);
  if (!raw) return null;
  const { startIndex, endIndex, type } = raw;
  return (
    node.children.find((child) => child.start === startIndex && child.end === endIndex && child.type === type) ?? null
  );
}

export const contains = (outer: PyNode, inner: PyNode): boolean => outer.start <= inner.start && inner.end <= outer.end;

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
