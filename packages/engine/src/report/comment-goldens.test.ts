import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { within } from "../domain/interval.ts";
import { exampleChange, exampleFinding, exampleReport } from "../protocols/pull-request-example.test-data.ts";
import { judge, type Policy } from "../protocols/pull-request-policy.ts";
import type { DeploymentChange, PullRequestReport } from "../protocols/pull-request-report.ts";
import { renderComment, renderNothing } from "./comment-markdown.ts";
import type { CommentOptions } from "./comment-options.ts";

const GOLDENS = join(import.meta.dirname, "../../../../test/goldens/comments");
const OPTIONS: CommentOptions = {
  violations: [],
  head_sha: "c".repeat(40),
  merge_base_sha: "a".repeat(40),
  file_url: (path, line) => `https://github.com/acme/inference/blob/${"c".repeat(40)}/${encodeURI(path)}#L${line}`,
  method_url: "https://github.com/acme/ecocompute/blob/v1/docs/method.md",
  max_bytes: 60_000,
  rest_at: "the job summary",
};
const LENIENT: Policy = { fail_on: "never", max_increase_percent: null, max_monthly_kwh: null, max_monthly_usd: null };

const chat = (before?: number | null, after?: number | null, causes: readonly string[] = []) =>
  exampleChange("k8s/prod/chat.yaml#chat", {
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
    causes: causes.map((cause, i) => ({ cause, energy_kwh: 100 / (i + 1), why: "replicas 2 → 4" })),
  });
const embed = exampleChange("k8s/staging/embed.yaml#embed", { before: 80, after: 60 });
const unknown = exampleChange("app/new.py#mistralai/Mistral-7B", { after: null });
const raised = chat(340, 540, ["idle replicas", "lost batching"]);

/** With a rental price of both sides. */
function rented(deployment: DeploymentChange, usd: number): DeploymentChange {
  const side = (each: DeploymentChange["after"], factor: number) =>
    each?.monthly
      ? {
          ...each,
          monthly: { ...each.monthly, rental_usd: { value: usd * factor, low: usd * factor, high: usd * factor } },
        }
      : each;
  return { ...deployment, before: side(deployment.before, 1), after: side(deployment.after, 2) };
}

const kwh = (value: number) => within(value, 1.3);
const warning = exampleFinding({ rule: "batch-size-one", severity: "warning", line: 40, impact_kwh_month: kwh(54) });
const hostile =
  "</details> | `x` <img src=x onerror=alert(1)> @org/team #1 ](javascript:alert(1)) \u202e ::error::x\n# h";

interface Scenario {
  readonly report: PullRequestReport;
  readonly policy?: Partial<Policy>;
  readonly options?: Partial<CommentOptions>;
}
const of = (
  deployments: readonly DeploymentChange[],
  findings: Partial<PullRequestReport["findings"]> = {},
): Scenario => ({
  report: exampleReport(deployments, findings),
});
const SCENARIOS: Readonly<Record<string, Scenario>> = {
  increase: of([raised]),
  decrease: of([chat(540, 340)]),
  "no-change": of([chat(340, 340)]),
  "nothing-read": of([]),
  "new-deployment": of([chat(undefined, 340)]),
  "removed-deployment": of([chat(340)]),
  renamed: of([{ ...raised, renamed_from: "deploy/chat.yaml" }]),
  "several-environments": of([raised, embed]),
  "unknown-gpu": of([unknown]),
  "partly-known": of([raised, unknown]),
  "became-unknown": of([chat(340, null), embed]),
  "zero-to-something": of([chat(0, 12)]),
  "sub-cent": of([chat(0.02, 0.03)]),
  "beyond-a-billion": of([chat(1.2e9, 3.1e9)]),
  "may-rise-or-fall": of([
    { ...raised, change: raised.change && { ...raised.change, energy_kwh: { value: 5, low: -20, high: 30 } } },
  ]),
  "price-not-known": of([
    { ...raised, change: raised.change && { ...raised.change, cost_usd: null, carbon_kgco2e: null } },
  ]),
  rental: of([rented(raised, 1_800), embed]),
  "findings-brought-in": {
    ...of([raised], { introduced: [exampleFinding({ impact_kwh_month: kwh(120) }), warning] }),
    policy: { fail_on: "critical" },
  },
  "finding-with-edit": of([raised], {
    introduced: [
      exampleFinding({
        fix: {
          description: "Set the threshold to 0.",
          code: "llm_int8_threshold=0.0",
          edit: { path: "app/chat.py", line: 11, end_line: 11, replacement: "    llm_int8_threshold=0.0," },
        },
      }),
    ],
  }),
  "findings-removed": of([embed], { fixed: [exampleFinding(), warning] }),
  "findings-from-before": of([embed], { existing: [exampleFinding(), warning] }),
  suppressed: {
    report: {
      ...exampleReport([raised]),
      suppressed: [
        {
          finding: warning,
          suppression: { rule: "batch-size-one", reason: "One person at a time.", until: "2027-06-30" },
        },
      ],
    },
  },
  "over-budget": { ...of([raised]), policy: { max_increase_percent: 25, max_monthly_kwh: 400, max_monthly_usd: 50 } },
  "within-budget-again": { ...of([chat(540, 340)]), policy: { max_monthly_kwh: 400 } },
  "own-limit": of([{ ...raised, limits: { max_monthly_kwh: 500, max_monthly_usd: null } }]),
  "configuration-changed": {
    ...of([raised]),
    options: { notices: ["This pull request changes .ecocompute.yml: it is judged by the configuration of the base."] },
  },
  fork: {
    ...of([raised]),
    options: { notices: ["This pull request comes from a fork: the figures are those of its own run."] },
  },
  "first-commit": { ...of([chat(undefined, 340)]), options: { merge_base_sha: null } },
  "merge-queue": { ...of([raised], { introduced: [exampleFinding()] }), policy: { fail_on: "critical" } },
  overloaded: {
    report: {
      ...exampleReport([raised]),
      warnings: [
        { code: "overloaded", message: "chat: the traffic exceeds what the replicas can serve; 3 would be needed." },
      ],
    },
  },
  "aged-data": {
    report: {
      ...exampleReport([raised]),
      warnings: [
        {
          code: "aged-data",
          message: "The carbon intensity of Norway is of 2022: set grid_gco2_per_kwh to the one of your supplier.",
        },
      ],
    },
  },
  "error-in-one-file": {
    report: {
      ...exampleReport([raised]),
      warnings: [{ code: "partly-read", message: "k8s/broken.yaml:3: the document is no YAML" }],
      coverage: {
        ...exampleReport([raised]).coverage,
        files_skipped: [{ path: "app/data.py", why: "it is binary" }],
        partial: ["first 3,000 of 3,100 changed files: GitHub lists no more"],
      },
    },
  },
  "hostile-names": of([{ ...raised, name: hostile, path: `k8s/${hostile}.yaml` }], {
    introduced: [
      exampleFinding({ path: hostile, message: hostile, why: hostile, fix: { description: hostile, code: hostile } }),
    ],
  }),
  "many-of-everything": {
    ...of(
      Array.from({ length: 80 }, (_, i) => exampleChange(`k8s/d${i}.yaml#d${i}`, { before: i, after: 3 * i })),
      {
        introduced: Array.from({ length: 300 }, (_, i) =>
          exampleFinding({ line: i + 1, impact_kwh_month: kwh(300 - i) }),
        ),
      },
    ),
    options: { max_bytes: 12_000 },
  },
};

describe("70: golden comments", () => {
  test("cover at least 25 scenarios", () => expect(Object.keys(SCENARIOS).length).toBeGreaterThanOrEqual(25));

  test.each(Object.entries(SCENARIOS))("%s", async (name, { report, policy, options }) => {
    const judgement = judge(report, { ...LENIENT, ...policy });
    const text = renderComment(report, { ...OPTIONS, ...judgement, ...options });
    // E-mail shows the beginning: it has to say what this is about.
    expect(text.slice(0, 100)).toMatch(/^\*\*This pull request (?:raises|lowers|does not change|changes)/);
    expect(text).not.toMatch(/NaN|Infinity|∞|undefined|\$-|-\$0|−\$0\b|\+100 %/);
    await expect(`${text}\n`).toMatchFileSnapshot(join(GOLDENS, `${name}.md`));
  });

  test("no longer any change", async () => {
    const text = renderNothing(exampleReport([]), OPTIONS);
    await expect(`${text}\n`).toMatchFileSnapshot(join(GOLDENS, "resolved.md"));
  });
});
