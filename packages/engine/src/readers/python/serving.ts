import { enclosingFunction } from "./loops.ts";
import { calleeName, type PyModule } from "./module.ts";
import { onceOfModule } from "./once-of-module.ts";
import { ancestor, descendants, field, type PyNode, text } from "./tree.ts";

/** Last names of decorators that make a function answer requests: web frameworks, Modal, BentoML, Beam, Chainlit. */
const ROUTE_DECORATORS =
  /^(?:post|get|put|route|api_route|websocket|web_endpoint|fastapi_endpoint|method|api|endpoint|on_message|rest_api)$/;
/** Functions that a serving framework calls by their name. */
const HANDLER_FUNCTIONS = /^(?:predict_fn|transform_fn|handler|lambda_handler)$/;
/** Methods that a framework calls, by the class that they belong to. */
const HANDLER_CLASSES: readonly (readonly [RegExp, RegExp])[] = [
  [/^Model$/, /^predict$/],
  [/^TritonPythonModel$/, /^execute$/],
];
const HANDLER_BASES: readonly (readonly [RegExp, RegExp])[] = [
  [/BaseHandler$/, /^(?:inference|handle)$/],
  [/BasePredictor$/, /^predict$/],
  [/LitAPI$/, /^predict$/],
  [/EndpointHandler$/, /^__call__$/],
  [/ChainletBase$/, /^run_remote$/],
];
/** Calls that take a function and call it for each request. */
const REGISTERS = /(?:^|\.)(?:add_api_route|add_url_rule|Interface|ChatInterface|click|submit|add_route|start)$/;

/** Where the file calls a function of its own. */
export function callSites(module: PyModule, definition: PyNode | null): readonly PyNode[] {
  const name = definition ? field(definition, "name") : null;
  if (!name) return [];
  const called = text(name);
  return [...(module.callsOf.get(called) ?? []), ...(module.callsOf.get(`self.${called}`) ?? [])];
}

/** Is the call made for a request: by a handler, or by a function that a handler calls? */
export function isServed(module: PyModule, call: PyNode): boolean {
  const own = enclosingFunction(call);
  const sites = [...callSites(module, own), ...callsOfLambda(module, call)];
  module.budget.steps -= sites.length;
  const functions = [own, ...sites.map(enclosingFunction)];
  return functions.some((definition) => definition !== null && isHandler(module, definition));
}

/** `answer = lambda prompt: pipe(prompt)`: where the file calls `answer`. */
function callsOfLambda(module: PyModule, call: PyNode): readonly PyNode[] {
  const lambda = ancestor(call, ["lambda", "function_definition"]);
  const assignment = lambda?.type === "lambda" && lambda.parent?.type === "assignment" ? lambda.parent : null;
  const name = assignment ? field(assignment, "left") : null;
  return name ? (module.callsOf.get(text(name)) ?? []) : [];
}

function isHandler(module: PyModule, definition: PyNode): boolean {
  const nameNode = field(definition, "name");
  const name = nameNode ? text(nameNode) : "";
  return isRoute(definition) || isHandlerMethod(definition, name) || registered(module).has(name);
}

function isRoute(definition: PyNode): boolean {
  if (definition.parent?.type !== "decorated_definition") return false;
  return definition.parent.children.some((decorator) => {
    const expression = decorator.type === "decorator" ? decorator.children[0] : null;
    const callee = expression?.type === "call" ? field(expression, "function") : expression;
    const last =
      callee?.type === "attribute" ? field(callee, "attribute") : callee?.type === "identifier" ? callee : null;
    const isCall = expression?.type === "call" || /\.(?:api|on_message)$/.test(callee ? text(callee) : "");
    return isCall && last != null && ROUTE_DECORATORS.test(text(last));
  });
}

function isHandlerMethod(definition: PyNode, name: string): boolean {
  const owner = ancestor(definition, ["class_definition", "function_definition"]);
  if (owner?.type !== "class_definition") return HANDLER_FUNCTIONS.test(name) && owner === null;
  const className = field(owner, "name");
  const bases = field(owner, "superclasses");
  const own = className ? text(className) : "";
  const parents = bases
    ? text(bases)
        .slice(1, -1)
        .split(",")
        .map((base) => base.trim())
    : [];
  if (name === "__call__" && (own === "EndpointHandler" || isRayDeployment(owner))) return true;
  return (
    HANDLER_CLASSES.some(([of, method]) => of.test(own) && method.test(name)) ||
    HANDLER_BASES.some(([base, method]) => parents.some((parent) => base.test(parent)) && method.test(name))
  );
}

function isRayDeployment(owner: PyNode): boolean {
  if (owner.parent?.type !== "decorated_definition") return false;
  return owner.parent.children.some(
    (child) => child.type === "decorator" && /\bserve\.deployment\b/.test(text(child).slice(0, 60)),
  );
}

/** `partial(answer, model)` → `answer`. */
function partialOf(module: PyModule, call: PyNode): string | null {
  const first = field(call, "arguments")?.children[0];
  const isPartial = /(?:^|\.)partial$/.test((calleeName(module, call) ?? "").slice(-40));
  return isPartial && first?.type === "identifier" ? text(first) : null;
}

/** Functions that are handed to a framework: `gr.Interface(fn=predict)`, `runpod.serverless.start({"handler": f})`. */
const registered = onceOfModule((module): ReadonlySet<string> => {
  const names = new Set<string>();
  for (const [callee, calls] of module.callsOf) {
    if (!REGISTERS.test(callee.slice(-60)) || !callee.includes(".")) continue;
    for (const call of calls.slice(0, 50)) {
      const args = field(call, "arguments");
      for (const argument of args?.children ?? []) {
        const value = argument.type === "keyword_argument" ? field(argument, "value") : argument;
        if (value?.type === "identifier") names.add(text(value));
        if (value?.type === "call") {
          const bound = partialOf(module, value);
          if (bound) names.add(bound);
        }
        if (value?.type !== "dictionary" && value?.type !== "lambda") continue;
        for (const node of descendants(value)) if (node.type === "identifier") names.add(text(node));
      }
    }
  }
  return names;
});
