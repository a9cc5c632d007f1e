import type { PythonParser } from "../../domain/parser.ts";
import type { FileSet } from "../file-set.ts";
import { textPlaces } from "../text-places.ts";
import type { YamlNode } from "../yaml-tree.ts";
import { type Elsewhere, elsewhere, NOWHERE } from "./elsewhere.ts";
import { importsOf } from "./imports.ts";
import { commandLineOptions } from "./options.ts";
import { bindingsOf, type Scopes } from "./scopes.ts";
import { withoutLongRuns } from "./slow-text.ts";
import { copyTree, field, nodesBy, type PyNode, type PySource, text } from "./tree.ts";

/** One parsed file with its tables. */
export interface ParsedModule extends PySource {
  readonly root: PyNode;
  readonly nodes: readonly PyNode[];
  readonly calls: readonly PyNode[];
  /** Calls by the callee's text: `main`, `kwargs.update`, `self.ask`. */
  readonly callsOf: ReadonlyMap<string, readonly PyNode[]>;
  readonly scopes: Scopes;
  /** Local name → dotted name. */
  readonly imports: ReadonlyMap<string, string>;
  /** Modules all of whose names are imported: `from config import *`. */
  readonly stars: readonly string[];
  /** Command-line options by their destination: argparse and click. */
  readonly options: ReadonlyMap<string, CommandLineOption>;
  /** First place that does not parse. */
  readonly error: PyNode | null;
}

/** A parsed file that is read: what every recogniser sees. */
export interface PyModule extends ParsedModule {
  /** The configuration of the Truss that the file is the model of. */
  readonly config: YamlNode | null;
  /** Evaluation steps left: bounds what a hostile file can cost. */
  readonly budget: { steps: number };
  /** What `onceOfModule` computed. */
  readonly known: Map<unknown, unknown>;
  /** The other modules of the repository that it may import. */
  readonly elsewhere: Elsewhere;
}

export interface CommandLineOption {
  readonly at: PyNode;
  /** null: nothing but the command line says. */
  readonly default: PyNode | null;
  /** `store_true` → false, `store_false` → true, where no default is written. */
  readonly implied: boolean | null;
}

const EVALUATION_STEPS = 100_000;

/** Parses a file to be read, alone or with the files beside it; null when the parser gives nothing. */
export function openModule(
  path: string,
  content: string,
  parser: PythonParser,
  beside: { readonly config?: YamlNode | null; readonly files?: FileSet | undefined } = {},
): PyModule | null {
  const parsed = parseModule(path, content, parser);
  if (!parsed) return null;
  const { config = null, files } = beside;
  const budget = { steps: EVALUATION_STEPS };
  if (!files) return { ...parsed, config, budget, known: new Map(), elsewhere: NOWHERE };
  const others = elsewhere(files, parser, (each) => ({
    ...each,
    config: null,
    budget,
    known: new Map(),
    elsewhere: others,
  }));
  const module = { ...parsed, config, budget, known: new Map(), elsewhere: others };
  others.add(module);
  return module;
}

/** The module that a node is of: a value may come from another one. */
export const ownerOf = (module: PyModule, node: PyNode): PyModule =>
  node.source === module.root.source ? module : (module.elsewhere.owner(node) ?? module);

/** Parses and indexes; null when the parser gives nothing. */
export function parseModule(path: string, content: string, parser: PythonParser): ParsedModule | null {
  const tree = parser.parse(withoutLongRuns(content));
  if (!tree) return null;
  const source: PySource = { path, content, places: textPlaces(path, content) };
  const { root, nodes } = copyTree(tree.rootNode, source);
  const broken = tree.rootNode.hasError;
  tree.delete();
  const calls = nodes.filter((node) => node.type === "call");
  return {
    ...source,
    root,
    nodes,
    calls,
    callsOf: nodesBy(calls, calleeText),
    scopes: bindingsOf(root, nodes),
    ...importsOf(nodes),
    options: commandLineOptions(calls),
    error: broken ? (nodes.find((node) => node.type === "ERROR") ?? root) : null,
  };
}

/** `V.options(num_replicas=2).bind` → `V.options().bind`. */
function chainedName(callee: PyNode): string | null {
  const owner = callee.type === "attribute" ? field(callee, "object") : null;
  const attribute = callee.type === "attribute" ? field(callee, "attribute") : null;
  const inner = owner?.type === "call" ? field(owner, "function") : null;
  const name = inner ? dottedText(inner) : null;
  return name === null || !attribute ? null : `${name}().${text(attribute)}`;
}

/** `main`, `kwargs.update`; null: it calls what another call gives. */
function calleeText(call: PyNode): string | null {
  const callee = field(call, "function");
  if (callee?.type !== "identifier" && callee?.type !== "attribute") return null;
  return chainedName(callee) ?? text(callee);
}

/** `a.b.c` as written, from identifiers and attributes only; null for anything else. */
export function dottedText(node: PyNode): string | null {
  const parts: string[] = [];
  let at: PyNode | null = node;
  while (at?.type === "attribute") {
    const attribute = field(at, "attribute");
    if (!attribute) return null;
    parts.push(text(attribute));
    at = field(at, "object");
  }
  if (at?.type !== "identifier") return null;
  parts.push(text(at));
  return parts.reverse().join(".");
}

/** `dottedText` with the import behind its first name: `t.float16` → `torch.float16`. */
export function qualifiedName(module: PyModule, node: PyNode): string | null {
  const dotted = dottedText(node);
  if (dotted === null) return null;
  const dot = dotted.indexOf(".");
  const first = dot < 0 ? dotted : dotted.slice(0, dot);
  const imported = ownerOf(module, node).imports.get(first);
  return imported === undefined ? dotted : imported + dotted.slice(first.length);
}

/** What a call calls: `transformers.AutoModelForCausalLM.from_pretrained`; null when it is no plain name. */
export function calleeName(module: PyModule, call: PyNode): string | null {
  const callee = field(call, "function");
  return callee ? qualifiedName(module, callee) : null;
}
