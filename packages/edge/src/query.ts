import type { InputError } from "@ecocompute/engine";
import { accept, invalidInput, type Read } from "./problem.ts";
import { cut, suggest } from "./suggest.ts";

export { type FieldTypes, fieldTypes, toInput } from "@ecocompute/engine";

/** One value per name: which of two would count is a guess. */
export function readQuery(query: URLSearchParams): Read<ReadonlyMap<string, string>> {
  const repeated = new Set([...query.keys()].filter((name) => query.getAll(name).length > 1));
  if (repeated.size === 0) return accept(new Map(query));
  return invalidInput(
    [...repeated].map((name) => ({
      parameter: cut(name),
      message: `${cut(name)} is given ${query.getAll(name).length} times: give it once.`,
      received: cut(query.getAll(name).join(", ")),
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
