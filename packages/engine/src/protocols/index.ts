import { auditProtocol } from "./audit.ts";
import { compareProtocol } from "./compare.ts";
import { diagnoseProtocol } from "./diagnose.ts";
import { estimateProtocol } from "./estimate.ts";
import { optimizeProtocol } from "./optimize.ts";
import { acceptingMeasurements } from "./own-measurements.ts";
import type { Protocol } from "./protocol.ts";

/** The five protocols, in the skill's order. */
export const PROTOCOLS: readonly Protocol[] = [
  acceptingMeasurements(optimizeProtocol),
  acceptingMeasurements(diagnoseProtocol),
  acceptingMeasurements(compareProtocol),
  acceptingMeasurements(estimateProtocol),
  acceptingMeasurements(auditProtocol),
];
