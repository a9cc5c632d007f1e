/** Where a pull request puts a text of its own: in the names of files and in what they say. */
export const PLACES = [
  "folder",
  "file",
  "name",
  "namespace",
  "label",
  "container",
  "image",
  "model",
  "gpu",
  "argument",
  "variable",
  "reason",
  "pythonModel",
  "pythonValue",
  "pythonReason",
  "chart",
  "value",
  "service",
  "overlay",
] as const;
export type Texts = Readonly<Record<(typeof PLACES)[number], string>>;

/** The same text everywhere. */
export const everywhere = (text: string): Texts => {
  const entries = PLACES.map((place) => [place, text] as const);
  return Object.fromEntries(entries) as Texts;
};

const NAME = 60;
/** As one name of git's tree: short, and no folder above it. */
const nameOf = (text: string): string => {
  const parts = text.toWellFormed().split("/");
  const name = parts.map((part) => part.slice(0, NAME)).filter((part) => part !== "" && !/^\.{1,2}$/.test(part));
  return name.join("/") || "x";
};

/** For double-quoted YAML and for Python: JSON is both, but for controls that it leaves and a half of a character. */
const quoted = (text: string): string =>
  JSON.stringify(text.toWellFormed()).replace(
    /[\x7f-\x9f]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

const manifest = (texts: Texts, replicas: number): string => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${quoted(texts.name)}
  namespace: ${quoted(texts.namespace)}
  labels: { app: ${quoted(texts.label)} }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: ${quoted(texts.label)} } }
  template:
    metadata: { labels: { app: ${quoted(texts.label)} } }
    spec:
      nodeSelector: { nvidia.com/gpu.product: ${quoted(texts.gpu)} }
      containers:
        - name: ${quoted(texts.container)}
          image: ${quoted(texts.image)}
          args: [${quoted(texts.argument)}]
          env: [{ name: ${quoted(texts.variable)}, value: ${quoted(texts.variable)} }]
        - name: vllm
          image: vllm/vllm-openai:v0.11.0
          args: [${quoted(`--model=${texts.model}`)}, "--max-num-seqs=1"]
          resources: { limits: { nvidia.com/gpu: "1" } }
`;

const python = (texts: Texts, replicas: number): string => `from transformers import AutoModelForCausalLM
first = AutoModelForCausalLM.from_pretrained(${quoted(texts.pythonModel)}, load_in_8bit=${replicas > 2 ? "True" : "False"}, revision=${quoted(texts.pythonValue)})
# ecocompute: ignore[int8-default] reason=${quoted(texts.pythonReason)}
second = AutoModelForCausalLM.from_pretrained("mistralai/Mistral-7B-v0.1", load_in_8bit=True)
`;

/** Files that hold the texts in every place, under a folder of their own. */
export function hostileFiles(id: number, texts: Texts, replicas: number): Record<string, string> {
  const folder = `${id} ${nameOf(texts.folder)}`;
  const known = { ...texts, model: "meta-llama/Llama-3.1-8B-Instruct", gpu: "NVIDIA-H100-80GB-HBM3" };
  const annotated = manifest(known, replicas).replace(
    "metadata:\n",
    `metadata:\n  annotations:\n    ecocompute.dev/ignore: ${quoted(`batch-size-one reason='${texts.reason}'`)}\n`,
  );
  return {
    [`k8s/${folder}/${nameOf(texts.file)}.yaml`]: manifest(texts, replicas),
    [`k8s/${folder}/card.yaml`]: manifest({ ...known, gpu: texts.gpu }, replicas),
    [`k8s/${folder}/known.yaml`]: manifest(known, replicas),
    [`k8s/${folder}/quiet.yaml`]: annotated.replace("name: vllm", "name: quiet"),
    [`k8s/${folder}/kustomization.yaml`]: `resources: [known.yaml]\nnamePrefix: ${quoted(texts.overlay)}\n`,
    [`app/${folder}/${nameOf(texts.file)}.py`]: python(texts, replicas),
    [`charts/${id}/Chart.yaml`]: `apiVersion: v2\nname: ${quoted(texts.chart)}\nversion: 1.0.0\n`,
    [`charts/${id}/values.yaml`]: `name: ${quoted(texts.value)}\nreplicas: ${replicas}\n`,
    [`charts/${id}/templates/chat.yaml`]: manifest(known, replicas)
      .replace(/name: .*/, "name: {{ .Values.name | quote }}")
      .replace(/replicas: .*/, "replicas: {{ .Values.replicas }}"),
    [`compose/${folder}/compose.yaml`]: `services:\n  ${quoted(texts.service)}:\n    image: vllm/vllm-openai:v0.11.0\n    command: [${quoted(`--model=${texts.model}`)}]\n    deploy: { replicas: ${replicas} }\n`,
  };
}
