import { describe, expect, test } from "vitest";
import { readAll } from "./read-all.test-data.ts";

const filled = (head: string, unit: string, tail = "", length = 240_000): string =>
  head + unit.repeat(Math.floor((length - head.length - tail.length) / unit.length)) + tail;

/** Well under a second on a quiet machine; how the time grows is the bench's to say, and what never ends fails by its time. */
const ends = (texts: Readonly<Record<string, string>>): void => void readAll(texts);
const many = (count: number, entry: (i: number) => readonly [string, string]) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => entry(i)));

const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata: {name: a}
spec: {template: {spec: {containers: [{name: v, image: vllm/vllm-openai:v0.9.1, args: [--model=org/m-7b]}]}}}
`;
const CHART = { "c/Chart.yaml": "name: c\n", "c/values.yaml": "a: 1\nb: [1, 2, 3]\n" };
const template = (text: string) => ({ ...CHART, "c/templates/a.yaml": text });

test("thousands of errors in a text take no stacks, and leave those of other errors alone", () => {
  const limit: unknown = Reflect.get(Error, "stackTraceLimit");
  const { unresolved } = readAll({ "a.yaml": filled(DEPLOYMENT, "- a\n", "", 20_000) });
  expect(unresolved).toHaveLength(1);
  expect(Reflect.get(Error, "stackTraceLimit")).toBe(limit);
});

describe("a repository of hostile YAML ends soon", () => {
  test.each<readonly [string, Readonly<Record<string, string>>]>([
    [
      "overlays upon overlays",
      many(300, (i) => [`o${i}/kustomization.yaml`, `resources: [../o${i + 1}, ../o${i + 2}]\n`]),
    ],
    [
      "many overlays on a large base",
      {
        "base/kustomization.yaml": "resources: [a.yaml]\n",
        "base/a.yaml": filled("", `${DEPLOYMENT}---\n`, "", 100_000),
        ...many(500, (i) => [`o${i}/kustomization.yaml`, `namePrefix: p${i}-\nresources: [../base]\n`]),
      },
    ],
    [
      "many patches of many objects",
      {
        "kustomization.yaml": filled(
          "resources: [a.yaml]\npatches:\n",
          "- {target: {kind: .*}, patch: '[{op: add, path: /x, value: 1}]'}\n",
        ),
        "a.yaml": filled("", `${DEPLOYMENT}---\n`, "", 60_000),
      },
    ],
    [
      "a JSON patch that grows a list",
      {
        "kustomization.yaml": "resources: [a.yaml]\npatches: [{path: p.yaml, target: {kind: Deployment}}]\n",
        "a.yaml": `${DEPLOYMENT}  x: []\n`,
        "p.yaml": filled("", "- {op: add, path: /spec/x/-, value: 1}\n"),
      },
    ],
    [
      "loops within loops",
      template(`${"{{ range until 1000 }}".repeat(8)}x{{ .a }}${"{{ end }}".repeat(8)}\nkind: Pod\n`),
    ],
    ["pipelines", template(filled("kind: Pod\na: {{ .Values.a ", "| quote ", "}}\n"))],
    ["arguments", template(filled("kind: Pod\na: {{ list ", ".Values.a ", "}}\n"))],
    ["actions", template(filled("kind: Pod\na:\n", "{{ .Values.b }}"))],
    ["open strings", template(filled("kind: Pod\na: ", '{{ "a ', "}}\n"))],
    ["blanks to trim", template(filled("kind: Pod\na: ", "{{- .Values.a -}}          \n\n"))],
    [
      "many values of one chart that renders a lot",
      {
        ...template(
          "{{ range until 900 }}- {{ $.Values.a }}: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n{{ end }}",
        ),
        ...many(200, (i) => [`c/values-${i}.yaml`, `a: ${i}\n`]),
      },
    ],
    [
      "nested defaults",
      { "compose.yaml": `services:\n  a:\n    image: vllm/vllm-openai\n    command: ${"${A:-".repeat(20_000)}\n` },
    ],
    [
      "open braces",
      { "compose.yaml": filled("services:\n  a:\n    image: vllm/vllm-openai\n    command: ", "${A ", "\n") },
    ],
    [
      "dollars",
      { "compose.yaml": filled("services:\n  a:\n    image: vllm/vllm-openai\n    command: ", "$$$A ", "\n") },
    ],
    [
      "services that extend each other",
      {
        "compose.yaml": `services:\n${Array.from({ length: 4_000 }, (_, i) => `  s${i}: {extends: s${i + 1}, image: vllm/vllm-openai}\n`).join("")}`,
      },
    ],
    [
      "an env file",
      {
        "compose.yaml": "services: {a: {image: vllm/vllm-openai, env_file: a.env}}\n",
        "a.env": filled("", "export  A  =  '"),
      },
    ],
    [
      "variables of ConfigMaps",
      {
        "maps.yaml": filled(
          "",
          "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\ndata: {k: v}\n---\n",
          "",
          30_000,
        ),
        "pod.yaml": filled(
          "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - image: vllm/vllm-openai\n    env:\n",
          "    - {name: A, valueFrom: {configMapKeyRef: {name: m, key: k}}}\n",
        ),
      },
    ],
    [
      "a Ray configuration",
      {
        "ray.yaml": filled(
          "apiVersion: ray.io/v1\nkind: RayService\nspec:\n  serveConfigV2: |\n    applications:\n",
          "    - {import_path: a, args: {llm_configs: [{}]}}\n",
        ),
      },
    ],
  ])("%s", (_name, texts) => ends(texts));
});
