import type { Load } from "./loads.ts";
import type { PyModule } from "./module.ts";
import { scopeOf } from "./scopes.ts";
import { field, type PyNode, text } from "./tree.ts";
import type { PyValue } from "./value.ts";

/** `model(**inputs)` and no generate in the whole file: logits, no text. */
export function scoresOnly(module: PyModule, { kind, target, wrappers }: Load): boolean {
  if (kind !== "from_pretrained" || target === null || wrappers.length > 0 || !module.callsOf.has(target)) return false;
  return !module.calls.some((call) => {
    const callee = field(call, "function");
    const method = callee?.type === "attribute" ? field(callee, "attribute") : null;
    return method !== null && /generate|chat|stream/.test(text(method));
  });
}

const SEVERAL =
  /^(?:\w{0,40}_)?(?:prompts|texts|questions|queries|sentences|instructions|documents|docs|lines|batch|conversations)$/i;

/** `llm.generate(prompts)`: a name of several, or a parameter that is declared as a list. */
export function takesList(module: PyModule, call: PyNode): boolean {
  const argument = field(call, "arguments")?.children[0];
  const given = argument?.type === "keyword_argument" ? field(argument, "value") : argument;
  if (given?.type !== "identifier") return given?.type === "list_comprehension";
  const name = text(given);
  if (SEVERAL.test(name)) return true;
  const binding = module.scopes.bindings
    .get(scopeOf(given))
    ?.get(name)
    ?.find(({ kind }) => kind === "parameter");
  const type = binding?.at.type === "typed_parameter" ? field(binding.at, "type") : null;
  return type !== null && /^(?:typing\.)?(?:list|sequence|iterable)\b/i.test(text(type).slice(0, 40));
}

/** `batch_size=len(prompts)`: how many is not known, one is not meant. */
export const isBatched = (size: PyValue | undefined): boolean =>
  size !== undefined && size.kind !== "number" && size.kind !== "none";
