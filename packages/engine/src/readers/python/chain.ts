import type { PyNode } from "./tree.ts";

/** The calls of methods that are chained to a call: `.half()` and `.to(…)` of `load(…).half().to(…)`. */
export function chainedOn(call: PyNode): readonly PyNode[] {
  const chained: PyNode[] = [];
  for (let at = call.parent; at && ["attribute", "call"].includes(at.type); at = at.parent) {
    if (at.type === "call") chained.push(at);
  }
  return chained;
}
