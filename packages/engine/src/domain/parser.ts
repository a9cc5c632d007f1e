/** The part of a tree-sitter node that readers use. The host loads the wasm and passes a parser in; the engine never loads one. */
export interface SyntaxNode {
  /** The same for every access to a node of one tree. */
  readonly id: number;
  readonly type: string;
  readonly text: string;
  readonly startPosition: { readonly row: number; readonly column: number };
  readonly endPosition: { readonly row: number; readonly column: number };
  readonly startIndex: number;
  readonly endIndex: number;
  readonly hasError: boolean;
  readonly parent: SyntaxNode | null;
  /** Made once and kept by the node, which the reader may relieve of it. */
  readonly namedChildren: (SyntaxNode | null)[];
  childForFieldName(name: string): SyntaxNode | null;
}

/** Parses Python text; the tree is freed by the caller's garbage collector or `delete`. */
export interface PythonParser {
  parse(text: string): { readonly rootNode: SyntaxNode; delete(): void } | null;
}
