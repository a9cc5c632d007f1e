import * as z from "zod";

export const VERDICTS = ["holds", "holds in part", "contradicted", "not testable"] as const;
export type Verdict = (typeof VERDICTS)[number];

/** A claim with the verdict that its query found in the evidence: computed when the catalogue is compiled. */
export const ClaimResultSchema = z.strictObject({
  id: z.string(),
  claim: z.string(),
  said_by: z.string(),
  url: z.string().optional(),
  verdict: z.enum(VERDICTS),
  /** One line per GPU or group: what the evidence says. */
  findings: z.array(z.strictObject({ group: z.string(), n: z.int(), summary: z.string(), agrees: z.boolean() })),
  n_tested: z.int(),
  n_agreeing: z.int(),
  evidence: z.array(z.string()),
  why: z.string(),
});
export type ClaimResult = z.infer<typeof ClaimResultSchema>;
