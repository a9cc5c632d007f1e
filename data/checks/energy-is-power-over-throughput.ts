import { energyIsPowerOverThroughput } from "../schema.ts";
import { type Check, ofEachRow } from "./check.ts";

export const energyIsPowerOverThroughputCheck: Check = {
  id: "energy-is-power-over-throughput",
  title: "Where a row states power and throughput, energy per token is their quotient, within 2 %.",
  find: ofEachRow(energyIsPowerOverThroughput),
};
