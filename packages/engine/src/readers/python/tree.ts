import type { SyntaxNode } from "../../domain/parser.ts";

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

/**
 * A parsed node with identity and text offsets: tree-sitter's own nodes are rebuilt at each access. What costs a call into
 * the wasm and is asked of few nodes is found when it is asked for.
 */
export class PyNode {
  readonly type: string;
  readonly parent: PyNode | null;
  /** null: not asked for yet. */
  #children: readonly PyNode[] | null = NONE;
  #raw: SyntaxNode | null;
  #fields: Map<string, PyNode | null> | null = null;
  #end = -1;

  constructor(type: string, raw: SyntaxNode, parent: PyNode | null) {
    this.type = type;
    this.#raw = raw;
    this.parent = parent;
  }

  /** Named ones, without comments. */
  get children(): readonly PyNode[] {
    this.#children ??= childrenOf(this);
    return this.#children;
  }

  /** What copying the tree found; null leaves the children for later. */
  set children(found: readonly PyNode[] | null) {
    this.#children = found;
  }

  get raw(): SyntaxNode {
    if (this.#raw) return this.#raw;
    throw new Error("a node of a closed file was asked for");
  }

  /** UTF-16 offset into the file. */
  get start(): number {
    return this.raw.startIndex;
  }
  get end(): number {
    if (this.#end < 0) this.#end = this.raw.endIndex;
    return this.#end;
  }
  /** 1-based. */
  get line(): number {
    return this.raw.startPosition.row + 1;
  }
  get column(): number {
    return this.raw.startPosition.column + 1;
  }
  get end_line(): number {
    return this.raw.endPosition.row + 1;
  }

  /** Lets go of the tree: what of a closed file lives a little longer must not hold all of it. */
  release(): void {
    this.#children = NONE;
    this.#fields = null;
    this.#raw = null;
  }

  /** The child in a grammar field ("function", "arguments", "left", …). */
  field(name: string): PyNode | null {
    this.#fields ??= new Map();
    const known = this.#fields.get(name);
    if (known !== undefined) return known;
    const raw = this.raw.childForFieldName(name);
    const found = raw ? (this.children.find((child) => child.raw.id === raw.id) ?? null) : null;
    this.#fields.set(name, found);
    return found;
  }
}

function childrenOf(node: PyNode): readonly PyNode[] {
  const children: PyNode[] = [];
  for (const child of node.raw.namedChildren) {
    const type = child?.type;
    if (child && type !== undefined && type !== "comment") children.push(new PyNode(type, child, node));
  }
  return children.length === 0 ? NONE : children;
}

/** A string without expressions inside: few are looked into. `rb"`, `u'`, but not `f"`. */
const isPlainString = ({ type, start }: PyNode, content: string): boolean =>
  type === "string" && /^[^fFtT"']{0,2}["']/.test(content.slice(start, start + 3));

/**
 * Copies the tree, without recursion: a hostile file nests as deep as it is long. Returns nodes in document order, but for
 * the parts of plain strings.
 */
export function copyTree(
  rootNode: SyntaxNode,
  content: string,
): { readonly root: PyNode; readonly nodes: readonly PyNode[] } {
  const root = new PyNode(rootNode.type, rootNode, null);
  const nodes: PyNode[] = [];
  const stack: PyNode[] = [root];
  for (let node = stack.pop(); node; node = stack.pop()) {
    nodes.push(node);
    if (LEAVES.has(node.type)) continue;
    if (isPlainString(node, content)) {
      node.children = null;
      continue;
    }
    const children = childrenOf(node);
    node.children = children;
    for (let i = children.length - 1; i >= 0; i -= 1) {
      const child = children[i];
      if (child) stack.push(child);
    }
  }
  return { root, nodes };
}

export const field = (node: PyNode, name: string): PyNode | null => node.field(name);

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
