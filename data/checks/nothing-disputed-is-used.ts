import { at, type Check } from "./check.ts";

interface Numbers {
  readonly gpu: string;
  readonly model_id: string;
  readonly precision: string;
  readonly batch_size: number | null;
  readonly energy_j_per_token: number | null;
}

const keyOf = (row: Numbers, energy: number | null): string =>
  [row.gpu, row.model_id, row.precision, row.batch_size, energy].join("|");

export const nothingDisputedIsUsed: Check = {
  id: "nothing-disputed-is-used",
  title: "No measurement has the id, or the configuration and energy, of a number that is known to be wrong.",
  find: (data) => {
    const ids = new Set(data.disputed.map(({ value }) => value.id));
    const numbers = new Map(
      data.disputed
        .filter(({ value }) => value.energy_j_per_token !== null)
        .map(({ value }) => [keyOf(value, value.energy_j_per_token), value.id]),
    );
    return data.measurements.flatMap((row) => {
      const { id, energy_j_per_token: gross, energy_j_per_token_published: published } = row.value;
      if (ids.has(id)) return [at(row, id, "this id is disputed")];
      const same = numbers.get(keyOf(row.value, published)) ?? numbers.get(keyOf(row.value, gross));
      return same === undefined ? [] : [at(row, id, `the numbers of the disputed ${same}`)];
    });
  },
};
