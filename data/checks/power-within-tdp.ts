import { powerWithinTdp } from "../schema.ts";
import { type Check, ofEachRow } from "./check.ts";

export const powerWithinTdpCheck: Check = {
  id: "power-within-tdp",
  title: "Mean power, stated or implied by energy and throughput, is at most GPUs × TDP × 1.05.",
  find: ofEachRow(powerWithinTdp),
};
