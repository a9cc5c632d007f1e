import { enclosingFunction } from "./loops.ts";
import type { PyModule } from "./module.ts";
import { reach } from "./reach.ts";
import { callSites } from "./serving.ts";
import { field, type PyNode, text } from "./tree.ts";

const MAX_DEPTH = 3;
const MAX_SITES = 20;

/** Does code stand in a branch that the file's values never take, or in a function that only such branches call? */
export function neverRuns(module: PyModule, node: PyNode, depth = 0): boolean {
  if (reach(module, node, null) === "never") return true;
  const own = enclosingFunction(node);
  if (!own || depth >= MAX_DEPTH) return false;
  const sites = callSites(module, own);
  module.budget.steps -= sites.length;
  if (sites.length === 0 || sites.length > MAX_SITES || isHandedOn(module, own, sites.length)) return false;
  return sites.every((site) => neverRuns(module, site, depth + 1));
}

/** Is the function named where it is not called: who calls it then is not known. */
function isHandedOn(module: PyModule, definition: PyNode, calls: number): boolean {
  const nameNode = field(definition, "name");
  const name = nameNode ? text(nameNode) : "";
  let named = 0;
  for (const node of module.nodes) if (node.type === "identifier" && text(node) === name) named += 1;
  module.budget.steps -= 10;
  // Once where it is defined, once where it is called.
  return named !== calls + 1;
}
