import type { InputError } from "@ecocompute/engine";
import { accept, invalidInput, type Read } from "./problem.ts";
import { cut, suggest } from "./suggest.ts";

export { type FieldTypes, fieldTypes, toInput } from "@ecocompute/engine";

/** One value per name: which of two would count is a guess. */
export function readQuery(query: URLSearchParams): Read<ReadonlyMap<string, string>> {
  const values = new Map<string, string[]>();
  for (const [name, value] of query) {
    const known = values.get(name);
    if (known) known.push(value);
    else values.set(name, [value]);
  }
  const repeated = [...values].filter(([, given]) => given.length > 1);
  if (repeated.length === 0) return accept(new Map(query));
  return invalidInput(
    repeated.map(([name, given]) => ({
      parameter: cut(name),
      message: `${cut(name)} is given ${given.length} times: give it once.`,
      received: cut(given.join(", ")),
    })),
  );
}

export const unknownParameter = (name: string, value: string, allowed: readonly string[]): InputError => ({
  parameter: cut(name),
  message: `${cut(name)} is not a parameter here.`,
  received: cut(value),
  allowed,
  ...suggest(name, allowed),
});
