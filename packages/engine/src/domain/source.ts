import * as z from "zod";

export const SOURCE_TIERS = ["1", "2", "3", "X"] as const;

/** data/sources/<id>.yaml: where numbers come from. One measurement session is one source. */
export const SourceSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]+$/),
  kind: z.enum(["measurements", "disputed", "grid", "prices", "specs"]),
  title: z.string(),
  citation: z.string(),
  url: z.url(),
  /** Revision that was read, where the source is a repository. */
  commit: z.string().optional(),
  licence: z.string(),
  /** Of the work itself: a day, a month or a span, ISO 8601. */
  date: z.string(),
  accessed: z.iso.date(),
  /** As the source publishes its energy; "mixed" where its rows differ, "unknown" where it does not say. */
  convention: z.enum(["gross", "net", "mixed", "unknown"]).optional(),
  /** 1 ground truth, 2 ratios within one session, 3 order of magnitude only, X contradicted or impossible. */
  tier: z.enum(SOURCE_TIERS).optional(),
  method: z.string().optional(),
  /** Boundary of a grid source's factors, where it states one. */
  grid: z
    .strictObject({
      statistic: z.enum(["yearly average", "marginal", "not stated"]),
      scope: z.enum(["lifecycle", "direct", "not stated"]),
      mix: z.enum(["production", "consumption", "not stated"]),
    })
    .optional(),
  caveats: z.array(z.string()),
});
export type Source = z.infer<typeof SourceSchema>;
