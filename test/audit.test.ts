import * as fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { catalogueData } from "../data/index.ts";
import type { AuditReport } from "../packages/engine/src/domain/audit-report.ts";
import { indexCatalogue } from "../packages/engine/src/domain/catalogue.ts";
import { auditFiles, auditProtocol } from "../packages/engine/src/protocols/audit.ts";
import { applyEdit } from "../packages/engine/src/protocols/audit-edit.ts";
import { acceptingMeasurements } from "../packages/engine/src/protocols/own-measurements.ts";
import type { ProtocolContext } from "../packages/engine/src/protocols/protocol.ts";
import { renderAuditMarkdown } from "../packages/engine/src/report/audit-markdown.ts";
import { chat, vllm } from "./support/audit-fixtures.ts";
import { loadPythonParser } from "./support/python-parser.ts";

let context: ProtocolContext;
beforeAll(async () => {
  context = { catalogue: indexCatalogue(catalogueData), python: await loadPythonParser() };
});

const run = (input: unknown): AuditReport => {
  const outcome = auditProtocol.run(input, context);
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.problem));
  return outcome.value;
};
const lineOf = (text: string, part: string) => text.split("\n").findIndex((line) => line.includes(part)) + 1;
const rulesAt = (report: AuditReport) => report.findings.map(({ rule, path, line }) => `${rule} ${path}:${line}`);

describe("the two deployments of the fixtures", () => {
  test("one finding per cause, at its line; comments and docstrings are silent", () => {
    expect(rulesAt(auditFiles([chat, vllm], {}, context)).toSorted()).toEqual([
      `batch-size-one app/chat.py:${lineOf(chat.content, "model.generate")}`,
      `batch-size-one k8s/vllm.yaml:${lineOf(vllm.content, "--max-num-seqs")}`,
      `idle-replicas k8s/vllm.yaml:${lineOf(vllm.content, "replicas: 4")}`,
      `int8-default app/chat.py:${chat.content.split("\n").findIndex((line) => /^ +load_in_8bit/.test(line)) + 1}`,
    ]);
  });

  test("a GPU that no file states is not guessed; an option states it", () => {
    const [unstated] = auditFiles([chat], {}, context).deployments;
    expect(unstated?.not_estimated?.why).toBe("GPU type not stated.");
    const [stated] = auditFiles([chat], { hardware_platform: "a800" }, context).deployments;
    expect(stated).toMatchObject({ not_estimated: null, configuration: { hardware_platform: "a800" } });
    expect(stated?.assumed.map(({ name }) => name)).toContain("requests_per_month");
  });

  test("the fleet of the manifest is estimated with its idle time", () => {
    const estimate = (content: string) =>
      auditFiles([{ ...vllm, content }], {}, context).deployments[0]?.monthly?.energy_kwh.value ?? 0;
    const [four, two] = [estimate(vllm.content), estimate(vllm.content.replace("replicas: 4", "replicas: 2"))];
    expect(two).toBeGreaterThan(0);
    expect(four).toBeGreaterThan(two);
  });

  test("more traffic makes the bound of one sequence costly", () => {
    const [finding] = auditFiles([vllm], { requests_per_month: 20_000_000 }, context).findings;
    expect(finding).toMatchObject({ rule: "batch-size-one", severity: "critical" });
    expect(finding?.impact_kwh_month?.value).toBeGreaterThan(0);
    expect(finding?.evidence.length).toBeGreaterThan(0);
  });

  test("the edit for default INT8 silences the rule and lowers the estimate", () => {
    const options = { hardware_platform: "a800" };
    const before = auditFiles([chat], options, context);
    const edit = before.findings.find((finding) => finding.rule === "int8-default")?.fix.edit;
    if (!edit) throw new Error("no edit was offered");
    const after = auditFiles([applyEdit(chat, edit)], options, context);
    expect(after.findings.map((finding) => finding.rule)).not.toContain("int8-default");
    expect(after.good_practices.map((practice) => practice.message).join()).toContain("llm_int8_threshold");
    const kwh = (report: AuditReport) => report.deployments[0]?.metrics?.energy_j_per_1k_tokens.value ?? Number.NaN;
    expect(kwh(after)).toBeLessThan(kwh(before));
  });

  test("evidence ids resolve, and impacts lie between 0 and 100 %", () => {
    for (const gpu of context.catalogue.gpus) {
      for (const finding of auditFiles([chat, vllm], { hardware_platform: gpu.id }, context).findings) {
        for (const id of finding.evidence) expect(context.catalogue.measurementById.has(id)).toBe(true);
        const { low, high } = finding.impact_percent ?? { low: 0, high: 0 };
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(100);
        expect(low).toBeLessThanOrEqual(high);
      }
    }
  });

  test("reads well as Markdown, with the skill's headings", async () => {
    const report = auditFiles([chat, vllm], { hardware_platform: "a800" }, context);
    const markdown = renderAuditMarkdown({ ...report, dataset_version: "(the dataset's version)" });
    for (const heading of [
      "## Audit Results",
      "### 🔴 Critical Issues",
      "### 🟡 Warnings",
      "### ✅ Good Practices",
      "### Recommended Changes",
    ]) {
      expect(markdown.split("\n")).toContain(heading);
    }
    expect(markdown).not.toMatch(/undefined|NaN|\[object|: *\n\n\n/);
    await expect(markdown).toMatchFileSnapshot("goldens/audit.md");
  });
});

describe("what is not judged", () => {
  test("tests and documentation are told as skipped", () => {
    const { coverage, deployments } = auditFiles([{ ...chat, path: "tests/test_chat.py" }], {}, context);
    expect(deployments).toEqual([]);
    expect(coverage.files_skipped).toHaveLength(1);
  });

  test("training is listed and silent", () => {
    const report = run({ code: `${chat.content}\nloss.backward()\n` });
    expect(report.findings).toEqual([]);
    expect(report.deployments[0]).toMatchObject({ purpose: "training", configuration: null });
  });

  test("an example is judged one severity lower, and says why", () => {
    const options = { requests_per_month: 20_000_000 };
    const [finding] = auditFiles([{ ...vllm, path: "examples/vllm.yaml" }], options, context).findings;
    expect(finding?.severity).toBe("warning");
    expect(finding?.why).toContain("One step lower");
  });

  test("a file over the bound is told", () => {
    const { coverage } = auditFiles([{ path: "a.py", content: "x = 1\n".repeat(200_000) }], {}, context);
    expect(coverage.files_skipped[0]?.why).toContain("larger than");
  });
});

describe("a finding that somebody silenced", () => {
  const REASON = 'reason="kept to compare" until=2027-01-31';
  const silenced = (content: string) => auditFiles([{ ...vllm, content }], {}, { ...context, today: "2026-11-27" });

  test.each([
    ["by a comment", vllm.content.replace(/(- --max-num-seqs=1)/, `$1 # ecocompute: ignore[batch-size-one] ${REASON}`)],
    [
      "by an annotation",
      vllm.content.replace(
        /^metadata:\n/m,
        `metadata:\n  annotations:\n    ecocompute.dev/ignore: 'batch-size-one ${REASON}'\n`,
      ),
    ],
  ])("%s is counted and listed, not judged", (_name, content) => {
    const report = silenced(content);
    expect(report.findings.map(({ rule }) => rule)).not.toContain("batch-size-one");
    expect(report.recommended_changes).toHaveLength(report.findings.length);
    expect(report.suppressed.map(({ finding }) => finding.rule)).toEqual(["batch-size-one"]);
    const markdown = renderAuditMarkdown(report);
    expect(markdown).toContain("1 more suppressed");
    expect(markdown).toContain("kept to compare");
    expect(markdown).toContain("until 2027-01-31");
  });
});

describe("the protocol", () => {
  test("takes Python or a manifest as code; the default GPU is assumed and named", () => {
    const [python] = run({ code: chat.content }).deployments;
    expect(python?.assumed).toContainEqual({ name: "hardware_platform", value: "rtx4090d" });
    expect(run({ code: vllm.content }).deployments[0]?.format).toBe("kubernetes/Deployment");
  });

  test.each([
    ["nothing", {}, "code"],
    ["both", { code: "x", files: [{ path: "a.py", content: "" }] }, "code"],
    ["too much text", { code: "é".repeat(40_000) }, "code"],
    [
      "too much text in files",
      { files: Array.from({ length: 3 }, (_, i) => ({ path: `${i}.py`, content: "a".repeat(30_000) })) },
      "files",
    ],
    ["an unknown GPU", { code: "x", hardware_platform: "rtx4090dd" }, "hardware_platform"],
    ["an unknown region", { code: "x", region: "atlantis" }, "region"],
    ["a misspelt parameter", { code: "x", hardwareplatform: "a800" }, "hardwareplatform"],
  ])("refuses %s", (_name, input, parameter) => {
    const outcome = auditProtocol.run(input, context);
    expect(outcome.ok).toBe(false);
    if (!outcome.ok) expect(outcome.problem.errors[0]?.parameter).toBe(parameter);
  });

  test.each(["a", "("])("ends on 103 characters and 64 KiB of %j", (character) => {
    for (const length of [103, 65_000]) {
      const head = "from transformers import AutoModelForCausalLM\nAutoModelForCausalLM.from_pretrained(";
      for (const code of [character.repeat(length), head + character.repeat(length - head.length)]) {
        run({ code });
        run({ files: [{ path: "a.yaml", content: `kind: Pod\napiVersion: v1\na: ${code}`.slice(0, 65_536) }] });
      }
    }
  });

  test("never throws on a damaged file", () => {
    const damaged = (text: string) =>
      fc
        .tuple(fc.nat(text.length), fc.nat(40), fc.string({ maxLength: 20 }))
        .map(([at, cut, added]) => text.slice(0, at) + added + text.slice(at + cut));
    fc.assert(
      fc.property(damaged(chat.content), damaged(vllm.content), (python, yaml) => {
        const report = auditFiles(
          [
            { ...chat, content: python },
            { ...vllm, content: yaml },
          ],
          {},
          context,
        );
        expect(report.coverage.files_read + report.coverage.files_skipped.length).toBe(2);
        renderAuditMarkdown(report);
      }),
      { numRuns: 200 },
    );
  });
});

test("GPUs that the engine leaves alone serve nothing in the estimate: they idle, and the finding counts what they draw", async () => {
  const manifest = (gpus: number) => `apiVersion: apps/v1
kind: Deployment
metadata: {name: chat}
spec:
  replicas: 1
  template:
    spec:
      nodeSelector: {nvidia.com/gpu.product: NVIDIA-H100-80GB-HBM3}
      containers:
        - name: server
          image: vllm/vllm-openai:v0.10.1
          args: [--model=meta-llama/Llama-3.1-8B-Instruct]
          resources: {limits: {nvidia.com/gpu: ${gpus}}}
`;
  const [one, four] = [1, 4].map((gpus) => auditFiles([{ path: "chat.yaml", content: manifest(gpus) }], {}, context));
  const [a, b] = [one?.deployments[0], four?.deployments[0]];
  expect(b?.metrics).toEqual(a?.metrics);
  expect(b?.configuration).toMatchObject({ num_gpus: 1 });
  expect(b?.assumed).toContainEqual({ name: "tensor_parallel", value: "1 (the engine's default)" });
  const kwh = (x: typeof a) => x?.monthly?.energy_kwh.value ?? Number.NaN;
  const idle = kwh(b) - kwh(a);
  expect(idle).toBeGreaterThan(0);
  const found = four?.findings.find(({ rule }) => rule === "parallelism-mismatch");
  const { low = 0, high = 0 } = found?.impact_percent ?? {};
  const share = (100 * idle) / kwh(b);
  expect(low).toBeLessThan(share);
  expect(high).toBeGreaterThan(share);
  expect(one?.findings.map(({ rule }) => rule)).not.toContain("parallelism-mismatch");
});

test("fp32-inference: physics gives the share, unless one session of the user's own measured both precisions", () => {
  const code =
    'from transformers import AutoModelForCausalLM\nimport torch\nm = AutoModelForCausalLM.from_pretrained("mistralai/Mistral-7B-Instruct-v0.2", torch_dtype=torch.float32)\n';
  const own = { gpu: "a800", model_id: "mistralai/Mistral-7B-Instruct-v0.2", batch_size: 1, date: "2026-11-27" };
  const measurements = [
    { ...own, precision: "fp32", energy_j_per_token: 9, throughput_tok_s: 20 },
    { ...own, precision: "bf16", energy_j_per_token: 4.5, throughput_tok_s: 37 },
  ];
  const finding = (more: object) => {
    const outcome = acceptingMeasurements(auditProtocol).run({ code, hardware_platform: "a800", ...more }, context);
    if (!outcome.ok) throw new Error(JSON.stringify(outcome.problem));
    return outcome.value.findings.find(({ rule }) => rule === "fp32-inference");
  };
  expect(finding({})?.message).toContain("by physics 16 bit saves");
  const measured = finding({ measurements });
  expect(measured?.message).toContain("as one session measured both, 16 bit saves");
  // Half the energy within the spread of rows that publish none; beyond capacity there are no idle hours.
  expect(measured?.impact_percent?.low).toBeGreaterThan(40);
  expect(measured?.impact_percent?.high).toBeLessThan(60);
});
