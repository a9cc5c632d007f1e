import * as fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { catalogueData } from "../data/index.ts";
import type { AuditedDeployment } from "../packages/engine/src/domain/audit-report.ts";
import { indexCatalogue } from "../packages/engine/src/domain/catalogue.ts";
import { auditFiles } from "../packages/engine/src/protocols/audit.ts";
import type { AuditOptions } from "../packages/engine/src/protocols/audit-options.ts";
import type { ProtocolContext } from "../packages/engine/src/protocols/protocol.ts";
import { renderAuditMarkdown } from "../packages/engine/src/report/audit-markdown.ts";
import { chat, vllm } from "./support/audit-fixtures.ts";
import { loadPythonParser } from "./support/python-parser.ts";

let context: ProtocolContext;
beforeAll(async () => {
  context = { catalogue: indexCatalogue(catalogueData), python: await loadPythonParser() };
});

const audit = (path: string, content: string, options: AuditOptions = {}) =>
  auditFiles([{ path, content }], options, context);
function only(path: string, content: string, options: AuditOptions = {}): AuditedDeployment {
  const [deployment, ...others] = audit(path, content, options).deployments;
  if (!deployment || others.length > 0) throw new Error(`expected one deployment, got ${others.length + 1}`);
  return deployment;
}
const whys = ({ unresolved }: AuditedDeployment) => unresolved.map(({ why }) => why).join("; ");
const manifest = (from: string, to: string) => {
  expect(vllm.content).toContain(from);
  return vllm.content.replace(from, to);
};
const python = (keywords: string) =>
  `from vllm import LLM\nllm = LLM("meta-llama/Llama-3.1-8B-Instruct", ${keywords})\n`;

describe("names that every object has are no entries of a table", () => {
  const NAMES = ["constructor", "toString", "__proto__", "hasOwnProperty", "valueOf"];

  test.each(NAMES)("%s", (name) => {
    expect(audit("k8s/a.yaml", manifest("kind: Deployment", `kind: ${name}`)).deployments).toEqual([]);
    const config = chat.content.replace("BitsAndBytesConfig(\n", `${name}(\n`);
    expect(config).toContain(`${name}(`);
    expect(audit("app/a.py", config).coverage.files_read).toBe(1);
    for (const flag of ["quantization", "dtype", "model", name]) {
      audit("k8s/a.yaml", manifest("--max-num-seqs=1", `--${flag}=${name}`));
      audit("app/a.py", python(`${flag}="${name}"`));
    }
    audit("k8s/a.yaml", vllm.content.replaceAll(/nvidia.com\/gpu.product: .*/g, `${name}: ${name}`));
    audit("k8s/a.yaml", vllm.content, { hardware_platform: name, region: name });
  });
});

describe("numbers that no real file states are told, not used", () => {
  test.each(["1e308", "-7", "0.5", "0", "99999999999", "0x10", "many"])("--max-num-seqs %s", (written) => {
    const deployment = only("k8s/a.yaml", manifest("--max-num-seqs=1", `--max-num-seqs=${written}`));
    expect(whys(deployment)).toContain("expected a whole number from 1 to");
  });

  test.each([
    "max_num_seqs=-7",
    "max_num_seqs=1e308",
    "max_model_len=1e308",
    "tensor_parallel_size=0.5",
    "tensor_parallel_size=0",
  ])("%s", (keyword) => {
    expect(whys(only("app/a.py", python(keyword)))).toContain("expected a whole number from 1 to");
  });

  test("a batch of 1e305 prompts", () => {
    const content =
      'from transformers import pipeline\np = pipeline("text-generation", "org/m-7b", batch_size=1e305)\n';
    expect(whys(only("app/a.py", content, { hardware_platform: "a800" }))).toContain("expected a whole number");
  });

  test("vLLM's K is 1,024", () => {
    const length = (written: string) =>
      audit("k8s/a.yaml", manifest("--max-num-seqs=1", `--max-num-seqs=${written}`)).deployments[0]?.configuration
        ?.batch_size;
    expect([length("1k"), length("1K")]).toEqual([1000, 1024]);
  });
});

describe("what could not be read is not estimated as something else", () => {
  test.each([
    ["GPUs", "nvidia.com/gpu: 1", "nvidia.com/gpu: '{{ .Values.g }}'"],
    ["replicas", "replicas: 4", "replicas: '{{ .Values.r }}'"],
  ])("the number of %s", (what, from, to) => {
    const deployment = only("k8s/a.yaml", manifest(from, to));
    expect(deployment.monthly).toBeNull();
    expect(deployment.not_estimated?.why).toContain(`The number of ${what} is not known`);
  });

  test("the bound of concurrent sequences, and the batch of a pipeline", () => {
    const bound = only("k8s/a.yaml", manifest("--max-num-seqs=1", "--max-num-seqs={{ .Values.n }}"));
    expect(bound.monthly).toBeNull();
    expect(bound.not_estimated?.why).toContain("The batch is not known");
    const content =
      'from transformers import pipeline\np = pipeline("text-generation", "mistralai/Mistral-7B-v0.1", batch_size=n())\n';
    const batch = only("app/a.py", content, { hardware_platform: "a800" });
    expect(batch.not_estimated?.why).toContain("The batch is not known");
  });

  test("a count that the file does not mention is 1, assumed", () => {
    const deployment = only("k8s/a.yaml", vllm.content.replace(/^\s+replicas: 4\n/m, ""));
    expect(deployment.not_estimated).toBeNull();
    expect(deployment.assumed).toContainEqual({ name: "replicas", value: "1" });
  });
});

describe("the region", () => {
  const selector = "nvidia.com/gpu.product: NVIDIA-H100-80GB-HBM3";
  const inRegion = (name: string) => manifest(selector, `${selector}\n        topology.kubernetes.io/region: ${name}`);

  test("what the file says wins over the option", () => {
    expect(only("k8s/a.yaml", inRegion("china"), { region: "eu" }).configuration?.region).toBe("china");
    expect(only("k8s/a.yaml", vllm.content, { region: "eu" }).configuration?.region).toBe("eu");
  });

  test("one that the catalogue lacks is told", () => {
    const deployment = only("k8s/a.yaml", inRegion("atlantis-1"));
    expect(deployment.unresolved).toContainEqual(
      expect.objectContaining({ text: "atlantis-1", why: "no region of the catalogue: the default stands in" }),
    );
    expect(deployment.assumed.map(({ name }) => name)).toContain("region");
  });
});

test("a shell variable made of itself ends unknown", () => {
  const script = `A=xxxxxxxxxx; ${"A=$A$A; ".repeat(60)} vllm serve $A`;
  const content = vllm.content.replace(
    /args:[\s\S]*?resources:/,
    `command: [sh, -c]\n          args: ["${script}"]\n          resources:`,
  );
  expect(only("k8s/a.yaml", content).not_estimated?.why).toContain("The model is not known");
});

test("2,000 mutations of the fixtures: no throw, and an answer in proportion", () => {
  const words = fc.constantFrom(
    "constructor",
    "__proto__",
    "1e308",
    "-1",
    "{{ .Values.x }}",
    "$(A)",
    `\${A:-$A}`,
    "&a ",
    "*a",
    "!t ",
    "<<: *a",
    "[",
    "}",
    '"',
    "'",
    "|",
    "\n",
    "\t",
    "---\n",
    "# ",
    "0x7fffffffffffffff",
    "load_in_4bit=True,",
    "**kwargs,",
    "lambda: ",
    "for x in y:\n",
    "null",
    "replicas: 1e9\n",
    "--tensor-parallel-size=16777216",
    "\u0000",
    "\ud800",
  );
  const added = fc.oneof(words, fc.string({ maxLength: 20 }));
  /** Anywhere, or in the place of one word: `kind: Deployment` → `kind: constructor`. */
  const change = (text: string) => {
    const whole = [...text.matchAll(/[\w.-]+/g)].map(({ index, 0: word }) => [index, word.length] as const);
    return fc.oneof(
      fc.tuple(fc.nat(text.length), fc.nat(60), added),
      fc
        .tuple(fc.constantFrom(...whole), fc.constantFrom("constructor", "toString", "__proto__", "1e308", "-7"))
        .map(([[at, cut], by]) => [at, cut, by] as const),
    );
  };
  const mutated = (text: string) =>
    fc
      .array(change(text), { minLength: 1, maxLength: 3 })
      .map((changes) => changes.reduce((now, [at, cut, by]) => now.slice(0, at) + by + now.slice(at + cut), text));
  fc.assert(
    fc.property(mutated(chat.content), mutated(vllm.content), (py, yaml) => {
      const files = [
        { ...chat, content: py },
        { ...vllm, content: yaml },
      ];
      const report = auditFiles(files, { hardware_platform: "a800" }, context);
      expect(report.coverage.files_read + report.coverage.files_skipped.length).toBe(2);
      expect(JSON.stringify(report).length).toBeLessThan(60_000);
      expect(renderAuditMarkdown(report).length).toBeLessThan(60_000);
    }),
    { numRuns: 2_000 },
  );
}, 60_000);
