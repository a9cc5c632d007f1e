import { at, type Check, isNear } from "./check.ts";

const TOLERANCE = 0.02;

export const grossConversion: Check = {
  id: "gross-conversion",
  title:
    "Energy is gross: a net row is its published number plus idle power / throughput, any other its published number.",
  find: (data) =>
    data.measurements.flatMap((row) => {
      const { id, energy_j_per_token: gross, energy_j_per_token_published: published } = row.value;
      const { published_convention: convention, idle_added_w: idle, throughput_tok_s: throughput } = row.value;
      if (convention !== "net") {
        if (idle !== null)
          return [at(row, id, `idle_added_w is only for a row published net: leave it empty, received ${idle}`)];
        if (gross === published) return [];
        return [
          at(row, id, `a row published ${convention} keeps its number: expected ${published}, received ${gross}`),
        ];
      }
      if (idle === null || throughput === null)
        return [at(row, id, "a net row needs idle_added_w and throughput_tok_s")];
      const expected = published + idle / throughput;
      if (isNear(gross, expected, TOLERANCE)) return [];
      return [
        at(row, id, `expected gross = net + idle / throughput = ${expected.toPrecision(5)} J/token, received ${gross}`),
      ];
    }),
};
