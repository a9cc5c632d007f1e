// Whole files that are long in one way of their format: each entry is new, so that a table of them grows with the text.
import type { HostileText } from "./hostile-texts.ts";

const POD = (inside: string) =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: chat}\nspec:\n  template:\n    spec:\n      containers:\n        - name: vllm\n          image: vllm/vllm-openai:v0.6.3\n${inside}`;
const LOAD = `from transformers import AutoModelForCausalLM, pipeline\nfrom vllm import LLM\nimport subprocess, torch\nNAME = "org/model-7b"\n`;
const MODEL = `model = AutoModelForCausalLM.from_pretrained(NAME)\n`;

interface Shape {
  readonly name: string;
  readonly path: string;
  readonly head: string;
  readonly unit: (i: number) => string;
  readonly tail?: string;
}

/** A JSON string inside a notebook's JSON. */
const cell = (source: string): string =>
  JSON.stringify({ cell_type: "code", metadata: {}, outputs: [], source: [source] });

const SHAPES: readonly Shape[] = [
  // Python
  { name: "f-strings", path: "a.py", head: LOAD + MODEL, unit: (i) => `n${i} = f"{NAME}-{n${i - 1}}-${i}"\n` },
  {
    name: "names made of names",
    path: "a.py",
    head: `${LOAD}n0 = NAME\n`,
    unit: (i) => `n${i + 1} = n${i}\n`,
    tail: "LLM(model=n9)\n",
  },
  {
    name: "calls of the model",
    path: "a.py",
    head: LOAD + MODEL,
    unit: (i) => `model.generate(x${i}, max_new_tokens=${i})\n`,
  },
  {
    name: "callers of a function",
    path: "a.py",
    head: `${LOAD}def run(name, n=1):\n    return LLM(name, max_num_seqs=n)\n`,
    unit: (i) => `run("org/model-7b", n=${i})\n`,
  },
  {
    name: "decorators",
    path: "a.py",
    head: LOAD,
    unit: (i) => `@app.cls(gpu="A100:${(i % 8) + 1}", max_containers=${i})\n`,
    tail: `class A:\n    def f(self):\n        LLM(NAME)\n`,
  },
  {
    name: "methods",
    path: "a.py",
    head: `${LOAD}class A:\n    def __init__(self):\n        self.m = LLM(NAME)\n`,
    unit: (i) => `    def f${i}(self):\n        self.x = ${i}\n        return self.m.generate(self.x)\n`,
  },
  { name: "loads", path: "a.py", head: LOAD, unit: (i) => `m${i} = LLM("org/model-${i}b", max_num_seqs=${i})\n` },
  {
    name: "loops",
    path: "a.py",
    head: LOAD + MODEL,
    unit: (i) => `for p${i} in prompts:\n    model.generate(p${i})\n`,
  },
  {
    name: "nested branches",
    path: "a.py",
    head: LOAD,
    unit: (i) => `${" ".repeat(i % 90)}if a${i}:\n`,
    tail: `${" ".repeat(90)}LLM(NAME)\n`,
  },
  {
    name: "keys of a dictionary",
    path: "a.py",
    head: `${LOAD}c = {\n`,
    unit: (i) => `    "k${i}": ${i},\n`,
    tail: `}\nLLM(NAME, **c)\n`,
  },
  {
    name: "items set one by one",
    path: "a.py",
    head: `${LOAD}c = {}\n`,
    unit: (i) => `c["k${i}"] = ${i}\n`,
    tail: `LLM(NAME, **c)\n`,
  },
  {
    name: "flags of a command",
    path: "a.py",
    head: `${LOAD}subprocess.run(["vllm", "serve", NAME`,
    unit: (i) => `, "--flag-${i}", "${i}"`,
    tail: `])\n`,
  },
  {
    name: "words added to a command",
    path: "a.py",
    head: `${LOAD}c = ["vllm", "serve", NAME]\n`,
    unit: (i) => `c += ["--max-num-seqs", "${i}"]\n`,
    tail: `subprocess.run(c)\n`,
  },
  {
    name: "a command in a string",
    path: "a.py",
    head: `${LOAD}subprocess.run("""vllm serve org/model-7b`,
    unit: (i) => ` \\\n --max-num-seqs ${i}`,
    tail: `""", shell=True)\n`,
  },
  {
    name: "options",
    path: "a.py",
    head: `${LOAD}p = argparse.ArgumentParser()\n`,
    unit: (i) => `p.add_argument("--o${i}", default=${i})\n`,
    tail: `a = p.parse_args()\nLLM(NAME, max_num_seqs=a.o9)\n`,
  },
  {
    name: "one long sum",
    path: "a.py",
    head: `${LOAD}LLM(NAME, max_num_seqs=1`,
    unit: (i) => ` + ${i % 10}`,
    tail: ")\n",
  },
  // Notebooks
  {
    name: "cells",
    path: "a.ipynb",
    head: `{"nbformat": 4, "cells": [${cell(LOAD + MODEL)}`,
    unit: (i) => `,\n${cell(`x${i} = model.generate(y${i})`)}`,
    tail: "]}",
  },
  {
    name: "shell cells",
    path: "a.ipynb",
    head: `{"nbformat": 4, "cells": [${cell("!vllm serve org/model-7b")}`,
    unit: (i) => `,\n${cell(`!vllm serve org/model-7b --max-num-seqs ${i}`)}`,
    tail: "]}",
  },
  // YAML
  {
    name: "environment",
    path: "a.yaml",
    head: POD("          env:\n"),
    unit: (i) => `            - {name: V${i}, value: "$(V${i - 1})"}\n`,
    tail: `          args: [--model, org/model-7b, --max-num-seqs, "$(V9)"]\n`,
  },
  {
    name: "arguments on a line",
    path: "a.yaml",
    head: POD("          args: [--model, org/model-7b"),
    unit: (i) => `, --flag-${i}, "${i}"`,
    tail: "]\n",
  },
  {
    name: "arguments on lines",
    path: "a.yaml",
    head: POD("          args:\n            - --model=org/model-7b\n"),
    unit: (i) => `            - --max-num-seqs=${i}\n`,
  },
  {
    name: "a script in a block",
    path: "a.yaml",
    head: POD("          command: [sh, -c]\n          args:\n            - |\n"),
    unit: (i) => `              export V${i}=$V${i - 1}\n`,
    tail: "              vllm serve org/model-7b --max-num-seqs $V9\n",
  },
  {
    name: "containers",
    path: "a.yaml",
    head: POD("          args: [--model, org/model-7b]\n"),
    unit: (i) => `        - {name: c${i}, image: vllm/vllm-openai, args: [--model, org/m-${i}b]}\n`,
  },
  {
    name: "labels",
    path: "a.yaml",
    head: `${POD("          args: [--model, org/model-7b]\n")}  selector:\n    matchLabels:\n`,
    unit: (i) => `      k${i}: v${i}\n`,
  },
  {
    name: "deployments in documents",
    path: "a.yaml",
    head: "",
    unit: (i) => `---\n${POD(`          args: [--model, org/model-${i}b]\n`)}`,
  },
  {
    name: "maps in maps",
    path: "a.yaml",
    head: POD("          args: [--model, org/model-7b]\n"),
    unit: (i) => `${" ".repeat(10 + (i % 40))}k${i}:\n`,
  },
  {
    name: "configuration keys",
    path: "a.yaml",
    head: "model: org/model-7b\nmax-num-seqs: 4\n",
    unit: (i) => `flag-${i}: ${i}\n`,
  },
  {
    name: "services",
    path: "compose.yaml",
    head: "services:\n",
    unit: (i) => `  s${i}:\n    image: vllm/vllm-openai\n    command: --model org/model-${i}b\n`,
  },
  {
    name: "environment of a service",
    path: "compose.yaml",
    head: "services:\n  a:\n    image: vllm/vllm-openai\n    command: --model $M --max-num-seqs $V9\n    environment:\n",
    unit: (i) => `      V${i}: "${i}"\n`,
  },
  // Shell, Dockerfile, HCL, systemd
  {
    name: "exports of each other",
    path: "a.sh",
    head: "V0=1\n",
    unit: (i) => `export V${i + 1}=$V${i}x\n`,
    tail: "vllm serve org/model-7b --max-num-seqs $V9\n",
  },
  { name: "flags of a command", path: "a.sh", head: "vllm serve org/model-7b", unit: (i) => ` --flag-${i} ${i}` },
  {
    name: "words of an array",
    path: "a.sh",
    head: "A=(vllm serve org/model-7b)\n",
    unit: (i) => `A+=(--max-num-seqs ${i})\n`,
    tail: `"\${A[@]}"\n`,
  },
  { name: "functions", path: "a.sh", head: "", unit: (i) => `f${i}() { vllm serve org/m-${i}b; }\n`, tail: "f9\n" },
  { name: "branches", path: "a.sh", head: "", unit: (i) => `if [ "$A" = ${i} ]; then vllm serve org/m-${i}b; fi\n` },
  {
    name: "here documents",
    path: "a.sh",
    head: "",
    unit: (i) => `cat <<E${i} > a.sh\nvllm serve org/model-7b\nE${i}\n`,
  },
  {
    name: "continued lines",
    path: "Dockerfile",
    head: "FROM vllm/vllm-openai:v0.6.3\nRUN true",
    unit: (i) => ` \\\n && apt install p${i}`,
    tail: '\nCMD ["--model", "org/model-7b"]\n',
  },
  {
    name: "variables",
    path: "Dockerfile",
    head: "FROM vllm/vllm-openai:v0.6.3\nENV V0=1\n",
    unit: (i) => `ENV V${i + 1}=\${V${i}}x\n`,
    tail: "CMD vllm serve org/model-7b --max-num-seqs $V9\n",
  },
  {
    name: "stages",
    path: "Dockerfile",
    head: "FROM vllm/vllm-openai AS s0\n",
    unit: (i) => `FROM s${i} AS s${i + 1}\nENV A${i}=${i}\n`,
    tail: "CMD vllm serve org/model-7b\n",
  },
  {
    name: "heredocs",
    path: "a.tf",
    head: "",
    unit: (i) =>
      `resource "aws_instance" "a${i}" {\n  instance_type = "p4d.24xlarge"\n  user_data = <<-EOT\n    vllm serve org/model-7b\n  EOT\n}\n`,
  },
  {
    name: "locals of each other",
    path: "a.tf",
    head: "locals {\n  v0 = 1\n",
    unit: (i) => `  v${i + 1} = local.v${i}\n`,
    tail: `}\nresource "aws_instance" "a" {\n  user_data = "vllm serve org/model-7b"\n  instance_type = local.v9\n}\n`,
  },
  {
    name: "environment lines",
    path: "a.service",
    head: "[Service]\nExecStart=vllm serve $M\n",
    unit: (i) => `Environment=V${i}=${i}\n`,
  },
  {
    name: "steps",
    path: ".github/workflows/a.yml",
    head: "jobs:\n  a:\n    steps:\n",
    unit: (i) => `      - run: vllm serve org/model-${i}b\n`,
  },
];

function filled({ head, unit, tail = "" }: Shape, length: number): string {
  const parts = [head];
  let left = length - head.length - tail.length;
  for (let i = 0; ; i += 1) {
    const next = unit(i);
    if (next.length > left) break;
    parts.push(next);
    left -= next.length;
  }
  return parts.join("") + tail;
}

const FORMATS: readonly (readonly [string, RegExp])[] = [
  ["Python shapes", /\.py$/],
  ["notebook shapes", /\.ipynb$/],
  ["YAML shapes", /\.ya?ml$/],
  ["script shapes", /\.sh$|Dockerfile|\.service$/],
  ["Terraform shapes", /\.tf$/],
];

export const HOSTILE_SHAPES: readonly { readonly format: string; readonly texts: readonly HostileText[] }[] =
  FORMATS.map(([format, pattern]) => ({
    format,
    texts: SHAPES.filter(({ path }) => pattern.test(path)).map((shape) => ({
      name: `${shape.name} (${shape.path})`,
      path: shape.path,
      fill: (length: number) => filled(shape, length),
    })),
  }));
