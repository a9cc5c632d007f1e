import type { PythonParser } from "../../domain/parser.ts";
import { type FileSet, folderOf, onceOf } from "../file-set.ts";
import { type ParsedModule, type PyModule, parseModule } from "./module.ts";
import { refusal } from "./slow-text.ts";
import type { PyNode, PySource } from "./tree.ts";

/** Modules that one file may take values from, over several steps. */
const MAX_MODULES = 12;
/** A module of settings is smaller; a larger one is not followed. */
const MAX_LENGTH = 65_536;
/** Text of modules that is parsed for the sake of others in one set of files, and modules that are held. */
const MAX_TEXT_OF_A_SET = 4 * 1_048_576;
const MAX_HELD = 16;

/** The other modules of the repository, as one file that is read sees them. */
export interface Elsewhere {
  /** The module that an import names, and what of the name is left: `app.config.MODEL` → app/config.py and MODEL. */
  readonly find: (from: PySource, dotted: string) => Found | null;
  /** Whose node it is, where that is another module's. */
  readonly owner: (node: PyNode) => PyModule | null;
}

export interface Found {
  readonly module: PyModule;
  readonly rest: readonly string[];
}

export const NOWHERE: Elsewhere = { find: () => null, owner: () => null };

interface Held {
  readonly parsed: Map<string, ParsedModule>;
  left: number;
}

/** Parsed for one file, a module of settings is asked for by the next. */
const heldIn = onceOf((_set: FileSet): Held => ({ parsed: new Map(), left: MAX_TEXT_OF_A_SET }));

/** What a file may import from the files beside it; `read` makes a module of what was parsed, to be read with the same budget. */
export function elsewhere(
  set: FileSet,
  parser: PythonParser,
  read: (parsed: ParsedModule) => PyModule,
): Elsewhere & { readonly add: (module: PyModule) => void } {
  const open = new Map<string, PyModule | null>();
  const owners = new Map<PySource, PyModule>();
  const add = (module: PyModule) => {
    open.set(module.path, module);
    owners.set(module.root.source, module);
  };
  const opened = (path: string): PyModule | null => {
    const known = open.get(path);
    if (known !== undefined) return known;
    const parsed = open.size <= MAX_MODULES ? parsedOf(set, parser, path) : null;
    if (!parsed) {
      open.set(path, null);
      return null;
    }
    const module = read(parsed);
    add(module);
    return module;
  };
  return {
    add,
    find: (from, dotted) => {
      const place = placeIn(set, from.path, dotted);
      const module = place && opened(place.path);
      return place && module ? { module, rest: place.rest } : null;
    },
    owner: (node) => owners.get(node.source) ?? null,
  };
}

function parsedOf(set: FileSet, parser: PythonParser, path: string): ParsedModule | null {
  const held = heldIn(set);
  const known = held.parsed.get(path);
  if (known) return known;
  const content = set.byPath.get(path)?.content ?? "";
  if (content.length > MAX_LENGTH || content.length > held.left || refusal(content) !== null) return null;
  held.left -= content.length;
  const parsed = parseModule(path, content, parser);
  if (!parsed) return null;
  const [oldest] = held.parsed.keys();
  if (held.parsed.size >= MAX_HELD && oldest !== undefined) held.parsed.delete(oldest);
  held.parsed.set(path, parsed);
  return parsed;
}

interface Place {
  readonly path: string;
  readonly rest: readonly string[];
}

/** Where a dotted name leads: the longest part of it that is a file. Two files that it may mean are none. */
function placeIn(set: FileSet, from: string, dotted: string): Place | null {
  const dots = /^\.*/.exec(dotted)?.[0].length ?? 0;
  const names = dotted.slice(dots).split(".").slice(0, 12);
  const own = folderOf(from);
  if (dots > 0) {
    let folder: string | null = own;
    for (let i = 1; i < dots && folder !== null; i += 1) folder = folder === "" ? null : folderOf(folder);
    return folder === null ? null : placeBelow(set, folder, names);
  }
  const found = new Map<string, Place>();
  for (let folder = own; ; folder = folderOf(folder)) {
    for (const root of [folder, folder === "" ? "src" : `${folder}/src`]) {
      const place = placeBelow(set, root, names);
      if (place) found.set(place.path, place);
    }
    if (folder === "") break;
  }
  const [only, other] = found.values();
  return only && !other ? only : null;
}

function placeBelow({ byPath }: FileSet, folder: string, names: readonly string[]): Place | null {
  for (let length = names.length; length > 0; length -= 1) {
    const base = [...(folder === "" ? [] : [folder]), ...names.slice(0, length)].join("/");
    const path = [`${base}.py`, `${base}/__init__.py`].find((each) => byPath.has(each));
    if (path) return { path, rest: names.slice(length) };
  }
  return null;
}
