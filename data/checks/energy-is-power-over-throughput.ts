import { at, type Check, isNear } from "./check.ts";

const TOLERANCE = 0.02;

export const energyIsPowerOverThroughput: Check = {
  id: "energy-is-power-over-throughput",
  title: "Where a row states power and throughput, energy per token is their quotient, within 2 %.",
  find: (data) =>
    data.measurements.flatMap((row) => {
      const {
        id,
        power_w: power,
        throughput_tok_s: throughput,
        energy_j_per_token: energy,
        power_basis: basis,
      } = row.value;
      if ((basis === "absent") !== (power === null))
        return [at(row, id, `power_basis is "${basis}", but power_w is ${power ?? "empty"}`)];
      if (power === null || throughput === null) return [];
      if (isNear(energy, power / throughput, TOLERANCE)) return [];
      return [
        at(
          row,
          id,
          `expected ${power} W / ${throughput} tok/s = ${(power / throughput).toPrecision(5)} J/token, received ${energy}`,
        ),
      ];
    }),
};
