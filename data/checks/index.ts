import type { LooseData, Problem } from "../loose.ts";

export const runChecks = (data: LooseData): Problem[] => [...data.unreadable];
