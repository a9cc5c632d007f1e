import { readFileSync } from "node:fs";
import { catalogueData } from "@ecocompute/data";
import { indexCatalogue, PROTOCOLS, type PythonParser, renderMarkdown } from "@ecocompute/engine";
import { beforeAll, describe, expect, it } from "vitest";
import { emptyFields, headingsOf, SKILL_HEADINGS } from "../packages/engine/src/report/markdown-checks.test-data.ts";
import { loadPythonParser } from "./support/python-parser.ts";

const code = readFileSync(new URL("./fixtures/edge/load-in-8bit.py", import.meta.url), "utf8");

/** Each protocol's question, and the headings that the skill gives its answer. */
const QUESTIONS = [
  {
    protocol: "optimize",
    input: { model_id: "Qwen/Qwen2-1.5B", hardware_platform: "rtx5090" },
    headings: SKILL_HEADINGS.optimize,
  },
  {
    protocol: "diagnose",
    input: {
      model_id: "Mistral-7B",
      hardware_platform: "rtx4090d",
      quantization: "int8_default",
      observed_throughput_tok_s: 7.9,
    },
    headings: SKILL_HEADINGS.diagnose,
  },
  {
    protocol: "compare",
    input: { model_id: "Mistral-7B", hardware_platform: "rtx4090d" },
    headings: [
      "## Comparison: mistralai/Mistral-7B-Instruct-v0.3 (7.25B params) on NVIDIA GeForce RTX 4090 D",
      "## 🏆 Recommendation",
      "## ⚠️ Paradox Warnings",
      "## 💡 Context-Specific Advice",
      "## 📊 Visualization",
    ],
  },
  {
    protocol: "estimate",
    input: {
      model_id: "mistralai/Mistral-7B-Instruct-v0.2",
      hardware_platform: "a800",
      quantization: "int8_pure",
      batch_size: 8,
      sequence_length: 256,
      requests_per_month: 1_000_000,
    },
    headings: [
      "## Monthly Estimate: mistralai/Mistral-7B-Instruct-v0.2 on NVIDIA A800 SXM4 80GB",
      "## Optimization Breakdown",
    ],
  },
  {
    protocol: "audit",
    input: { code },
    headings: [
      "## Audit Results",
      "### 🔴 Critical Issues",
      "### 🟡 Warnings",
      "### ✅ Good Practices",
      "### Recommended Changes",
    ],
  },
] as const;

const catalogue = indexCatalogue(catalogueData);
let python: PythonParser;
beforeAll(async () => {
  python = await loadPythonParser();
});

/** The Markdown that the service answers, but for the dataset's hash: a new row elsewhere moves no golden file. */
function answer(id: string, input: unknown): string {
  const protocol = PROTOCOLS.find((each) => each.id === id);
  if (!protocol) throw new Error(`no protocol ${id}`);
  const outcome = protocol.run(input, { catalogue, python });
  if (!outcome.ok) throw new Error(`${id} refused: ${outcome.problem.detail}`);
  return renderMarkdown({ ...outcome.value, dataset_version: "golden" });
}

describe.each(QUESTIONS)("$protocol answers as the skill's report", ({ protocol, input, headings }) => {
  it("word for word as a reviewer last read it", async () => {
    await expect(answer(protocol, input)).toMatchFileSnapshot(`goldens/protocol-${protocol}.md`);
  });

  it("with the skill's headings in the skill's order, and no empty field", () => {
    const text = answer(protocol, input);
    expect(headingsOf(text).filter((heading) => (headings as readonly string[]).includes(heading))).toEqual(headings);
    expect(emptyFields(text)).toEqual([]);
  });
});
