import { describe, expect, test } from "vitest";
import type { Deployment } from "../domain/deployment.ts";
import { only, readAll } from "./read-all.test-data.ts";

const placed = ({ facts }: Deployment) =>
  Object.fromEntries(Object.entries(facts).map(([name, { value, at }]) => [name, `${value} ${at.path}:${at.line}`]));

const CHART = "apiVersion: v2\nname: chat\nversion: 1.0.0\n";
const HELPERS = `{{- define "chat.fullname" -}}
{{- if .Values.fullnameOverride }}{{ .Values.fullnameOverride | trunc 63 | trimSuffix "-" }}{{ else }}{{ printf "%s-%s" .Release.Name .Chart.Name }}{{ end -}}
{{- end }}
`;
const TEMPLATE = `{{- $model := .Values.model }}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "chat.fullname" . }}
  namespace: {{ .Release.Namespace }}
spec:
  {{- if not .Values.autoscaling.enabled }}
  replicas: {{ .Values.replicaCount }}
  {{- end }}
  template:
    spec:
      containers:
        - name: {{ .Chart.Name }}
          image: "{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"
          args:
            - --model={{ $model.id }}
            - "--max-num-seqs"
            - {{ .Values.maxNumSeqs | default 64 | quote }}
            {{- range $key, $value := .Values.flags }}
            - --{{ $key }}={{ $value }}
            {{- end }}
            {{- with .Values.extraArgs }}
            {{- toYaml . | nindent 12 }}
            {{- end }}
          resources:
            {{- toYaml .Values.resources | nindent 12 }}
      {{- with .Values.nodeSelector }}
      nodeSelector: {{- toYaml . | nindent 8 }}
      {{- end }}
`;
const VALUES = `replicaCount: 2
image:
  repository: vllm/vllm-openai
  tag: v0.9.1
model:
  id: org/small-7b
autoscaling:
  enabled: false
resources:
  limits:
    nvidia.com/gpu: 1
nodeSelector:
  nvidia.com/gpu.product: NVIDIA-L4
flags:
  dtype: half
extraArgs:
  - --enforce-eager
`;
const FILES = {
  "chart/Chart.yaml": CHART,
  "chart/templates/_helpers.tpl": HELPERS,
  "chart/templates/deployment.yaml": TEMPLATE,
  "chart/values.yaml": VALUES,
};

describe("a chart is read with its values", () => {
  test("each fact where it can be changed: in the values, or in the template that states it", () => {
    const deployment = only(readAll(FILES));
    expect(deployment).toMatchObject({
      id: "chart/values.yaml#Deployment/default/chat-chat/chat",
      format: "helm/Deployment",
    });
    expect(placed(deployment)).toEqual({
      framework: "vllm chart/values.yaml:3",
      framework_version: "0.9.1 chart/values.yaml:3",
      model_id: "org/small-7b chart/values.yaml:6",
      max_num_seqs: "64 chart/templates/deployment.yaml:18",
      dtype: "fp16 chart/values.yaml:15",
      enforce_eager: "true chart/values.yaml:17",
      replicas: "2 chart/values.yaml:1",
      gpus_per_replica: "1 chart/values.yaml:11",
      hardware_platform: "NVIDIA-L4 chart/values.yaml:13",
    });
  });

  test("an environment's values are laid over the defaults, which are then no deployment of their own", () => {
    const prod = "replicaCount: 6\nmaxNumSeqs: 256\nfullnameOverride: chat-prod\nflags: {dtype: null}\n";
    const deployment = only(readAll({ ...FILES, "chart/values-prod.yaml": prod }));
    expect(deployment.name).toBe("chat-prod");
    expect(placed(deployment)).toMatchObject({
      replicas: "6 chart/values-prod.yaml:1",
      max_num_seqs: "256 chart/values-prod.yaml:2",
      model_id: "org/small-7b chart/values.yaml:6",
    });
    expect(deployment.facts.dtype).toBeUndefined();
  });

  test("what a template refers to and the values lack is nothing, as Helm has it; what only a cluster knows is not known", () => {
    const template = TEMPLATE.replace("$model.id", "$model.missing").replace(
      "{{ .Values.maxNumSeqs | default 64 | quote }}",
      "{{ .Capabilities.KubeVersion.Major }}",
    );
    const deployment = only(readAll({ ...FILES, "chart/templates/deployment.yaml": template }));
    expect(deployment.facts.model_id).toBeUndefined();
    expect(deployment.facts.max_num_seqs).toBeUndefined();
    expect(deployment.unresolved.map(({ fact }) => fact)).toEqual(["max_num_seqs"]);
  });

  test("a condition that nothing decides is told, and no side is taken", () => {
    const template = TEMPLATE.replace(
      ".Values.autoscaling.enabled",
      '(.Capabilities.APIVersions.Has "keda.sh/v1alpha1")',
    );
    const read = readAll({ ...FILES, "chart/templates/deployment.yaml": template });
    expect(only(read).facts.replicas).toBeUndefined();
    expect(read.unresolved.map(({ at, why }) => `${at.line} ${why}`)).toEqual([
      "8 the chart's values do not decide this part: it was not read",
    ]);
  });

  test("a chart within a chart takes its part of the parent's values", () => {
    const files = Object.fromEntries(
      Object.entries(FILES).map(([path, text]) => [path.replace("chart/", "app/charts/chat/"), text]),
    );
    const read = readAll({
      ...files,
      "app/Chart.yaml": "name: app\n",
      "app/values.yaml": "chat:\n  replicaCount: 5\n",
    });
    expect(placed(only(read))).toMatchObject({
      replicas: "5 app/values.yaml:2",
      model_id: "org/small-7b app/charts/chat/values.yaml:6",
    });
  });

  test("a template without its chart says what stands in it alone", () => {
    const read = readAll({
      "chart/templates/deployment.yaml": TEMPLATE.replace("{{ .Values.image.repository }}", "vllm/vllm-openai"),
    });
    const deployment = only(read);
    expect(deployment.facts.model_id).toBeUndefined();
    expect(deployment.unresolved.map(({ fact }) => fact)).toContain("model_id");
  });

  test("hostile templates end", () => {
    const loop =
      '{{- define "a" }}{{ include "a" . }}{{ include "a" . }}{{ end }}{{ include "a" . }}\nkind: Deployment\napiVersion: apps/v1\ncontainers:\n';
    const grow = `{{- $x := "aaaaaaaaaa" }}${'{{ $x = printf "%s%s" $x $x }}'.repeat(60)}{{ $x }}\nkind: Pod\napiVersion: v1\n`;
    const deep = `{{ ${"(".repeat(5_000)} }}\nkind: Pod\n`;
    const open = `${"{{ if true }}".repeat(5_000)}\nkind: Pod\n`;
    for (const template of [loop, grow, deep, open, "{{".repeat(20_000)]) {
      readAll({ ...FILES, "chart/templates/deployment.yaml": template });
    }
  });
});

describe("values whose chart stands elsewhere", () => {
  test("the vLLM production stack", () => {
    const values = `servingEngineSpec:
  modelSpec:
    - name: chat
      repository: vllm/vllm-openai
      tag: v0.9.1
      modelURL: org/small-7b
      replicaCount: 3
      requestGPU: 2
      vllmConfig:
        maxNumSeqs: 1
        enablePrefixCaching: false
        extraArgs: ["--dtype", "half"]
      nodeSelectorTerms:
        - matchExpressions:
            - {key: nvidia.com/gpu.product, operator: In, values: [NVIDIA-L4]}
    - name: later
      enabled: false
      modelURL: org/large-70b
`;
    const { deployments } = readAll({ "stack.yaml": values });
    expect(deployments.map(({ name, when_enabled }) => [name, when_enabled])).toEqual([
      ["chat", undefined],
      ["later", "servingEngineSpec.modelSpec.enabled"],
    ]);
    expect(placed(deployments[0] as Deployment)).toEqual({
      framework: "vllm stack.yaml:4",
      framework_version: "0.9.1 stack.yaml:4",
      model_id: "org/small-7b stack.yaml:6",
      replicas: "3 stack.yaml:7",
      gpus_per_replica: "2 stack.yaml:8",
      max_num_seqs: "1 stack.yaml:10",
      prefix_caching: "false stack.yaml:11",
      dtype: "fp16 stack.yaml:12",
      hardware_platform: "NVIDIA-L4 stack.yaml:15",
    });
  });

  test("a NIM chart and a chart of anyone's that holds an engine's image", () => {
    const values = `nim-llm:
  image: {repository: nvcr.io/nim/meta/llama-3.1-8b-instruct, tag: 1.8.4}
  resources: {limits: {nvidia.com/gpu: 1}}
  autoscaling: {enabled: true, minReplicas: 1, maxReplicas: 3}
embedding:
  image: {repository: nvcr.io/nim/nvidia/nv-embedqa-e5-v5}
chat:
  image: vllm/vllm-openai:v0.9.1
  model: {name: org/small-7b}
  extraArgs: [--max-num-seqs=8]
  maxModelLen: 4096
`;
    const { deployments } = readAll({ "deploy/values.yaml": values });
    expect(deployments.map((each) => [each.name, placed(each)])).toEqual([
      [
        "nim-llm",
        {
          framework: "nim deploy/values.yaml:2",
          framework_version: "1.8.4 deploy/values.yaml:2",
          model_id: "meta/llama-3.1-8b-instruct deploy/values.yaml:2",
          replicas_min: "1 deploy/values.yaml:4",
          replicas_max: "3 deploy/values.yaml:4",
          autoscaled: "true deploy/values.yaml:4",
          gpus_per_replica: "1 deploy/values.yaml:3",
        },
      ],
      [
        "chat",
        {
          framework: "vllm deploy/values.yaml:8",
          framework_version: "0.9.1 deploy/values.yaml:8",
          model_id: "org/small-7b deploy/values.yaml:9",
          max_num_seqs: "8 deploy/values.yaml:10",
          max_model_len: "4096 deploy/values.yaml:11",
        },
      ],
    ]);
  });
});
