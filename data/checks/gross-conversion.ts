import { grossConversion } from "../schema.ts";
import { type Check, ofEachRow } from "./check.ts";

export const grossConversionCheck: Check = {
  id: "gross-conversion",
  title:
    "Energy is gross: a net row is its published number plus idle power / throughput, any other its published number.",
  find: ofEachRow(grossConversion),
};
