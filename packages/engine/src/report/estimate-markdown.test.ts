import { describe, expect, it } from "vitest";
import { renderEstimateMarkdown } from "./estimate-markdown.ts";
import { emptyFields, headingsOf } from "./markdown-checks.test-data.ts";
import {
  bareCandidate,
  bareConfiguration,
  exampleCandidate,
  exampleConfiguration,
  exampleEstimate,
  exampleMonthly,
  HOSTILE_MODEL,
  zeroSavings,
} from "./protocol-example.test-data.ts";

const bare = exampleEstimate({
  configuration: bareConfiguration(),
  current: bareCandidate(),
  optimized: bareCandidate(),
  savings: zeroSavings,
  breakdown: [],
});

describe("ESTIMATE as Markdown", () => {
  it.each([
    ["full", exampleEstimate(), "Maker GPU X"],
    ["all nulls", bare, "gpu-x"],
  ])("has the skill's headings and table, and no empty field: %s", (_, report, gpu) => {
    const text = renderEstimateMarkdown(report);
    expect(headingsOf(text)).toEqual([
      `## Monthly Estimate: org/some-model-7b_v2 on ${gpu}`,
      "## Optimization Breakdown",
    ]);
    expect(text).toContain("| Metric | Current Config | Optimized Config | Savings |");
    for (const field of ["Energy (kWh)", "Cost ($)", "Carbon (kgCO2e)"]) expect(text).toContain(`| ${field} |`);
    expect(emptyFields(text)).toEqual([]);
  });

  it("shows current, optimized and savings with intervals and evidence", () => {
    const text = renderEstimateMarkdown(exampleEstimate());
    expect(text).toContain("- Requests: 1,000,000/month");
    expect(text).toContain("- Configuration: FP16, batch 8; 512 input → 256 output tokens, transformers on 1 GPU");
    expect(text).toContain(
      "| Cost ($) | $10.40 (90 %: 9.46–11.44) | $10.40 (90 %: 9.46–11.44) | $9.14 (90 %: 8.31–10.05) |",
    );
    expect(text).toContain("- Basis, current: measured · high confidence · `some-session-0004`");
    expect(text).toContain("- **batch 8 → 64**: −87.8 % of the current energy.");
  });

  it("says what is not known, not nothing", () => {
    const text = renderEstimateMarkdown(bare);
    expect(text).toContain("no electricity price for region us (give `electricity_usd_per_kwh`)");
    expect(text).toContain("| Cost ($) | not known | not known | not known |");
    expect(text).toContain("not measured: no throughput");
    expect(text).toContain("Nothing to change");
  });

  it("keeps rent apart from electricity", () => {
    const monthly = exampleMonthly({ rental_usd: { value: 612, low: 583, high: 643 } });
    const text = renderEstimateMarkdown(
      exampleEstimate({ current: exampleCandidate({ monthly }), optimized: exampleCandidate({ monthly }) }),
    );
    expect(text).toContain("| Rent ($) | $612.00 (90 %: 583.00–643.00) |");
  });

  it("lets a hostile model name do nothing", () => {
    const configuration = exampleConfiguration({ model_id: HOSTILE_MODEL, assumed: ["model_id"] });
    const text = renderEstimateMarkdown(
      exampleEstimate({ configuration, current: exampleCandidate({ configuration }) }),
    );
    const outside = text.replace(/(?<!`)(`+)(?!`)[^\n]*?(?<!`)\1(?!`)|<code>.*?<\/code>/g, "");
    expect(headingsOf(text)).toHaveLength(2);
    expect(outside).not.toMatch(/<!--|<img|https:\/\/|@octocat|(?<!\\)\[a|\u202E/);
  });
});
