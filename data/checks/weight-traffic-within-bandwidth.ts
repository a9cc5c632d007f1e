import { weightTrafficWithinBandwidth } from "../schema.ts";
import { type Check, ofEachRow } from "./check.ts";

export const weightTrafficWithinBandwidthCheck: Check = {
  id: "weight-traffic-within-bandwidth",
  title: "At batch 1 every token reads every active 16-bit weight once: that traffic is at most the memory bandwidth.",
  find: ofEachRow(weightTrafficWithinBandwidth),
};
