import type { Located } from "../loose.ts";
import type { Gpu } from "../schema.ts";
import { at, type Check, type Found } from "./check.ts";

interface Named {
  readonly id: string;
  readonly aliases: readonly string[];
}

/** As names are looked up: case and separators do not count. */
const folded = (name: string): string => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");

/** A region is looked up by case alone: `us-east-1` of AWS is not `us-east1` of Google. */
const sameCase = (name: string): string => name.toLowerCase();

function ambiguous(records: readonly Located<Named>[], what: string, keyOf: (name: string) => string): Found[] {
  const owner = new Map<string, string>();
  const claims = [
    ...records.map((record) => ({ record, name: record.value.id })),
    ...records.flatMap((record) => record.value.aliases.map((name) => ({ record, name }))),
  ];
  return claims.flatMap(({ record, name }) => {
    const key = keyOf(name);
    const first = owner.get(key);
    if (first === undefined) owner.set(key, record.value.id);
    return first === undefined || first === record.value.id
      ? []
      : [at(record, record.value.id, `"${name}" already means ${what} "${first}"`)];
  });
}

/** A GPU answers to its name too. */
const withName = ({ value, ...where }: Located<Gpu>): Located<Named> => ({
  ...where,
  value: { id: value.id, aliases: [value.name, ...value.aliases] },
});

export const aliasesUnique: Check = {
  id: "aliases-unique",
  title: "A name means one GPU and one region.",
  find: (data) => [
    ...ambiguous(data.gpus.map(withName), "the GPU", folded),
    ...ambiguous(data.regions, "the region", sameCase),
  ],
};
