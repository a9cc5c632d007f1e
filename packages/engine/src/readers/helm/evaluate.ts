import { UNRENDERED } from "../container/container.ts";
import type { YamlNode, YamlOrigin } from "../yaml-tree.ts";
import type { Expression, Pipeline } from "./expression.ts";
import { known, unknownNode } from "./functions/support.ts";
import { FUNCTIONS } from "./functions.ts";
import { inner, MAX_INCLUDES, type Rendering, type Scope, type Variables } from "./scope.ts";
import { parseTemplate, type TemplateNode } from "./template.ts";
import { type Piece, plainText, type Text } from "./text.ts";
import { isNode, nodeOf, type Place, scalar, stringOf, textOf, truthOf, UNKNOWN, type Value } from "./value.ts";

/** Renders a template's nodes with `root` as the dot. */
export function renderTemplate(
  body: readonly TemplateNode[],
  origin: YamlOrigin,
  root: YamlNode,
  rendering: Rendering,
): Text {
  const out: Piece[] = [];
  const variables: Variables = { own: new Map(), outer: null };
  runNodes(body, { rendering, origin, root, dot: root, variables, depth: 0 }, out);
  return out;
}

function runNodes(nodes: readonly TemplateNode[], scope: Scope, out: Piece[]): void {
  const { budget } = scope.rendering;
  for (const node of nodes) {
    budget.steps -= 1;
    if (budget.steps < 0 || budget.output < 0) return;
    switch (node.kind) {
      case "text":
        emit(
          [{ text: scope.origin.text.slice(node.start, node.end), origin: scope.origin, start: node.start }],
          scope,
          out,
        );
        break;
      case "action":
        runAction(node, scope, out);
        break;
      case "template":
        emit(
          include(node.name, node.pipeline ? evaluate(node.pipeline.expression, scope) : UNKNOWN, scope),
          scope,
          out,
        );
        break;
      default:
        runBlock(node, scope, out);
    }
  }
}

function emit(value: Value, { rendering, origin }: Scope, out: Piece[]): void {
  const text = textOf(value);
  const pieces = text === UNKNOWN ? [{ text: UNRENDERED, origin, start: 0 }] : text;
  for (const piece of pieces) {
    rendering.budget.output -= piece.text.length;
    rendering.shared.chars -= piece.text.length;
    if (rendering.shared.chars < 0) rendering.budget.output = -1;
    if (rendering.budget.output < 0) return;
    out.push(piece);
  }
}

function runAction(node: Extract<TemplateNode, { kind: "action" }>, scope: Scope, out: Piece[]): void {
  const { pipeline, start, end } = node;
  const value = pipeline ? evaluate(pipeline.expression, scope) : UNKNOWN;
  if (pipeline && pipeline.declares.length > 0) {
    assign(pipeline, value, scope);
    return;
  }
  const text = textOf(value);
  if (text !== UNKNOWN) emit(text, scope, out);
  else emitUnknown(pipeline, { origin: scope.origin, start, end }, scope, out);
}

/** Whole lines that are not known are left out and told; a value that is not known is marked where it stands. */
function emitUnknown(pipeline: Pipeline | null, place: Place, scope: Scope, out: Piece[]): void {
  const lines = linesIn(pipeline);
  const before = out.at(-1)?.text ?? "";
  // Lines that go on at the same depth are of the same map: with them, its key has a value.
  const goesOn = lines !== null && depthAfter(scope.origin.text, place.end) >= lines;
  if (lines !== null && (goesOn || !before.trimEnd().endsWith(":"))) {
    scope.rendering.undecided.push(place);
    return;
  }
  emit([{ text: before.endsWith(":") ? ` ${UNRENDERED}` : UNRENDERED, ...place }], scope, out);
}

const LOOK_AHEAD = 600;
/** How far the next line of text is moved in, actions left out; -1: none is near. */
function depthAfter(text: string, end: number): number {
  const ahead = text.slice(end, end + LOOK_AHEAD).split("{{");
  const plain = ahead.map((part, i) => (i === 0 ? part : part.slice(part.indexOf("}}") + 2 || part.length))).join("");
  return /\n( *)[^\s]/.exec(plain)?.[1]?.length ?? -1;
}

/** How far `nindent` and `indent` move their lines in; null: it is no block of lines. */
function linesIn(pipeline: Pipeline | null): number | null {
  const expression = pipeline?.expression;
  if (expression?.kind !== "call" || !/^n?indent$/.test(expression.name)) return null;
  const [spaces] = expression.args;
  return spaces?.kind === "literal" && typeof spaces.value === "number" ? spaces.value : 0;
}

function assign({ declares, assigns }: Pipeline, value: Value, { variables }: Scope): void {
  const name = declares.at(-1) ?? "";
  let holder: Variables | null = variables;
  while (assigns && holder && !holder.own.has(name)) holder = holder.outer;
  (holder ?? variables).own.set(name, value);
}

function runBlock(node: Extract<TemplateNode, { kind: "if" | "with" | "range" }>, scope: Scope, out: Piece[]): void {
  for (const { pipeline, body } of node.branches) {
    const within = { ...scope, variables: inner(scope.variables) };
    if (!pipeline) {
      runNodes(body, within, out);
      return;
    }
    const value = evaluate(pipeline.expression, within);
    const truth = truthOf(value);
    if (truth === null) {
      scope.rendering.undecided.push({ origin: scope.origin, start: node.start, end: node.end });
      return;
    }
    if (!truth) continue;
    if (node.kind === "range") {
      runRange(value, pipeline, body, within, out);
      return;
    }
    if (pipeline.declares.length > 0) assign({ ...pipeline, assigns: false }, value, within);
    runNodes(body, node.kind === "with" ? { ...within, dot: value } : within, out);
    return;
  }
}

function runRange(
  value: Value,
  { declares }: Pipeline,
  body: readonly TemplateNode[],
  scope: Scope,
  out: Piece[],
): void {
  if (!isNode(value)) return;
  const place: Place = value;
  const pairs: readonly (readonly [Value, YamlNode])[] =
    value.kind === "map"
      ? [...value.entries].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [scalar(item, key), item])
      : value.items.map((item, i) => [scalar(place, i), item]);
  for (const [key, item] of pairs) {
    const variables = inner(scope.variables);
    const [first, second] = declares;
    if (second !== undefined && first !== undefined) {
      variables.own.set(first, key);
      variables.own.set(second, known(item));
    } else if (first !== undefined) variables.own.set(first, known(item));
    runNodes(body, { ...scope, variables, dot: known(item) }, out);
    if (scope.rendering.budget.steps < 0) return;
  }
}

function evaluate(expression: Expression, scope: Scope): Value {
  scope.rendering.budget.steps -= 1;
  if (scope.rendering.budget.steps < 0) return UNKNOWN;
  switch (expression.kind) {
    case "literal":
      return scalar({ origin: scope.origin, start: expression.start, end: expression.end }, expression.value);
    case "path":
      return follow(baseOf(expression.base, scope), expression.keys, scope);
    case "field":
      return follow(evaluate(expression.of, scope), expression.keys, scope);
    case "call":
      return call(expression, scope);
  }
}

function baseOf(base: string, scope: Scope): Value {
  if (base === "") return scope.dot;
  if (base === "$") return scope.root;
  const name = base.slice(1);
  for (let holder: Variables | null = scope.variables; holder; holder = holder.outer) {
    const value = holder.own.get(name);
    if (value !== undefined) return value;
  }
  return UNKNOWN;
}

function follow(from: Value, keys: readonly string[], { origin }: Scope): Value {
  let value = from;
  for (const key of keys) {
    if (value === UNKNOWN) return UNKNOWN;
    const next: YamlNode | undefined = isNode(value) ? value.entries.get(key) : undefined;
    value = next ? known(next) : scalar({ origin, start: 0, end: 0 }, null);
  }
  return value;
}

function call({ name, args, start }: Extract<Expression, { kind: "call" }>, scope: Scope): Value {
  const place: Place = { origin: scope.origin, start, end: start + name.length };
  // Only as much is evaluated as Go would.
  if (name === "and" || name === "or") {
    let value: Value = UNKNOWN;
    for (const argument of args) {
      value = evaluate(argument, scope);
      const truth = truthOf(value);
      if (truth === null || truth === (name === "or")) return value;
    }
    return value;
  }
  const values = args.map((argument) => evaluate(argument, scope));
  if (name === "include") return include(stringOf(values[0] ?? UNKNOWN), values[1] ?? UNKNOWN, scope);
  if (name === "tpl") return runText(values[0] ?? UNKNOWN, values[1] ?? UNKNOWN, scope);
  const run = FUNCTIONS.get(name);
  return run ? run(values, place) : UNKNOWN;
}

function include(name: string | null, dot: Value, scope: Scope): Value {
  const define = name === null ? undefined : scope.rendering.defines.get(name);
  if (!define || scope.depth >= MAX_INCLUDES) return UNKNOWN;
  const out: Piece[] = [];
  const given = dot === UNKNOWN ? unknownNode({ origin: scope.origin, start: 0, end: 0 }) : dot;
  const variables: Variables = { own: new Map(), outer: null };
  runNodes(
    define.body,
    {
      rendering: scope.rendering,
      origin: define.origin,
      root: given,
      dot: known(given),
      variables,
      depth: scope.depth + 1,
    },
    out,
  );
  // What an included text does not know makes all of it unknown only where it is a single word.
  return plainText(out).trim() === UNRENDERED ? UNKNOWN : out;
}

/** `tpl`: a value that is itself a template. */
function runText(value: Value, dot: Value, scope: Scope): Value {
  const text = stringOf(value);
  const node = nodeOf(value);
  if (text === null || !node || scope.depth >= MAX_INCLUDES) return UNKNOWN;
  if (!text.includes("{{")) return value;
  const template = text.length > 20_000 ? null : parseTemplate(text);
  if (!template) return UNKNOWN;
  const position = node.origin.positionAt(node.start, node.end);
  const origin: YamlOrigin = { path: position.path, text, positionAt: () => position };
  const out: Piece[] = [];
  const variables: Variables = { own: new Map(), outer: null };
  runNodes(
    template.body,
    { rendering: scope.rendering, origin, root: dot, dot, variables, depth: scope.depth + 1 },
    out,
  );
  return out;
}
