import { describe, expect, it } from "vitest";
import { emptyFields, headingsOf, SKILL_HEADINGS } from "./markdown-checks.test-data.ts";
import { renderOptimizeMarkdown } from "./optimize-markdown.ts";
import {
  bareCandidate,
  bareConfiguration,
  exampleAlternative,
  exampleCandidate,
  exampleConfiguration,
  exampleFleet,
  exampleMetrics,
  exampleOptimize,
  HOSTILE_MODEL,
} from "./protocol-example.test-data.ts";

const FIELDS = [
  "Model",
  "GPU",
  "Precision",
  "Batch size",
  "Sequence length",
  "Throughput",
  "Latency",
  "GPU Utilization",
  "Energy per 1k tokens",
  "Energy per request",
  "Energy efficiency",
  "Power draw",
  "Energy",
  "Cost",
  "Carbon",
  "Hardware",
  "Software",
  "Method",
  "Baseline",
  "Limitations",
];

/** Everything absent that may be absent. */
const bare = exampleOptimize({
  configuration: bareConfiguration(),
  recommended: bareCandidate(),
  alternatives: [exampleAlternative(bareCandidate())],
  pareto_front: [],
  binding_constraint: null,
  fleet: exampleFleet({
    given: null,
    curve: [{ ...exampleFleet().least_energy, latency_ms_per_request: null }],
  }),
  why: [],
  insights: [],
  pitfalls: [],
  transparency: { hardware: "", driver: "", software: "", method: "", baseline: "", limitations: [] },
});
const infeasible = exampleOptimize({
  recommended: null,
  alternatives: [],
  closest_infeasible: {
    candidate: exampleCandidate(),
    violates: [{ budget: "min_throughput_tok_s", limit: 500, value: 232 }],
  },
});
const nothing = exampleOptimize({ recommended: null, closest_infeasible: null, alternatives: [] });

describe("OPTIMIZE as Markdown", () => {
  it.each([
    ["full", exampleOptimize()],
    ["all nulls", bare],
    ["no configuration within the budgets", infeasible],
    ["no configuration at all", nothing],
  ])("has the skill's headings and no empty field: %s", (_, report) => {
    const text = renderOptimizeMarkdown(report);
    expect(headingsOf(text)).toEqual(SKILL_HEADINGS.optimize);
    expect(emptyFields(text)).toEqual([]);
  });

  it.each([
    ["full", exampleOptimize()],
    ["all nulls", bare],
  ])("fills every field of the template: %s", (_, report) => {
    const text = renderOptimizeMarkdown(report);
    for (const field of FIELDS) expect(text).toMatch(new RegExp(`^ *- ${field}:`, "m"));
  });

  it("shows numbers with unit, interval, tier, confidence and evidence", () => {
    const text = renderOptimizeMarkdown(exampleOptimize());
    expect(text).toContain("- GPU: Maker GPU X (Newton, 80 GB)");
    expect(text).toContain("- Energy per 1k tokens: 1,108 J (90 %: 1,007–1,219)");
    expect(text).toContain("  - Cost: $10.40 (90 %: 9.46–11.44) at $0.12/kWh (us)");
    expect(text).toContain("- Basis: measured · high confidence · `some-session-0004`");
    expect(text).toContain("`/v1/evidence/some-session-0004`");
    expect(text).toContain("- Binding budget: latency of at most 9,000 ms/request (without it: 12,345 ms/request)");
  });

  it("says what was not measured and why", () => {
    const text = renderOptimizeMarkdown(bare);
    expect(text).toContain("- Throughput: row-1 publishes energy only: not measured");
    expect(text).toContain("- Power draw: not measured: no power was logged");
    expect(text).toContain(
      "  - Cost: not known: no electricity price for region us (give `electricity_usd_per_kwh`)\n",
    );
    expect(text).toContain("- Model: org/some-model-7b_v2 (parameters not recorded)");
  });

  it("names the budget that the closest configuration misses", () => {
    const text = renderOptimizeMarkdown(infeasible);
    expect(text).toContain("**No configuration meets the budgets.**");
    expect(text).toContain("- Misses: throughput of at least 500 tok/s (here 232 tok/s)");
  });

  it("shows a budget that cannot be judged as not measured", () => {
    const report = exampleOptimize({
      binding_constraint: { budget: "max_latency_ms", limit: 900, value: null },
    });
    expect(renderOptimizeMarkdown(report)).toContain("(without it: not measured)");
  });

  it("explains an alternative whose figure is below the recommendation's", () => {
    const metrics = exampleMetrics({ energy_j_per_1k_tokens: { value: 1000, low: 500, high: 2000 } });
    const alternatives = [exampleAlternative({ metrics })];
    expect(renderOptimizeMarkdown(exampleOptimize({ alternatives }))).toContain("ranked at your lengths");
    expect(renderOptimizeMarkdown(exampleOptimize())).not.toContain("ranked at your lengths");
  });

  it("sets the recommended configuration against each other one, and says where the two cannot be told apart", () => {
    const alike = { energy_percent: { value: -3, low: -8, high: 2 }, probability_less_energy: 0.83, separable: false };
    const text = renderOptimizeMarkdown(
      exampleOptimize({ alternatives: [exampleAlternative(), exampleAlternative(alike)] }),
    );
    expect(text).toContain("| −25.1 % (−28.3 to −21.7) | at least 99.9 % |");
    expect(text).toContain("| −3 % (−8 to +2), not separable | 83 % |");
  });

  it("shows the front of energy against latency, with the GPUs where they differ", () => {
    const text = renderOptimizeMarkdown(exampleOptimize());
    expect(text).toContain("Energy against latency");
    expect(text).toContain("| FP16, batch 1 | 1,108 | 233 | 8,809 |");
    const two = exampleConfiguration({ num_gpus: 2 });
    const wide = exampleOptimize({ pareto_front: [exampleAlternative(), exampleAlternative({ configuration: two })] });
    expect(renderOptimizeMarkdown(wide)).toContain("| FP16, batch 8, 2 × Maker GPU X |");
    const many = exampleOptimize({ pareto_front: Array.from({ length: 14 }, () => exampleAlternative()) });
    expect(renderOptimizeMarkdown(many)).toContain("2 more, faster and of more energy");
  });

  it("says what the traffic deserves, beside what was asked, with the curve", () => {
    const text = renderOptimizeMarkdown(exampleOptimize());
    expect(text).toContain(
      "- 1 replica of FP16 with `max_num_seqs` 256: 86.7 kWh a month (90 %: 78.8–95.4), 31 % of what they can serve",
    );
    expect(text).toContain("a bound above 16 changes hardly anything");
    expect(text).toContain("- As asked, 3 replicas of FP16");
    expect(text).toContain("−25.1 % (90 %: −28.3 to −21.7), less with a probability of at least 99.9 %");
    expect(text).toContain("| 1,000,000 | 2 | 45 % | 3.4 | 400 | 8,809 |");
    expect(renderOptimizeMarkdown(exampleOptimize({ fleet: null }))).not.toContain("deserves");
  });

  it("tells the accuracy caveat among the pitfalls", () => {
    const warnings = [{ code: "accuracy-not-assessed", message: "Quality was not assessed." }];
    const [, pitfalls] = renderOptimizeMarkdown(exampleOptimize({ warnings })).split("Avoid These Pitfalls\n");
    expect(pitfalls?.trim().startsWith("- Quality was not assessed.")).toBe(true);
  });

  it("lets a hostile model name do nothing", () => {
    const configuration = exampleConfiguration({ model_id: HOSTILE_MODEL });
    const text = renderOptimizeMarkdown(
      exampleOptimize({ configuration, recommended: exampleCandidate({ configuration }), why: [HOSTILE_MODEL] }),
    );
    expect(headingsOf(text)).toEqual(SKILL_HEADINGS.optimize);
    expect(text).not.toMatch(/<!--|<img|https:\/\/|@octocat|(?<!\\)\[a|\u202E/);
  });
});
