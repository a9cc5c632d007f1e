import { afterEach, describe, expect, test } from "vitest";
import { DEGRADED, type DegradedCode } from "../packages/action/src/degraded.ts";
import { pullRequestPayload } from "./fake-github/payloads.ts";
import type { Tree } from "./fake-github/repository.ts";
import { type ActionSetup, readTree, runAction } from "./fake-github/run-action.ts";
import { FAKE, type FakeGithub, type FakeScenario, startFakeGithub } from "./fake-github/server.ts";
import { INT8, repositoryWith } from "./support/action-checkout.ts";

const [mergeBase, head] = await Promise.all([
  readTree("replicas-and-int8", "base"),
  readTree("replicas-and-int8", "head"),
]);
const FOUND = "app/summarize.py:11";

interface Way {
  readonly scenario?: Partial<FakeScenario>;
  readonly inputs?: ActionSetup["inputs"];
  readonly env?: ActionSetup["env"];
  /** A checkout that the run finds. */
  readonly checkout?: () => string;
  readonly report?: true;
  /** Others that come with it, which is the rule where a bound is passed. */
  readonly beside?: readonly DegradedCode[];
  /** Where the findings ended up beside the JSON report; default: the summary. */
  readonly told?: "comment" | "nowhere else";
}

const ANSWERS = {
  "read-only-token": [403, "Resource not accessible by integration"],
  "bad-credentials": [401, "Bad credentials"],
  "not-found": [404, "Not Found"],
  locked: [403, "Unable to create comment because issue is locked."],
  "rate-limit": [403, "You have exceeded a secondary rate limit."],
  "service-error": [500, "Server Error"],
} as const;
const LONG = { "retry-after": "3600" };
type Reason = keyof typeof ANSWERS;
/** A refusal of each kind, of the request that asks for it. */
const refusals = (prefix: string, method: string, path: RegExp, reasons: readonly Reason[], way: Way = {}) =>
  Object.fromEntries(
    reasons.map((reason): [string, Way] => {
      const [status, message] = ANSWERS[reason];
      const headers = reason === "rate-limit" ? LONG : {};
      return [`${prefix}-${reason}`, { ...way, scenario: { faults: [{ method, path, status, message, headers }] } }];
    }),
  );

const ALL = ["read-only-token", "bad-credentials", "not-found", "locked", "rate-limit", "service-error"] as const;
const OF_ISSUES = ALL.filter((reason) => reason !== "locked");
const ISSUES = /\/issues$/;

/** So many files of 40 deployments each. */
const crowd = (files: number): Tree =>
  Object.fromEntries(
    Array.from({ length: files }, (_, i) => {
      const load = (n: number) => `m${n} = AutoModelForCausalLM.from_pretrained("org/model-7b")\n`;
      const loads = Array.from({ length: 40 }, (_, n) => load(n)).join("");
      return [`zz/${i}.py`, `from transformers import AutoModelForCausalLM\n${loads}`];
    }),
  );
const many = (count: number): Tree =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`zz/${"long-folder/".repeat(8)}m${i}.py`, INT8]));

const WAYS: Readonly<Record<string, Way>> = {
  partial: {
    scenario: {
      head: { ...head, ...Object.fromEntries(Array.from({ length: 250 }, (_, i) => [`zz/${i}.py`, "x\n"])) },
    },
  },
  "deployments-not-judged": {
    scenario: { head: { ...head, ...crowd(30) } },
    inputs: { comment: "never", annotations: "false" },
    beside: ["summary-shortened"],
    told: "nowhere else",
  },
  "checkout-not-used": { checkout: () => repositoryWith({ "README.md": "another\n" }).folder },
  "configuration-unreadable": {
    scenario: { mergeBase: { ...mergeBase, ".ecocompute.yml": "x: [" }, head: { ...head, ".ecocompute.yml": "" } },
  },
  "summary-not-written": { env: { GITHUB_STEP_SUMMARY: "/" }, told: "comment" },
  "summary-shortened": {
    scenario: { head: { ...head, ...crowd(24) } },
    inputs: { comment: "never", annotations: "false" },
    told: "nowhere else",
  },
  "comment-shortened": {
    scenario: { head: { ...head, ...many(60) } },
    inputs: { annotations: "false", suggestions: "false" },
  },
  ...refusals("comment", "POST", /\/issues\/7\/comments$/, ALL),
  "annotations-left-out": { scenario: { head: { ...head, ...many(12) } }, inputs: { suggestions: "false" } },
  ...refusals("suggestions", "GET", /\/pulls\/7\/comments$/, ALL),
  "sarif-file-not-written": { inputs: { "sarif-file": "../../../../../../../../dev/null/eco.sarif" } },
  "issues-disabled": {
    report: true,
    scenario: { faults: [{ method: "GET", path: ISSUES, status: 410, message: "Issues has been disabled" }] },
  },
  ...refusals("issue", "POST", ISSUES, OF_ISSUES, { report: true }),
};

let github: FakeGithub | undefined;
afterEach(async () => {
  await github?.close();
  github = undefined;
});

describe("45, 71: each degraded state has its code, and the findings are still told", () => {
  test("all codes of the documents are tried", () => {
    expect(Object.keys(WAYS).sort()).toEqual(Object.keys(DEGRADED).sort());
  });

  test.each(Object.entries(WAYS))(
    "%s",
    async (code, { scenario, inputs, env, checkout, report, beside = [], told }) => {
      github = await startFakeGithub({ mergeBase, head, ...scenario });
      const folder = checkout?.();
      const event = report
        ? { eventName: "schedule", event: "{}" }
        : { event: pullRequestPayload({ base: FAKE.baseSha, head: FAKE.headSha }) };
      const run = await runAction({
        apiUrl: github.url,
        ...event,
        inputs: { "fail-on": "never", suggestions: code.startsWith("suggestions") ? "true" : "false", ...inputs },
        env: {
          ...(report ? { GITHUB_SHA: FAKE.headSha } : {}),
          ...(folder ? { GITHUB_WORKSPACE: folder } : {}),
          ...env,
        },
      });
      expect(run.exitCode, run.log).toBe(0);
      const { degraded } = JSON.parse(run.reportJson ?? "");
      expect(degraded.map((each: { code: string }) => each.code)).toEqual([code, ...beside]);
      for (const { message } of degraded) expect(message.length).toBeGreaterThan(10);
      expect(run.reportJson).toContain("app/summarize.py");
      if (told === "comment") expect(github.comments[0]?.body).toContain(FOUND);
      else if (report) expect(run.summary).toContain("**LLM serving uses at least");
      else if (told !== "nowhere else") expect(run.summary).toContain(FOUND);
    },
  );

  test("a run in which nothing was lacking has none", async () => {
    github = await startFakeGithub({ mergeBase, head });
    const run = await runAction({ apiUrl: github.url });
    expect(JSON.parse(run.reportJson ?? "").degraded).toEqual([]);
  });
});
