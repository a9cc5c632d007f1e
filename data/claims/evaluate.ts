import type { LooseData } from "../loose.ts";
import type { ClaimResult } from "../schema.ts";

export const evaluateClaims = (_data: LooseData): ClaimResult[] => [];
