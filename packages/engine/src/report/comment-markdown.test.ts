import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { utf8Length } from "../domain/utf8.ts";
import { exampleChange, exampleFinding, exampleReport } from "../protocols/pull-request-example.test-data.ts";
import { headline } from "./comment-headline.ts";
import { renderComment, renderNothing } from "./comment-markdown.ts";
import type { CommentOptions } from "./comment-options.ts";

const OPTIONS: CommentOptions = {
  violations: [],
  head_sha: "c".repeat(40),
  merge_base_sha: "a".repeat(40),
  file_url: null,
  method_url: null,
  max_bytes: 60_000,
  rest_at: "the job summary",
};
const A = "k8s/a.yaml#a";
const B = "k8s/b.yaml#b";
const raised = exampleChange(A, { before: 100, after: 150 });

describe("46, 49: headline", () => {
  test.each([
    ["a rise", [raised], "raises LLM serving energy by 50 kWh a month (+50 %, 37.5–62.5)** · +$6 · +19.5 kgCO2e"],
    [
      "a fall",
      [exampleChange(A, { before: 100, after: 60 })],
      "lowers LLM serving energy by 40 kWh a month (−40 %, 30–50)** · −$4.8 · −15.6 kgCO2e",
    ],
    ["a new deployment", [exampleChange(A, { after: 10 })], "raises LLM serving energy by 10 kWh a month (7.5–12.5)**"],
    ["a removed one", [exampleChange(A, { before: 10 })], "lowers LLM serving energy by 10 kWh a month (−100 %,"],
    ["no change", [exampleChange(A, { before: 10, after: 10 })], "does not change LLM serving energy**"],
    ["nothing", [], "changes no LLM deployment that could be read**"],
    [
      "a rise with a new deployment of unknown energy",
      [raised, exampleChange(B, { after: null })],
      "raises LLM serving energy by at least 50 kWh a month (+50 %, 37.5–62.5)** · +$6 · +19.5 kgCO2e · 1 deployment not",
    ],
    [
      "only unknowns",
      [exampleChange(A, { after: null }), exampleChange(B, { before: 1, after: null })],
      "changes 2 LLM deployments that could not be estimated**",
    ],
  ] as const)("of %s", (_, deployments, text) => {
    expect(headline(exampleReport(deployments))).toContain(`**This pull request ${text}`);
  });

  test("an effect that may be a rise or a fall shows both signs", () => {
    const energy_kwh = { value: 5, low: -10, high: 20 };
    const unsure = { ...raised, change: raised.change && { ...raised.change, energy_kwh } };
    expect(headline(exampleReport([unsure]))).toContain("by 5 kWh a month (+5 %, −10 to +20)");
  });
});

describe("renderComment", () => {
  test("48: says what it does not know, and never 0 for it", () => {
    const text = renderComment(exampleReport([raised, exampleChange(B, { after: null })]), OPTIONS);
    expect(text).toContain("| none | not estimated | not estimated |");
    expect(text).toContain("≥ 150 (125–180)");
    expect(text).toContain("The GPU is not stated.");
  });

  test("sorts findings by severity, then by energy", () => {
    const kwh = (value: number) => ({ value, low: value, high: value });
    const introduced = [
      exampleFinding({ rule: "small", severity: "warning", impact_kwh_month: kwh(1) }),
      exampleFinding({ rule: "large", severity: "warning", impact_kwh_month: kwh(9) }),
      exampleFinding({ rule: "worst" }),
    ];
    const text = renderComment(exampleReport([], { introduced }), OPTIONS);
    const order = [...text.matchAll(/\*\* `(\w+)` at/g)].map((match) => match[1]);
    expect(order).toEqual(["worst", "large", "small"]);
  });

  test("tells what was there before apart, and what is removed", () => {
    const text = renderComment(
      exampleReport([], { existing: [exampleFinding()], fixed: [exampleFinding({ rule: "gone" })] }),
      OPTIONS,
    );
    expect(text).toContain("1 finding was there before and cannot fail this pull request");
    expect(text).toContain("### 1 finding that this pull request removes");
    expect(text).toContain("- ✅ `gone` at");
  });

  test("rental: what is not there costs nothing, and a price that is not known is not 0", () => {
    const rented = (change: ReturnType<typeof exampleChange>, side: "before" | "after", usd: number) => {
      const deployment = change[side];
      if (!deployment?.monthly) throw new Error("no such side");
      const monthly = { ...deployment.monthly, rental_usd: { value: usd, low: usd, high: usd } };
      return { ...change, [side]: { ...deployment, monthly } };
    };
    const added = [A, B].map((id) => rented(exampleChange(id, { after: 10 }), "after", 500));
    expect(renderComment(exampleReport(added), OPTIONS)).toContain("|  | $ of rental | none | 1,000 | **+1,000** |");
    const halfKnown = renderComment(exampleReport([rented(raised, "after", 500)]), OPTIONS);
    expect(halfKnown).toContain("|  | $ of rental | not known | 500 | not known |");
  });

  test("tells what was not looked at", () => {
    const report = exampleReport([raised]);
    const coverage = {
      ...report.coverage,
      files_skipped: [{ path: "x.py", why: "it is binary" }],
      partial: ["first 3"],
    };
    const text = renderComment({ ...report, coverage }, OPTIONS);
    expect(text).toContain("- **Partial:** first 3.");
    expect(text).toContain("- `x.py` was not read: it is binary.");
  });

  test("warns of an overload beside the headline, and folds other notes", () => {
    const warnings = [
      { code: "partly-read", message: "one document was not read" },
      { code: "overloaded", message: "a: the traffic exceeds what the replicas can serve" },
    ];
    const parts = renderComment({ ...exampleReport([raised]), warnings }, OPTIONS).split("\n\n");
    expect(parts[1]).toBe("⚠️ a: the traffic exceeds what the replicas can serve");
    expect(parts).toContain("<details><summary>1 note</summary>");
    expect(parts).toContain("- one document was not read");
  });

  test("47: shows the assumption that weighs most, and folds the others", () => {
    const text = renderComment(exampleReport([raised]), OPTIONS);
    expect(text).toContain("**Assumed**, because the files do not say: `requests_per_month` = `1000000` for `a`.");
  });

  test("names the violated limits right after the headline", () => {
    const violations = [
      { policy: "max-monthly-kwh", deployment: null, limit: "100 kWh a month", received: "150 kWh a month" },
    ] as const;
    const [, second] = renderComment(exampleReport([raised]), { ...OPTIONS, violations }).split("\n\n");
    expect(second).toBe("❌ **max-monthly-kwh**: allowed 100 kWh a month, found 150 kWh a month.");
  });

  test("an earlier comment that is no longer true says so", () => {
    expect(renderNothing(exampleReport([]), OPTIONS)).toMatch(/^\*\*This pull request no longer changes/);
  });
});

describe("21: what does not fit goes in order, the least first", () => {
  const deployments = Array.from({ length: 80 }, (_, i) =>
    exampleChange(`k8s/d${i}.yaml#d${i}`, { before: 1_000, after: 1_000 + 80 - i }),
  );
  const kept = { ...exampleChange(B, { before: 5, after: 5 }) };
  const assumed = [
    { name: "requests_per_month", value: "1000000" },
    { name: "region", value: "us" },
  ];
  const withAssumed = deployments.map((each) => ({ ...each, after: each.after && { ...each.after, assumed } }));
  const findings = Array.from({ length: 40 }, (_, line) => exampleFinding({ line: line + 1, severity: "info" }));
  const report = exampleReport([...withAssumed, kept], { introduced: findings, existing: findings });
  const sizes = [200_000, 100_000, 60_000, 40_000, 25_000, 15_000, 10_000, 6_000];
  const texts = sizes.map((max_bytes) => renderComment(report, { ...OPTIONS, max_bytes }));
  const shows = texts.map((text) => ({
    before: text.includes("<details><summary>40 findings were there before"),
    rows: text.match(/ \(changed\) \|/g)?.length ?? 0,
    assumptions: text.includes("<details><summary>1 more assumption"),
  }));

  test("what was there before, then rows of low impact, then assumptions; never one that was gone again", () => {
    expect(shows[0]).toEqual({ before: true, rows: 80, assumptions: true });
    expect(shows.at(-1)).toMatchObject({ before: false, assumptions: false });
    for (const { before, rows, assumptions } of shows) {
      if (rows < 80) expect(before).toBe(false);
      if (!assumptions) expect(rows).toBeLessThan(80);
    }
    for (const [i, now] of shows.slice(1).entries()) expect(now.rows).toBeLessThanOrEqual(shows[i]?.rows ?? 0);
    expect(new Set(shows.map(({ rows }) => rows)).size).toBeGreaterThan(2);
  });

  test("rows are those of the largest change, and the sum is over all of them", () => {
    const sums = texts.map((text) => text.split("\n").filter((line) => /^\| \*\*all\*\*/.test(line)));
    for (const sum of sums) expect(sum).toEqual(sums[0]);
    const last = texts.at(-1) ?? "";
    const shown = [...last.matchAll(/\*\*`d(\d+)`\*\*/g)].map((match) => Number(match[1]));
    expect(shown).toEqual(shown.map((_, i) => i));
    expect(last).toContain(`${80 - shown.length} more deployments in the job summary.`);
  });
});

/** Words that would break out of a table, a fold, a code block or the marker. */
const hostile = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.constantFrom(
    "</details>",
    "| a | b |",
    "```\n# heading",
    "<!-- ecocompute:default -->",
    "@org/team",
    "](javascript:alert(1))",
    "漢字".repeat(400),
    "👩‍👩‍👧‍👦".repeat(100),
    "\u202e",
  ),
);
const reports = fc
  .record({ names: fc.array(hostile, { maxLength: 40 }), texts: fc.array(hostile, { maxLength: 120 }) })
  .map(({ names, texts }) => {
    const deployments = names.map((name, i) => ({ ...exampleChange(`p${i}#${i}`, { before: i, after: 2 * i }), name }));
    const findings = texts.map((text, i) =>
      exampleFinding({
        severity: i % 3 === 0 ? "critical" : "warning",
        message: text,
        path: `${text}.py`,
        why: text,
        fix: { description: text, code: text },
        evidence: [text],
      }),
    );
    return exampleReport(deployments, { introduced: findings, existing: findings });
  });

describe("20: laws of the comment", () => {
  test("it fits, keeps the headline, and what it opens it closes", () => {
    fc.assert(
      fc.property(reports, fc.constantFrom(4_000, 20_000, 60_000), (report, max_bytes) => {
        const text = renderComment(report, { ...OPTIONS, max_bytes });
        expect(utf8Length(text)).toBeLessThanOrEqual(max_bytes);
        expect(text.startsWith(headline(report))).toBe(true);
        // Inside code nothing acts.
        const unfenced = text.replaceAll(/^(`{3,})\w+\n[\s\S]*?\n\1$/gm, "");
        const acting = unfenced.replaceAll(/(`+)[^\n]*?[^`\n]\1(?!`)/g, "");
        expect(acting).not.toMatch(/<!--|^#+ heading|^`{3,}/m);
        expect(acting.match(/<details>/g) ?? []).toHaveLength((acting.match(/<\/details>/g) ?? []).length);
        const rows = unfenced.split("\n").filter((line) => line.startsWith("| "));
        for (const row of rows) expect(row.match(/(?<!\\)\|/g)).toHaveLength(6);
      }),
      { numRuns: 60 },
    );
  });

  test("what is left out is counted", () => {
    const findings = Array.from({ length: 500 }, (_, i) => exampleFinding({ line: i, message: "x".repeat(300) }));
    const text = renderComment(exampleReport([raised], { introduced: findings }), { ...OPTIONS, max_bytes: 20_000 });
    const shown = text.match(/🔴/g)?.length ?? 0;
    expect(text).toContain("### 500 findings that this pull request brings in");
    expect(text).toContain(`${500 - shown} more findings in the job summary.`);
  });
});

test("a finding that nobody measured says how to, as code that one can copy", () => {
  const how_to_measure =
    "Not measured here; run: `python measure/measure.py --model a/B-7B --use-cache on,off --out run.csv`";
  const finding = exampleFinding({ evidence: [], how_to_measure });
  expect(renderComment(exampleReport([raised], { introduced: [finding] }), OPTIONS)).toContain(how_to_measure);
});
