import { describe, expect, it } from "vitest";
import { renderCompareMarkdown, saving } from "./compare-markdown.ts";
import { emptyFields, headingsOf } from "./markdown-checks.test-data.ts";
import {
  bareBasis,
  bareConfiguration,
  energyOnly,
  exampleColumn,
  exampleCompare,
  exampleConfiguration,
  HOSTILE_MODEL,
  nothingPriced,
} from "./protocol-example.test-data.ts";

const HEADINGS = [
  "## 🏆 Recommendation",
  "## ⚠️ Paradox Warnings",
  "## 💡 Context-Specific Advice",
  "## 📊 Visualization",
];
const ROWS = [
  "Throughput (tok/s)",
  "Energy (J/1k tok)",
  "Δ Energy vs FP16",
  "Energy Efficiency (tok/J)",
  "VRAM Usage (GB)",
  "Latency (ms/req, BS=8)",
  "Power Draw (W avg)",
  "**Rank (Energy)**",
];

const bare = exampleCompare({
  configuration: bareConfiguration(),
  columns: [
    exampleColumn("fp16", 1, { metrics: energyOnly, monthly: nothingPriced, basis: bareBasis }),
    exampleColumn("nf4", 2, {
      rank: null,
      metrics: null,
      monthly: null,
      basis: null,
      delta_energy_percent: null,
      fits: false,
      absence: "does not fit",
    }),
    exampleColumn("int8_default", 3, {
      rank: null,
      metrics: null,
      monthly: null,
      basis: null,
      delta_energy_percent: null,
    }),
    exampleColumn("int8_pure", 4, { delta_energy_percent: null }),
  ],
  recommendation: {
    quantization: null,
    reasons: ["FP16 and INT8 (pure) cannot be told apart."],
    against: [
      {
        quantization: "int8_pure",
        energy_percent: { value: -3, low: -8, high: 2 },
        throughput_percent: null,
        cost_usd_month: null,
        probability_less_energy: 0.88,
        separable: false,
      },
    ],
  },
  paradox_warnings: [],
});

describe("COMPARE as Markdown", () => {
  it.each([
    ["full", exampleCompare()],
    ["all nulls", bare],
    ["nothing to compare with", exampleCompare({ recommendation: { quantization: null, reasons: [], against: [] } })],
  ])("has the skill's headings and rows, and no empty field: %s", (_, report) => {
    const text = renderCompareMarkdown(report);
    expect(headingsOf(text).slice(1)).toEqual(HEADINGS);
    expect(headingsOf(text)[0]).toMatch(/^## Comparison: org\/some-model-7b_v2 \(.+\) on /);
    expect(text).toContain("| Metric | FP16 | NF4 | INT8 (default) | INT8 (pure) |");
    for (const row of ROWS) expect(text).toContain(`| ${row} |`);
    for (const label of [
      "memory-constrained",
      "latency-critical",
      "cost-optimizing (>1M req/month)",
      "accuracy-critical",
    ])
      expect(text).toContain(`- If ${label}: `);
    expect(emptyFields(text)).toEqual([]);
  });

  it("puts each figure into its column with its interval", () => {
    const text = renderCompareMarkdown(exampleCompare());
    expect(text).toContain("| Δ Energy vs FP16 | — | −25.1 % (−28.3 to −21.7) | +29.4 % (+25.8 to +33.1) |");
    expect(text).toContain("| **Rank (Energy)** | **2** | **1** | **4** | **3** |");
    expect(text).toContain("- FP16: measured · high confidence · `some-session-0004`");
  });

  it("of an always-on fleet the difference is the month's", () => {
    const configuration = exampleConfiguration({ replicas: 2 });
    expect(renderCompareMarkdown(exampleCompare({ configuration }))).toContain("| Δ Energy of the month vs FP16 |");
  });

  it("says the recommendation and what it gains in words", () => {
    const text = renderCompareMarkdown(exampleCompare());
    expect(text).toContain("**Use NF4** for this configuration.");
    expect(text).toContain("- 25.1 % less energy (90 %: 21.7–28.3) than FP16, with a probability of at least 99.9 %");
    expect(text).toContain("  - 40.2 % slower (90 %: 33.5–46.3) than FP16");
    expect(text).toContain("  - $13.38 (90 %: 11.58–15.11) monthly savings vs FP16 at 1,000,000 requests/month");
    expect(text).toContain("- **INT8 (default)**: +52.6 % energy against FP16. Evidence: `row-7`.");
  });

  it("recommends none where the best two cannot be told apart, and does not fit what does not fit", () => {
    const text = renderCompareMarkdown(bare);
    expect(text).toContain("**No single method**: the best two cannot be told apart for this configuration.");
    expect(text).toContain(
      "- 3 % less energy (90 %: −8 to +2) than INT8 (pure), with a probability of 88 %; the two cannot be told apart",
    );
    expect(text).toMatch(/\| Throughput \(tok\/s\) \| not measured \| does not fit \| not measured \|/);
    expect(text).toContain("  - power: not measured: no power was logged");
  });

  it("draws the chart in a fence that a label cannot close", () => {
    const text = renderCompareMarkdown(exampleCompare({ chart: "```\n# heading\n" }));
    expect(headingsOf(text)).toHaveLength(5);
  });

  it("lets a hostile model name do nothing", () => {
    const configuration = exampleConfiguration({ model_id: HOSTILE_MODEL });
    const text = renderCompareMarkdown(exampleCompare({ configuration }));
    expect(headingsOf(text)).toHaveLength(5);
    expect(text).not.toMatch(/<!--|<img|https:\/\/|@octocat|(?<!\\)\[a|\u202E/);
  });
});

it("an extra cost is told as its size, with the interval of that", () => {
  expect(saving({ value: 5, low: 2, high: 8 })).toBe("$5.00 (90 %: 2.00–8.00) monthly savings");
  expect(saving({ value: -5, low: -8, high: 1 })).toBe("$5.00 (90 %: \u22121.00 to 8.00) monthly extra cost");
});
