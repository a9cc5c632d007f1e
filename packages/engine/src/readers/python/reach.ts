import { evaluate } from "./evaluate.ts";
import type { PyModule } from "./module.ts";
import { contains, field, type PyNode } from "./tree.ts";
import { truth } from "./value.ts";

/** Does code at `node` run before code at `use`, by the values that the file states? */
export type Reach = "always" | "never" | "maybe";

const both = (a: Reach, b: Reach): Reach =>
  a === "never" || b === "never" ? "never" : a === "maybe" || b === "maybe" ? "maybe" : "always";

const conditionHolds = (module: PyModule, node: PyNode, depth: number): Reach => {
  const condition = field(node, "condition");
  const value = condition ? truth(evaluate(module, condition, depth + 1)) : null;
  return value === null ? "maybe" : value ? "always" : "never";
};

const not = (reach: Reach): Reach => (reach === "always" ? "never" : reach === "never" ? "always" : "maybe");

/** The conditions between `node` and the nearest block that also holds `use` (null: up to its function or module). */
export function reach(module: PyModule, node: PyNode, use: PyNode | null, depth = 0): Reach {
  let result: Reach = "always";
  let child = node;
  for (let parent = node.parent; parent && result !== "never"; child = parent, parent = parent.parent) {
    if (use && contains(child, use)) break;
    if (["function_definition", "class_definition", "lambda"].includes(parent.type)) break;
    switch (parent.type) {
      case "if_statement": {
        if (child.type === "block") result = both(result, conditionHolds(module, parent, depth));
        else if (child.type === "elif_clause" || child.type === "else_clause") {
          result = both(result, not(conditionHolds(module, parent, depth)));
          for (const clause of parent.children) {
            if (clause === child) break;
            if (clause.type === "elif_clause") result = both(result, not(conditionHolds(module, clause, depth)));
          }
        }
        break;
      }
      case "elif_clause":
        if (child.type === "block") result = both(result, conditionHolds(module, parent, depth));
        break;
      case "except_clause":
      case "except_group_clause":
      case "case_clause":
        result = both(result, "maybe");
        break;
      case "for_statement":
      case "while_statement":
        if (use && !contains(parent, use)) result = both(result, "maybe");
        break;
      default:
    }
  }
  return result;
}
