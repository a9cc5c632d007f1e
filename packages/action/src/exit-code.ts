/** 0 pass · 1 policy violated · 2 usage or configuration error · 3 could not analyse. */
export type ExitCode = 0 | 1 | 2 | 3;

export const VERDICT_OF = { 0: "pass", 1: "fail", 2: "usage-error", 3: "could-not-analyse" } as const;
