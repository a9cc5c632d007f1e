import { evaluate } from "./evaluate.ts";
import { isIn } from "./methods.ts";
import type { PyModule } from "./module.ts";
import { field, type PyNode, text } from "./tree.ts";
import { GIVEN_BY_ENVIRONMENT, MAX_STRING, type PyValue, sameValue, truth, unknown } from "./value.ts";

/** Value of `-a`, `not a`, `a or b`, `a + b`, `a < b`, `a if b else c`, as far as both sides are known. */
export function evaluateOperator(module: PyModule, node: PyNode, depth: number): PyValue {
  switch (node.type) {
    case "boolean_operator":
    case "binary_operator":
      return evaluateBinary(module, node, depth);
    case "comparison_operator":
      return evaluateComparison(module, node, depth);
    case "conditional_expression":
      return evaluateConditional(module, node, depth);
    default:
      return evaluateUnary(module, node, depth);
  }
}

function evaluateUnary(module: PyModule, node: PyNode, depth: number): PyValue {
  const argument = field(node, "argument");
  if (!argument) return unknown(node, "not a plain expression");
  const value = evaluate(module, argument, depth + 1);
  if (node.type === "not_operator") {
    const known = truth(value);
    return known === null
      ? unknown(node, "depends on something unknown")
      : { kind: "boolean", value: !known, at: node };
  }
  if (value.kind === "number" && text(node).startsWith("-")) return { ...value, value: -value.value, at: node };
  return unknown(node, "not a plain number");
}

function evaluateBinary(module: PyModule, node: PyNode, depth: number): PyValue {
  const left = field(node, "left");
  const right = field(node, "right");
  if (!left || !right) return unknown(node, "not a plain expression");
  const operator = module.content.slice(left.end, right.start).trim();
  const a = evaluate(module, left, depth + 1);
  if (operator === "or" || operator === "and") {
    const known = truth(a);
    // `os.environ.get("X") or "default"`: nothing sets it here.
    if (known === null && operator === "or" && a.kind === "unknown" && a.why === GIVEN_BY_ENVIRONMENT) {
      return evaluate(module, right, depth + 1);
    }
    if (known === null) return unknown(node, "depends on something unknown");
    return known === (operator === "or") ? a : evaluate(module, right, depth + 1);
  }
  const b = evaluate(module, right, depth + 1);
  if (a.kind === "string" && b.kind === "string" && operator === "+" && a.value.length + b.value.length <= MAX_STRING) {
    return { kind: "string", value: a.value + b.value, at: node };
  }
  // `Path("a") / "b"`.
  if (a.kind === "string" && b.kind === "string" && operator === "/") {
    return { kind: "string", value: `${a.value.replace(/\/$/, "")}/${b.value}`.slice(0, MAX_STRING), at: node };
  }
  if (a.kind === "number" && b.kind === "number") {
    const value =
      operator === "+"
        ? a.value + b.value
        : operator === "-"
          ? a.value - b.value
          : operator === "*"
            ? a.value * b.value
            : operator === "//"
              ? Math.floor(a.value / b.value)
              : operator === "/"
                ? a.value / b.value
                : Number.NaN;
    if (Number.isFinite(value)) return { kind: "number", value, at: node };
  }
  return unknown(node, "computed from something unknown");
}

const ORDERINGS: ReadonlyMap<string, (a: number, b: number) => boolean> = new Map([
  ["<", (a: number, b: number) => a < b],
  ["<=", (a: number, b: number) => a <= b],
  [">", (a: number, b: number) => a > b],
  [">=", (a: number, b: number) => a >= b],
]);

function evaluateComparison(module: PyModule, node: PyNode, depth: number): PyValue {
  const [left, right] = node.children;
  if (!left || !right || node.children.length !== 2) return unknown(node, "not a plain comparison");
  const operator = module.content.slice(left.end, right.start).trim();
  const a = evaluate(module, left, depth + 1);
  const b = evaluate(module, right, depth + 1);
  if (operator === "in" || operator === "not in") {
    const found = isIn(module, a, b, depth);
    return found === null
      ? unknown(node, "depends on something unknown")
      : { kind: "boolean", value: found === (operator === "in"), at: node };
  }
  if (a.kind === "number" && b.kind === "number") {
    const ordered = ORDERINGS.get(operator);
    if (ordered) return { kind: "boolean", value: ordered(a.value, b.value), at: node };
  }
  const plain = [a, b].every((v) => ["string", "number", "boolean", "none"].includes(v.kind));
  if (!plain) return unknown(node, "compares something unknown");
  if (operator === "==" || operator === "is") return { kind: "boolean", value: sameValue(a, b), at: node };
  if (operator === "!=" || operator === "is not") return { kind: "boolean", value: !sameValue(a, b), at: node };
  return unknown(node, "not a plain comparison");
}

function evaluateConditional(module: PyModule, node: PyNode, depth: number): PyValue {
  const [whenTrue, condition, whenFalse] = node.children;
  if (!whenTrue || !condition || !whenFalse) return unknown(node, "not a plain expression");
  const known = truth(evaluate(module, condition, depth + 1));
  const a = evaluate(module, whenTrue, depth + 1);
  const b = evaluate(module, whenFalse, depth + 1);
  if (known !== null) return known ? a : b;
  return sameValue(a, b) ? a : unknown(node, "depends on a condition");
}
