import { catalogueData } from "@ecocompute/data";
import {
  auditPullRequest,
  auditRepository,
  type CommentOptions,
  type FileText,
  indexCatalogue,
  type Judgement,
  type PullRequestReport,
  type RepositoryReport,
  readPullRequestFacts,
  renderComment,
  renderRepository,
  renderSarif,
  reportRepository,
} from "@ecocompute/engine";
import { beforeAll, describe, expect, test } from "vitest";
import { fileUrl } from "../packages/action/src/links.ts";
import { readTree } from "./fake-github/run-action.ts";
import { partsOf, toHtml, wrongInSarif, wrongWith } from "./support/github-html.ts";
import { PAYLOADS, shown } from "./support/hostile-payloads.ts";
import { loadPythonParser } from "./support/python-parser.ts";

const MANIFEST = (await readTree("replicas-and-int8", "base"))["k8s/chat.yaml"] ?? "";
const INT8 = `from transformers import AutoModelForCausalLM
model = AutoModelForCausalLM.from_pretrained("mistralai/Mistral-7B-Instruct-v0.2", load_in_8bit=True)
`;
const SHA = "0123456789abcdef0123456789abcdef01234567";
const BLOB = "https://github.com/acme/inference/blob/";
const METHOD = "https://github.com/acme/ecocompute/blob/v1/docs/method.md";
const isOurLink = (href: string) => href === METHOD || (href.startsWith(`${BLOB}${SHA}/`) && /#L\d+$/.test(href));

const file = (path: string, content: string): FileText => ({ path, content });
const ignored = INT8.replace("True)", 'True)  # ecocompute: ignore[int8-default] reason="measured" until=2027-01-31');
const BASE = [file("k8s/chat.yaml", MANIFEST), file("app/fixed.py", INT8), file("app/old.py", INT8)];
const HEAD = [
  file("deploy/chat.yaml", MANIFEST.replace("replicas: 2", "replicas: 4")),
  file("app/fixed.py", "x = 1\n"),
  file("app/old.py", `# moved\n${INT8}`),
  file("app/new.py", INT8),
  file("app/quiet.py", ignored),
  file("app/unused.py", "x = 1  # ecocompute: ignore[int8-default]\n"),
  file("k8s/more.yaml", MANIFEST.replace("name: chat", "name: more").replace("--dtype", "--max-num-seqs=1")),
  file("k8s/unknown.yaml", MANIFEST.replace("NVIDIA-H100-80GB-HBM3", "Some-Future-GPU")),
];
const SKIPPED = [{ path: "app/data.py", why: "it is binary" }];
const PARTIAL = ["only the first 5000 were read"];

/** Of closed lists: the engine's own words, which no file can choose. */
const CLOSED = ["protocol", "severity", "status", "tier", "confidence", "convention", "purpose", "code"];
const OF_THE_CATALOGUE = ["hardware_platform", "gpu_name", "quantization", "day", "dataset_version"];

/** The same report with another text wherever it holds one. */
function withTexts<T>(value: T, text: string): T {
  const change = (each: unknown, key: string): unknown => {
    if (typeof each === "string") return [...CLOSED, ...OF_THE_CATALOGUE].includes(key) ? each : text;
    if (Array.isArray(each)) return each.map((item) => change(item, key));
    if (each === null || typeof each !== "object") return each;
    return Object.fromEntries(Object.entries(each).map(([name, item]) => [name, change(item, name)]));
  };
  return change(value, "") as T;
}

const judgement = (text: string): Judgement => {
  const one = { policy: "max-monthly-kwh", deployment: text, limit: text, received: text } as const;
  return { violations: [one], met_again: [one] };
};
const env = { GITHUB_SERVER_URL: "https://github.com" };
const OPTIONS: CommentOptions = {
  violations: [],
  head_sha: SHA,
  merge_base_sha: SHA,
  file_url: fileUrl(env, { owner: "acme", repo: "inference" }, SHA),
  method_url: METHOD,
  max_bytes: Number.POSITIVE_INFINITY,
  rest_at: "the job summary",
};
const commentOf = (report: PullRequestReport, text: string, max_bytes = Number.POSITIVE_INFINITY) =>
  renderComment(withTexts(report, text), { ...OPTIONS, ...judgement(text), notices: [text], max_bytes });

/** Ids of deployments are the keys of what is kept for the next report; budgets are named by us. */
function issueOf(of: RepositoryReport, text: string): string {
  const state = { ...of.state, last: { ...of.state.last, energy_kwh: { [text]: 1 } } };
  const { budgets } = of;
  return renderRepository({ ...withTexts(of, text), state, budgets }, { ...OPTIONS, sha: SHA, with_state: true });
}
/** A sentence that says what to do has its commands as code, so paired backticks make code: which does nothing. */
const skeletonOf = (markdown: string) => partsOf(toHtml(markdown)).skeleton.filter((tag) => !/^<\/?code>$/.test(tag));

function sarifOf(of: PullRequestReport, text: string): string {
  const { findings, suppressed } = withTexts(of, text);
  const input = { findings: [...findings.introduced, ...findings.existing], suppressed, files: [], notes: [text] };
  return renderSarif(input, { tool_version: "1", project_url: null, category: "default" });
}

let report: PullRequestReport;
let repository: RepositoryReport;
beforeAll(async () => {
  const context = { catalogue: indexCatalogue(catalogueData), python: await loadPythonParser(), today: "2026-11-27" };
  const options = { requests_per_month: 60_000_000, gpu_hour_usd: 2 };
  const renames = [{ from: "k8s/chat.yaml", to: "deploy/chat.yaml" }];
  report = auditPullRequest(
    {
      base: BASE,
      head: HEAD,
      renames,
      skipped: SKIPPED,
      partial: PARTIAL,
      unlisted: [{ why: "it is prose", files: 3 }],
    },
    options,
    context,
  );
  const audit = auditRepository({ files: HEAD, skipped: SKIPPED, unlisted: [], partial: PARTIAL }, options, context);
  const budgets = { monthly_kwh: 1, monthly_usd: 1 };
  const day = "2026-11-27";
  const last = { day: "2026-10-27", energy_kwh: { "a#gone": 5, "k8s/more.yaml#more": 1 }, complete: true };
  const entry = {
    day: last.day,
    energy_kwh: 5,
    cost_usd: 1,
    carbon_kgco2e: 1,
    rental_usd: null,
    deployments: 1,
    not_estimated: 0,
    findings: 0,
  };
  const state = { version: 1 as const, history: [entry], last, before: null };
  repository = reportRepository({ audit, previous: { kind: "read", state }, day, budgets }, context.catalogue);
});

test("33: the corpus has at least 200 payloads", () => expect(PAYLOADS.length).toBeGreaterThanOrEqual(200));

describe("33: every text of a report", () => {
  test("stands somewhere in the one that is tried", () => {
    const body = commentOf(report, "word");
    for (const part of [
      "❌ **max-monthly-kwh** of",
      "✅ **max-monthly-kwh** of",
      "⚠️ word",
      "(changed)",
      "(new)",
      "(removed)",
      "<br>was `word`",
      "$ of rental",
      "### Why",
      "that this pull request brings in",
      "that this pull request removes",
      "there before",
      "suppressed with a reason",
      "```text",
      "### Not estimated",
      "**Partial:** word.",
      "was not read: word",
      "**Assumed**",
      "<details><summary>",
      "**Coverage**",
    ]) {
      expect(body).toContain(part);
    }
    const issue = issueOf(repository, "word");
    for (const part of ["### Deployments", "### What moved since", "is gone", "Savings available", "### Reminders"]) {
      expect(issue).toContain(part);
    }
  });

  test.each(PAYLOADS.map((payload) => [shown(payload), payload]))("%s stays text", (_, payload) => {
    const body = commentOf(report, payload);
    expect(wrongWith(body, isOurLink, [SHA]).join(";"), "comment").toBe("");
    // The same tags in the same order as with a plain word: no cell, heading, list or fold moved.
    expect(skeletonOf(body), "comment").toEqual(skeletonOf(commentOf(report, "word")));
    expect(wrongWith(commentOf(report, payload, 6_000), isOurLink, [SHA]).join(";"), "cut comment").toBe("");
    const issue = issueOf(repository, payload);
    expect(wrongWith(issue, isOurLink, [SHA]).join(";"), "issue").toBe("");
    expect(skeletonOf(issue), "issue").toEqual(skeletonOf(issueOf(repository, "word")));
    expect(wrongInSarif(sarifOf(report, payload)).join(";"), "SARIF").toBe("");
    const facts = { ...withTexts(report, payload), head_sha: SHA, merge_base_sha: SHA };
    const read = readPullRequestFacts(JSON.stringify(facts));
    if (!read.ok) throw new Error(read.problem);
    expect(wrongWith(renderComment(read.facts.report, OPTIONS), isOurLink, [SHA]).join(";"), "facts of a fork").toBe(
      "",
    );
  });
});
