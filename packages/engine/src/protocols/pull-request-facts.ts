import * as z from "zod";
import type { AuditedDeployment, SkippedCount } from "../domain/audit-report.ts";
import { CONFIDENCES, TIERS } from "../domain/estimate.ts";
import { SEVERITIES } from "../domain/finding.ts";
import { quantity } from "../domain/interval.ts";
import { coverageOf } from "./audit-coverage.ts";
import { DEPLOYMENT_STATUSES, type DeploymentChange, type PullRequestReport } from "./pull-request-report.ts";
import { totalsOf } from "./pull-request-totals.ts";

const MAX_ITEMS = 5_000;
const MAX_TEXT = 20_000;

const text = z.string().max(MAX_TEXT);
const amount = z.number().min(-1e15).max(1e15);
const whole = z.int().min(0).max(1e9);
const list = <T extends z.ZodType>(item: T) => z.array(item).max(MAX_ITEMS);
const spread = z
  .object({ value: amount, low: amount, high: amount })
  .refine(({ value, low, high }) => low <= value && value <= high, "expected low <= value <= high")
  .transform(({ value, low, high }) => quantity(value, low, high));
const sha = z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/);

const BasisSchema = z.object({
  tier: z.enum(TIERS),
  confidence: z.enum(CONFIDENCES),
  evidence: list(text),
});
const MonthlySchema = z.object({
  requests: amount,
  energy_kwh: spread,
  cost_usd: spread.nullable(),
  carbon_kgco2e: spread.nullable(),
  rental_usd: spread.optional(),
});
const DeploymentSchema = z
  .object({
    id: text,
    name: text,
    format: text,
    path: text,
    line: whole,
    model_id: text.nullable(),
    monthly: MonthlySchema.nullable(),
    basis: BasisSchema.nullable(),
    not_estimated: z.object({ why: text, how_to_measure: text }).nullable(),
    assumed: list(z.object({ name: text, value: text })),
  })
  .transform(
    ({ monthly, basis, ...rest }): AuditedDeployment => ({
      ...rest,
      purpose: "inference",
      inputs: [],
      configuration: null,
      metrics: null,
      unresolved: [],
      monthly: monthly && withoutRental(monthly),
      basis: basis && { ...basis, convention: "gross", held_out_error_percent: null, notes: [], missing: {} },
    }),
  );

function withoutRental({ rental_usd, ...monthly }: z.infer<typeof MonthlySchema>) {
  return { ...monthly, gpu_hours: null, ...(rental_usd === undefined ? {} : { rental_usd }) };
}

const limit = amount.nullable();
const ChangeSchema = z.object({
  energy_kwh: spread,
  cost_usd: spread.nullable(),
  carbon_kgco2e: spread.nullable(),
  percent: spread.nullable(),
  causes: list(z.object({ cause: text, energy_kwh: amount, why: text })),
});
const DeploymentChangeSchema: z.ZodType<DeploymentChange> = z.object({
  id: text,
  name: text,
  path: text,
  line: whole,
  renamed_from: text.nullable(),
  status: z.enum(DEPLOYMENT_STATUSES),
  before: DeploymentSchema.nullable(),
  after: DeploymentSchema.nullable(),
  limits: z.object({ max_monthly_kwh: limit, max_monthly_usd: limit }).nullable(),
  change: ChangeSchema.nullable(),
});

// The suggested edit of a fix is not read: nobody here checked it.
const FindingSchema = z.object({
  rule: text,
  severity: z.enum(SEVERITIES),
  message: text,
  path: text,
  line: whole,
  end_line: whole,
  column: whole,
  deployment: text,
  impact_percent: z.object({ low: amount, high: amount }).nullable(),
  impact_kwh_month: spread.nullable(),
  evidence: list(text),
  how_to_measure: text.exactOptional(),
  why: text,
  fix: z.object({ description: text, code: text }),
});

const PositionSchema = z.object({ path: text, line: whole, column: whole, end_line: whole });
/** What the head silenced: whoever reviews a fork judges its reasons too. */
const SuppressedSchema = z.object({
  finding: FindingSchema,
  suppression: z.object({
    rule: text,
    path: text.exactOptional(),
    deployment: text.exactOptional(),
    reason: text.exactOptional(),
    until: text.exactOptional(),
    at: PositionSchema.exactOptional(),
  }),
});

const FactsSchema = z.object({
  protocol: z.literal("pull-request"),
  head_sha: sha,
  merge_base_sha: sha.nullable(),
  dataset_version: text,
  warnings: list(z.object({ code: text, message: text })),
  deployments: list(DeploymentChangeSchema),
  findings: z.object({ introduced: list(FindingSchema), fixed: list(FindingSchema), existing: list(FindingSchema) }),
  suppressed: list(SuppressedSchema).default([]),
  coverage: z.object({
    files_read: whole,
    files_skipped: list(z.object({ path: text, why: text })),
    skipped_by_reason: list(z.object({ why: text, files: whole })).default([]),
    partial: list(text),
  }),
});

/** What a run without write access found, for a run that has it. */
export interface PullRequestFacts {
  readonly head_sha: string;
  readonly merge_base_sha: string | null;
  readonly report: PullRequestReport;
}
export type FactsRead =
  | { readonly ok: true; readonly facts: PullRequestFacts }
  | { readonly ok: false; readonly problem: string };

/**
 * Reads the JSON report of another run as facts and nothing else: types and sizes are checked, what is not known is
 * dropped, sums are made again, texts stay texts, for the renderer to escape.
 */
export function readPullRequestFacts(json: string): FactsRead {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return { ok: false, problem: "expected JSON" };
  }
  const parsed = FactsSchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const place = issue?.path.map(String).join(".").slice(0, 200) ?? "";
    return { ok: false, problem: `${place || "the report"}: ${issue?.message.slice(0, 200) ?? "not as expected"}` };
  }
  const { head_sha, merge_base_sha, coverage, ...facts } = parsed.data;
  const deployments = facts.deployments.filter(({ before, after }) => before !== null || after !== null);
  return {
    ok: true,
    facts: {
      head_sha,
      merge_base_sha,
      report: {
        ...facts,
        deployments,
        totals: totalsOf(deployments),
        not_estimated: deployments.filter(({ change }) => change === null).length,
        coverage: coverageOf({
          ...coverage,
          unlisted: unlistedOf(coverage),
          deployments: deployments.flatMap(({ after }) => after ?? []),
        }),
      },
    },
  };
}

type CoverageFacts = z.infer<typeof FactsSchema>["coverage"];

/** Of the files that were skipped for a reason those that are not listed one by one. */
const unlistedOf = ({ files_skipped, skipped_by_reason }: CoverageFacts): readonly SkippedCount[] =>
  skipped_by_reason.map(({ why, files }) => ({
    why,
    files: Math.max(0, files - files_skipped.filter((each) => each.why === why).length),
  }));
