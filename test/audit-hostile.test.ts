import { beforeAll, describe, expect, test } from "vitest";
import { catalogueData } from "../data/index.ts";
import type { AuditReport } from "../packages/engine/src/domain/audit-report.ts";
import { indexCatalogue } from "../packages/engine/src/domain/catalogue.ts";
import { auditFiles, auditProtocol } from "../packages/engine/src/protocols/audit.ts";
import type { ProtocolContext } from "../packages/engine/src/protocols/protocol.ts";
import { vllm } from "./support/audit-fixtures.ts";
import { loadPythonParser } from "./support/python-parser.ts";

const REQUEST_CHARS = 65_000;

let context: ProtocolContext;
beforeAll(async () => {
  context = { catalogue: indexCatalogue(catalogueData), python: await loadPythonParser() };
});

/** `head`, then `unit` as often as it fits, then `tail`. */
const filled = (head: string, unit: string, tail = "", length = REQUEST_CHARS): string =>
  head + unit.repeat(Math.floor((length - head.length - tail.length) / unit.length)) + tail;

/** Well under a second on a quiet machine; how the time grows is the bench's to say, and what never ends fails by its time. */
function audited(path: string, content: string): AuditReport {
  const report = auditFiles([{ path, content }], { hardware_platform: "a800" }, context);
  expect(JSON.stringify(report).length).toBeLessThan(1_000_000);
  return report;
}

const IMPORT = "from transformers import AutoModelForCausalLM, pipeline\n";
const load = (name: string) => `${name} = AutoModelForCausalLM.from_pretrained("org/model-7b", load_in_8bit=True)\n`;
const FIFTY = IMPORT + Array.from({ length: 50 }, (_, i) => load(`m${i}`)).join("");
const loops = Array.from({ length: 30 }, (_, i) => `${" ".repeat(i)}for x${i} in z:\n`).join("");

describe("hostile Python ends soon", () => {
  test.each([
    ["nested loops", filled(IMPORT + load("m0") + loops, `${" ".repeat(30)}m0.generate(z)\n`)],
    ["nested loops of many models", filled(FIFTY + loops, `${" ".repeat(30)}m7.generate(z)\n`)],
    ["many findings with an edit", filled(FIFTY, "x = 1\n")],
    ["many models and calls", filled(FIFTY, "f(x)\n")],
    ["more models than are read", filled(IMPORT, load("m"))],
    ["a chain of generate", filled(`${FIFTY}m0`, ".generate()")],
    ["a function called in many places", filled(`${FIFTY}def g(z):\n  m0.generate(z)\n`, "for y in z: g(y)\n")],
    ["comments", filled(IMPORT + load("m0"), "#\n")],
    ["comments and empty lines", filled(IMPORT + load("m0"), " # a\n\n")],
    ["comments in brackets", filled(`${IMPORT + load("m0")}f(\n`, "# a\n", ")\n")],
    ["empty lines", filled(IMPORT + load("m0"), "\n")],
    ["lines of white space", filled(IMPORT + load("m0"), " \n")],
    ["continued lines", filled(`${IMPORT + load("m0")}x = 1`, " \\\n")],
    ["continued names", filled(`${IMPORT + load("m0")}x = 1`, "a\\\n")],
    ["named escapes", filled(IMPORT + load("m0"), "'\\N{")],
    ["engine arguments that nothing reads", filled("from vllm import EngineArgs\n", "a=EngineArgs(model='a')\n")],
    ["a value that is set again and again", filled(IMPORT, "x=m(x)\n", "AutoModelForCausalLM.from_pretrained(x)\n")],
  ])("%s", (_name, content) => {
    expect(audited("app/a.py", content).coverage.files_read).toBe(1);
  });

  test("edits are offered for the first findings of a file only", () => {
    const report = audited("app/a.py", filled(FIFTY, "x = 1\n"));
    const edits = report.findings.filter(({ fix }) => fix.edit !== undefined);
    expect(report.findings.length).toBeGreaterThan(40);
    expect(edits.length).toBeGreaterThan(0);
    expect(edits.length).toBeLessThanOrEqual(5);
  });

  test("no edit is checked in a file that takes long to read", () => {
    const content = `${IMPORT}${load("m")}${"# padding\n".repeat(14_000)}`;
    const [finding] = audited("app/a.py", content).findings;
    expect(finding?.rule).toBe("int8-default");
    expect(finding?.fix.edit).toBeUndefined();
  });
});

const MANIFEST = "kind: Pod\napiVersion: v1\n";

describe("a bomb ends its own document alone", () => {
  const aliases = [..."bcdefghi"].map(
    (name, i) => `${name}: &${name} [${Array(9).fill(`*${"abcdefghi"[i]}`).join(",")}]`,
  );
  test.each([
    ["brackets", `a: ${"[".repeat(5_000)}`],
    ["nested maps", `a: ${"{b: ".repeat(20_000)}`],
    ["nested lists", `a: ${"[b,".repeat(20_000)}`],
    ["indents", Array.from({ length: 500 }, (_, i) => `${" ".repeat(i)}k:`).join("\n")],
    ["aliases", ["a: &a [x,x,x,x,x,x,x,x,x]", ...aliases].join("\n")],
    ["quotes", `a: ${"' ".repeat(5_000)}`],
  ])("%s", (_name, bomb) => {
    for (const documents of [
      [vllm.content, bomb],
      [bomb, vllm.content],
    ]) {
      const report = audited("k8s/a.yaml", documents.join("\n---\n"));
      expect(report.deployments.map(({ name }) => name)).toEqual(["llama"]);
      expect(report.warnings.map(({ message }) => message).join()).toContain("this document was not read");
    }
  });
});

describe("hostile YAML ends soon and is told", () => {
  test.each([
    ["double quotes", filled(`${MANIFEST}a: `, '"', "", 240_000)],
    ["opening and closing quotes", filled(`${MANIFEST}`, `"a": "b" "c"\n`, "", 240_000)],
    ["single quotes", filled(`${MANIFEST}a: `, "'", "", 240_000)],
    ["aliases", filled(`${MANIFEST}c: &c x\nl:\n`, "- *c\n", "", 240_000)],
    ["aliases on one line", filled(`${MANIFEST}c: &c x\nl: [`, "*c,", "]", 240_000)],
    ["commas", filled(`${MANIFEST}l: [`, ", ", "]", 240_000)],
    ["tags", filled(`${MANIFEST}l: `, "!a ", "", 240_000)],
    ["anchors", filled(`${MANIFEST}l: `, "&a ", "", 240_000)],
    ["opening brackets", filled(`${MANIFEST}l: `, "[", "", 240_000)],
    ["closing brackets", filled(`${MANIFEST}l: `, "]", "", 240_000)],
    ["nested lists", filled(`${MANIFEST}l:\n`, "- ", "", 240_000)],
    ["directives", filled(MANIFEST, "%\n", "", 240_000)],
    ["keys without a value", filled(MANIFEST, "k\n", "", 240_000)],
  ])("%s", (_name, content) => {
    expect(audited("k8s/a.yaml", content).warnings).not.toEqual([]);
  });

  const CONTAINERS =
    "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  nodeSelector: {nvidia.com/gpu.product: NVIDIA-A100-80GB-PCIe}\n  containers:\n";
  const container = "  - {image: vllm/vllm-openai, args: [org/model-7b, --max-num-seqs=1]}\n";

  test("fifty deployments of a manifest are read, the rest is told", () => {
    for (const length of [REQUEST_CHARS, 900_000]) {
      const report = audited("k8s/a.yaml", filled(CONTAINERS, container, "", length));
      expect(report.deployments.length).toBeLessThanOrEqual(50);
      expect(report.warnings.map(({ message }) => message).join()).toMatch(/more than 50 deployments|too large/);
    }
  });

  test("a request of many small files is bounded, and says which files were left out", () => {
    const files = Array.from({ length: 5 }, (_, i) => ({
      path: `k8s/${i}.yaml`,
      content: filled(CONTAINERS, container, "", 12_000),
    }));
    const outcome = auditProtocol.run({ files }, context);
    if (!outcome.ok) throw new Error(JSON.stringify(outcome.problem));
    expect(outcome.value.deployments).toHaveLength(100);
    expect(outcome.value.coverage.files_skipped.map(({ why }) => why).join()).toContain("not audited");
  });
});
