import { describe, expect, it } from "vitest";
import { renderDiagnoseMarkdown } from "./diagnose-markdown.ts";
import { emptyFields, headingsOf, SKILL_HEADINGS } from "./markdown-checks.test-data.ts";
import {
  bareCandidate,
  bareConfiguration,
  exampleConfiguration,
  exampleDiagnose,
  HOSTILE_MODEL,
} from "./protocol-example.test-data.ts";

const FIELDS = [
  "Detected pattern",
  "Confidence",
  "Root cause",
  "Your reported",
  "Expected (dataset)",
  "Deviation",
  "Pattern match",
  "Primary factor",
  "Secondary factors",
  "Measurement evidence",
  "Throughput",
  "Energy",
  "Cost savings",
];

const unknownPattern = exampleDiagnose({
  configuration: bareConfiguration(),
  pattern: null,
  confidence: "low",
  match_percent: 0,
  observed: { throughput_tok_s: null, power_w: 300, energy_j_per_1k_tokens: null },
  expected: bareCandidate(),
  deviation_percent: { throughput: null, energy: null, power: null },
  root_cause: "No known pattern matches",
  secondary_factors: [],
  measurement_evidence: [],
  fixes: [],
  improvement: null,
  verification: [],
  how_to_measure: "10 runs after 3 warm-ups, NVML at 10 Hz.",
});
const halfKnown = exampleDiagnose({
  improvement: {
    throughput: null,
    energy: null,
    monthly: null,
    based_on: 0,
    confidence: "low",
    energy_from: "evidence",
  },
});
const unpriced = exampleDiagnose({
  improvement: {
    throughput: null,
    energy: null,
    monthly: { cost_usd: null, energy_kwh: 346, carbon_kgco2e: null },
    based_on: 2,
    confidence: "low",
    energy_from: "evidence",
  },
});

describe("DIAGNOSE as Markdown", () => {
  it.each([
    ["full", exampleDiagnose()],
    ["no known pattern, all nulls", unknownPattern],
    ["as expected", exampleDiagnose({ pattern: null, fixes: [], improvement: null })],
    ["a gain that is not known", halfKnown],
    ["a gain without a price", unpriced],
  ])("has the skill's headings and fields, none empty: %s", (_, report) => {
    const text = renderDiagnoseMarkdown(report);
    expect(headingsOf(text)).toEqual(SKILL_HEADINGS.diagnose);
    for (const field of FIELDS) expect(text).toContain(`- ${field}: `.trimEnd());
    expect(text).toMatch(/^1\. .*measure/im);
    expect(text).toContain("Expected impact: ");
    expect(emptyFields(text)).toEqual([]);
  });

  it("names pattern, confidence, deviation and evidence", () => {
    const text = renderDiagnoseMarkdown(exampleDiagnose());
    expect(text).toContain("- Detected pattern: INT8 Energy Paradox (bitsandbytes' default INT8)");
    expect(text).toContain("- Confidence: HIGH (99.7 % match to known pattern)");
    expect(text).toContain("- Root cause: Mixed-precision decomposition: llm_int8_threshold=6.0 splits every layer.\n");
    expect(text).toContain("- Your reported: 7.9 tok/s, energy not reported, power not reported");
    expect(text).toContain(
      "- Deviation: +0.254 % throughput (percentile 50.1 of what is expected), energy not reported, power not reported",
    );
    expect(text).toContain("- Pattern match: `some-session-0007`: 7.88 tok/s, 9,555 J per 1k tokens");
  });

  it("shows the fix with its code inside its list item, and what it gains", () => {
    const text = renderDiagnoseMarkdown(exampleDiagnose());
    expect(text).toContain(
      "1. **Set llm_int8_threshold=0.0**\n\n   ```python\n   BitsAndBytesConfig(load_in_8bit=True,\n",
    );
    expect(text).toContain("   Expected impact: −32.5 % energy.");
    expect(text).toContain("- Throughput: 7.9 → 14.2 tok/s (+79.6 %)");
    expect(text).toContain("- Cost savings: $41.50/month, 346 kWh, 135 kgCO2e (for 1,000,000 requests)");
  });

  it("claims no fix where no pattern is known, and says how to measure", () => {
    const text = renderDiagnoseMarkdown(unknownPattern);
    expect(text).toContain("- Detected pattern: no known paradox");
    expect(text).toContain("2. To know more, measure: 10 runs after 3 warm-ups, NVML at 10 Hz.");
    expect(text).toContain("300 W");
    expect(text).toContain("- Pattern match: none: no measured row is near");
  });

  it("lets a hostile model name do nothing, in code of a fix too", () => {
    const text = renderDiagnoseMarkdown(
      exampleDiagnose({
        configuration: exampleConfiguration({ model_id: HOSTILE_MODEL }),
        root_cause: HOSTILE_MODEL,
        fixes: [
          { title: HOSTILE_MODEL, code: `vllm serve ${HOSTILE_MODEL}\n\`\`\`\n# heading`, expected: HOSTILE_MODEL },
        ],
      }),
    );
    const outside = text.replace(/^( *)(`{3,})[^\n]*\n[\s\S]*?\n\1\2$/gm, "");
    expect(headingsOf(text)).toEqual(SKILL_HEADINGS.diagnose);
    expect(outside).not.toMatch(/<!--|<img|https:\/\/|@octocat|(?<!\\)\[a|\u202E/);
  });
});
