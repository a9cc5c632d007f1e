import { auditProtocol } from "./audit.ts";
import { compareProtocol } from "./compare.ts";
import { diagnoseProtocol } from "./diagnose.ts";
import { estimateProtocol } from "./estimate.ts";
import { optimizeProtocol } from "./optimize.ts";
import type { Protocol } from "./protocol.ts";

/** The five protocols, in the skill's order. */
export const PROTOCOLS: readonly Protocol[] = [
  optimizeProtocol,
  diagnoseProtocol,
  compareProtocol,
  estimateProtocol,
  auditProtocol,
];
