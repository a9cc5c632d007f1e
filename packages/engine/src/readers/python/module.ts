import type { PythonParser } from "../../domain/parser.ts";
import type { YamlNode } from "../yaml-tree.ts";
import { importedNames } from "./imports.ts";
import { commandLineOptions } from "./options.ts";
import { bindingsOf, type Scopes } from "./scopes.ts";
import { withoutLongRuns } from "./slow-text.ts";
import { copyTree, field, type PyNode } from "./tree.ts";

/** One parsed file with its tables: what every recogniser reads. */
export interface PyModule {
  readonly path: string;
  readonly content: string;
  readonly root: PyNode;
  readonly nodes: readonly PyNode[];
  readonly calls: readonly PyNode[];
  /** Calls by the callee's text: `main`, `kwargs.update`, `self.ask`. */
  readonly callsOf: ReadonlyMap<string, readonly PyNode[]>;
  readonly scopes: Scopes;
  /** Local name → dotted name. */
  readonly imports: ReadonlyMap<string, string>;
  /** Command-line options by their destination: argparse and click. */
  readonly options: ReadonlyMap<string, CommandLineOption>;
  /** First place that does not parse. */
  readonly error: PyNode | null;
  /** The configuration of the Truss that the file is the model of. */
  readonly config: YamlNode | null;
  /** Evaluation steps left: bounds what a hostile file can cost. */
  readonly budget: { steps: number };
}

export interface CommandLineOption {
  readonly at: PyNode;
  /** null: nothing but the command line says. */
  readonly default: PyNode | null;
  /** `store_true` → false, `store_false` → true, where no default is written. */
  readonly implied: boolean | null;
}

const EVALUATION_STEPS = 100_000;

export const text = (module: { readonly content: string }, node: PyNode): string =>
  module.content.slice(node.start, node.end);

/** Parses and indexes; null when the parser gives nothing. The caller frees the tree when done. */
export function openModule(
  path: string,
  content: string,
  parser: PythonParser,
  config: YamlNode | null = null,
): { readonly module: PyModule; readonly close: () => void } | null {
  const tree = parser.parse(withoutLongRuns(content));
  if (!tree) return null;
  const { root, nodes } = copyTree(tree.rootNode, content);
  const calls = nodes.filter((node) => node.type === "call");
  const source = { content };
  const imports = importedNames(source, nodes);
  const module: PyModule = {
    path,
    content,
    root,
    nodes,
    calls,
    callsOf: callsByCallee(source, calls),
    scopes: bindingsOf(source, root, nodes),
    imports,
    options: commandLineOptions(source, calls),
    error: tree.rootNode.hasError ? (nodes.find((node) => node.type === "ERROR") ?? root) : null,
    config,
    budget: { steps: EVALUATION_STEPS },
  };
  const close = () => {
    tree.delete();
    for (const node of nodes) node.release();
  };
  return { module, close };
}

/** `V.options(num_replicas=2).bind` → `V.options().bind`. */
function chainedName(source: { readonly content: string }, callee: PyNode): string | null {
  const owner = callee.type === "attribute" ? field(callee, "object") : null;
  const attribute = callee.type === "attribute" ? field(callee, "attribute") : null;
  const inner = owner?.type === "call" ? field(owner, "function") : null;
  const name = inner ? dottedText(source, inner) : null;
  return name === null || !attribute ? null : `${name}().${source.content.slice(attribute.start, attribute.end)}`;
}

function callsByCallee(source: { readonly content: string }, calls: readonly PyNode[]): Map<string, PyNode[]> {
  const byCallee = new Map<string, PyNode[]>();
  for (const call of calls) {
    const callee = field(call, "function");
    if (callee?.type !== "identifier" && callee?.type !== "attribute") continue;
    const name = chainedName(source, callee) ?? source.content.slice(callee.start, callee.end);
    const list = byCallee.get(name);
    if (list) list.push(call);
    else byCallee.set(name, [call]);
  }
  return byCallee;
}

/** `a.b.c` as written, from identifiers and attributes only; null for anything else. */
export function dottedText(source: { readonly content: string }, node: PyNode): string | null {
  const parts: string[] = [];
  let at: PyNode | null = node;
  while (at?.type === "attribute") {
    const attribute = field(at, "attribute");
    if (!attribute) return null;
    parts.push(source.content.slice(attribute.start, attribute.end));
    at = field(at, "object");
  }
  if (at?.type !== "identifier") return null;
  parts.push(source.content.slice(at.start, at.end));
  return parts.reverse().join(".");
}

/** `dottedText` with the import behind its first name: `t.float16` → `torch.float16`. */
export function qualifiedName(module: Pick<PyModule, "content" | "imports">, node: PyNode): string | null {
  const dotted = dottedText(module, node);
  if (dotted === null) return null;
  const dot = dotted.indexOf(".");
  const first = dot < 0 ? dotted : dotted.slice(0, dot);
  const imported = module.imports.get(first);
  return imported === undefined ? dotted : imported + dotted.slice(first.length);
}

/** What a call calls: `transformers.AutoModelForCausalLM.from_pretrained`; null when it is no plain name. */
export function calleeName(module: Pick<PyModule, "content" | "imports">, call: PyNode): string | null {
  const callee = field(call, "function");
  return callee ? qualifiedName(module, callee) : null;
}
