import { at, byId, type Check } from "./check.ts";

export const rowAgreesWithSource: Check = {
  id: "row-agrees-with-source",
  title: "A row is of no better tier than its source, and publishes energy in the convention that the source states.",
  find: (data) => {
    const sources = byId(data.sources);
    return data.measurements.flatMap((row) => {
      const { id, tier, published_convention: convention } = row.value;
      const source = sources.get(row.value.source);
      if (!source) return [];
      return [
        ...(source.kind === "measurements" ? [] : [at(row, id, `source "${source.id}" is one of ${source.kind}`)]),
        ...(source.tier !== undefined && tier >= Number(source.tier)
          ? []
          : [at(row, id, `tier ${tier} is better than tier ${source.tier} of its source`)]),
        ...(source.convention === "mixed" || source.convention === convention
          ? []
          : [at(row, id, `published as ${convention}, but its source is ${source.convention}`)]),
      ];
    });
  },
};
