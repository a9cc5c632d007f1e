import { field, type PyNode, text } from "./tree.ts";

/** Local name → dotted name, from every import statement of the file. */
export function importedNames(nodes: readonly PyNode[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const node of nodes) {
    if (node.type !== "import_statement" && node.type !== "import_from_statement") continue;
    const from = node.type === "import_from_statement" ? field(node, "module_name") : null;
    const prefix = from ? `${text(from)}.` : "";
    for (const child of node.children) {
      if (child === from) continue;
      if (child.type === "aliased_import") {
        const name = field(child, "name");
        const alias = field(child, "alias");
        if (name && alias) names.set(text(alias), prefix + text(name));
      } else if (child.type === "dotted_name") {
        const name = text(child);
        // `import a.b` binds `a`, which then means itself.
        if (from) names.set(name, prefix + name);
      }
    }
  }
  return names;
}
