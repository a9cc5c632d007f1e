import { field, type PyNode, text } from "./tree.ts";

export interface Imports {
  /** Local name → dotted name; one of the same package begins with dots. */
  readonly imports: ReadonlyMap<string, string>;
  readonly stars: readonly string[];
}

/** Every import statement of the file. */
export function importsOf(nodes: readonly PyNode[]): Imports {
  const imports = new Map<string, string>();
  const stars: string[] = [];
  for (const node of nodes) {
    if (node.type !== "import_statement" && node.type !== "import_from_statement") continue;
    const from = node.type === "import_from_statement" ? field(node, "module_name") : null;
    const module = from ? text(from) : "";
    // `from . import config` is `.config`.
    const prefix = module === "" || module.endsWith(".") ? module : `${module}.`;
    for (const child of node.children) {
      if (child === from) continue;
      if (child.type === "aliased_import") {
        const name = field(child, "name");
        const alias = field(child, "alias");
        if (name && alias) imports.set(text(alias), prefix + text(name));
      } else if (child.type === "dotted_name") {
        const name = text(child);
        // `import a.b` binds `a`, which then means itself.
        if (from) imports.set(name, prefix + name);
      } else if (child.type === "wildcard_import") stars.push(module);
    }
  }
  return { imports, stars };
}
