import { readingsAgree } from "../schema.ts";
import { type Check, ofEachRow } from "./check.ts";

export const readingsAgreeCheck: Check = {
  id: "readings-agree",
  title:
    "A row of the kit has the energy of the meter it names, the flag where its spread is beyond the gate, and idle power below TDP.",
  find: ofEachRow(readingsAgree),
};
