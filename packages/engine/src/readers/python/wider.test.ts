import { beforeAll, describe, expect, it } from "vitest";
import { loadPythonParser } from "../../../../../test/support/python-parser.ts";
import type { PythonParser } from "../../domain/parser.ts";
import { fileSet } from "../file-set.ts";
import { pythonReader } from "../python.ts";

let python: PythonParser;
beforeAll(async () => {
  python = await loadPythonParser();
});

const read = (content: string, path = "app/serve.py") => pythonReader.read({ path, content }, { python });
const facts = (content: string) =>
  read(content).deployments.map(({ facts }) =>
    Object.fromEntries(Object.entries(facts).map(([name, fact]) => [name, fact.value])),
  );
const only = (content: string) => {
  const all = facts(content);
  expect(all).toHaveLength(1);
  return all[0];
};
const told = (content: string) => read(content).unresolved.map(({ why }) => why);

describe("a program that Python starts", () => {
  const VLLM = { framework: "vllm", model_id: "org/m", max_num_seqs: 1, dtype: "fp16" };
  it.each([
    ["a list", 'subprocess.Popen(["vllm", "serve", M, "--max-num-seqs", "1", "--dtype=half"])'],
    [
      "a list that grows",
      'cmd = ["vllm", "serve", M]\ncmd += ["--max-num-seqs", str(1)]\ncmd.extend(["--dtype", "half"])\nsubprocess.run(cmd, check=True)',
    ],
    ["append", 'cmd = ["vllm", "serve"]\ncmd.append(M)\ncmd = cmd + ["--max-num-seqs=1", *MORE]\nsubprocess.run(cmd)'],
    [
      "a joined list",
      'cmd = ["vllm", "serve", M, "--max-num-seqs", "1", "--dtype", "half"]\nsubprocess.Popen(" ".join(cmd), shell=True)',
    ],
    ["an f-string", 'os.system(f"vllm serve {M} --max-num-seqs 1 --dtype half > log 2>&1 &")'],
    [
      "lines of text",
      'cmd = f"""\npython -m vllm.entrypoints.openai.api_server \\\\\n  --model {M} --max-num-seqs 1 \\\\\n  --dtype half\n"""\nsubprocess.check_call(shlex.split(cmd))',
    ],
    ["a shell in a list", 'subprocess.run(["bash", "-c", "vllm serve org/m --max-num-seqs 1 --dtype half"])'],
    [
      "arguments of a coroutine",
      'await asyncio.create_subprocess_exec("vllm", "serve", M, "--max-num-seqs", "1", "--dtype", "half")',
    ],
    [
      "a choice that the file makes",
      'E = False\ncmd = ["vllm", "serve", M, "--max-num-seqs", "1", "--dtype", "float" if E else "half"]\nsubprocess.run(cmd)',
    ],
  ])("%s", (_name, code) => {
    expect(only(`import asyncio, os, shlex, subprocess\nM = "org/m"\nMORE = ["--dtype", "half"]\n${code}\n`)).toEqual(
      VLLM,
    );
  });

  it("places a flag at its own line, and tells what is not known", () => {
    const code =
      'import subprocess\nsubprocess.Popen([\n    "vllm", "serve", "org/m",\n    f"--max-num-seqs={n()}",\n    "--dtype", "half",\n])\n';
    const [deployment] = read(code).deployments;
    expect(deployment?.facts.dtype?.at.line).toBe(5);
    expect(deployment?.unresolved).toEqual([
      expect.objectContaining({ fact: "max_num_seqs", at: expect.objectContaining({ line: 4 }) }),
    ]);
  });

  it("reads containers, and no flag of a branch that is off by default", () => {
    const code =
      'import argparse, subprocess\np = argparse.ArgumentParser()\np.add_argument("--eager", action="store_true")\na = p.parse_args()\nc = ["docker", "run", "--gpus", "2", "vllm/vllm-openai:v0.9.0", "--model", "org/m"]\nif a.eager:\n    c.append("--enforce-eager")\nsubprocess.run(c)\n';
    expect(only(code)).toEqual({
      framework: "vllm",
      model_id: "org/m",
      gpus_per_replica: 2,
      framework_version: "0.9.0",
    });
  });

  it.each([
    'print("vllm serve org/m")',
    'subprocess.run(["pip", "install", "vllm"])',
    'X = ["vllm", "serve", "org/m"]',
  ])("%s starts none", (code) => {
    expect(read(`import subprocess\n${code}\n`)).toEqual({ deployments: [], unresolved: [] });
  });
});

describe("engines and wrappers", () => {
  it.each([
    [
      "import sglang as sgl\ne = sgl.Engine(model_path='org/m', tp_size=2, disable_radix_cache=True)",
      { framework: "sglang", model_id: "org/m", tensor_parallel: 2, prefix_caching: false },
    ],
    [
      "from vllm import LLM\nllm = LLM('org/m', enable_prefix_caching=False, kv_cache_dtype='fp8', gpu_memory_utilization=0.9, data_parallel_size=2)",
      {
        framework: "vllm",
        model_id: "org/m",
        prefix_caching: false,
        kv_cache_dtype: "fp8",
        gpu_memory_utilization: 0.9,
        data_parallel: 2,
      },
    ],
    [
      "from langchain_huggingface import HuggingFacePipeline\nh = HuggingFacePipeline.from_model_id(model_id='org/m', task='text-generation', batch_size=4, model_kwargs={'load_in_8bit': True}, pipeline_kwargs={'max_new_tokens': 99})",
      {
        framework: "transformers",
        model_id: "org/m",
        load_in_8bit: true,
        quantization: "int8_default",
        batch_size: 4,
        max_new_tokens: 99,
      },
    ],
    [
      "from langchain_community.llms import VLLM\nl = VLLM(model='org/m', tensor_parallel_size=2, vllm_kwargs={'quantization': 'awq'})",
      { framework: "vllm", model_id: "org/m", tensor_parallel: 2, quantization: "awq" },
    ],
    [
      "from llama_index.llms.huggingface import HuggingFaceLLM\nl = HuggingFaceLLM(model_name='org/m', model_kwargs={'load_in_4bit': True})",
      { framework: "transformers", model_id: "org/m", load_in_4bit: true, quantization: "nf4" },
    ],
  ])("%s", (code, expected) => {
    expect(only(code)).toEqual(expected);
  });

  it("Ray's LLM configuration", () => {
    const code = `from ray.serve.llm import LLMConfig
c = LLMConfig(
    model_loading_config=dict(model_id="chat", model_source="org/m"),
    deployment_config=dict(autoscaling_config=dict(min_replicas=1, max_replicas=3)),
    accelerator_type="A10G",
    engine_kwargs=dict(tensor_parallel_size=2, max_num_seqs=1),
)
`;
    expect(only(code)).toEqual({
      framework: "vllm",
      model_id: "org/m",
      tensor_parallel: 2,
      max_num_seqs: 1,
      hardware_platform: "A10G",
      replicas_min: 1,
      replicas_max: 3,
      autoscaled: true,
    });
  });

  it("LMI on SageMaker, deployed twice under one name", () => {
    const code = `import sagemaker
a = {"OPTION_MODEL": "org/a", "OPTION_TENSOR_PARALLEL_SIZE": "8", "OPTION_ROLLING_BATCH": "vllm"}
model = sagemaker.Model(env=a, image_uri="x/djl-inference:1")
model.deploy(initial_instance_count=1, instance_type="ml.p5.48xlarge")
b = {"HF_MODEL_ID": "org/b", "OPTION_TENSOR_PARALLEL_DEGREE": "max"}
model = sagemaker.Model(env=b, image_uri="x/djl-inference:1")
model.deploy(initial_instance_count=2, instance_type="ml.g5.xlarge")
`;
    expect(facts(code)).toEqual([
      { framework: "vllm", model_id: "org/a", tensor_parallel: 8, hardware_platform: "ml.p5.48xlarge", replicas: 1 },
      { framework: "vllm", model_id: "org/b", hardware_platform: "ml.g5.xlarge", replicas: 2 },
    ]);
  });

  it("boto3's model, with the one endpoint configuration of the file", () => {
    const code = `import boto3
env = {"SM_VLLM_MODEL": "org/m", "SM_VLLM_MAX_NUM_SEQS": "1"}
sm = boto3.client("sagemaker")
sm.create_model(ModelName="a", PrimaryContainer={"Image": "1.dkr.ecr.us-east-1.amazonaws.com/vllm:0.9", "Environment": env})
sm.create_endpoint_config(ProductionVariants=[{"InstanceType": "ml.p4d.24xlarge", "InitialInstanceCount": 1}])
`;
    expect(only(code)).toMatchObject({
      framework: "vllm",
      model_id: "org/m",
      max_num_seqs: 1,
      hardware_platform: "ml.p4d.24xlarge",
      replicas: 1,
    });
  });

  it.each([
    ["LLM", "from vllm import LLM\nl = LLM('org/e', task='embed')"],
    ["a program", "import subprocess\nsubprocess.run(['vllm', 'serve', 'org/e', '--runner', 'pooling'])"],
  ])("%s that embeds generates nothing", (_name, code) => {
    expect(read(code).deployments).toEqual([]);
  });

  it("takes what an option is set to only where the branch is taken", () => {
    const code = `import argparse
from transformers import AutoModelForCausalLM
p = argparse.ArgumentParser()
p.add_argument("--quant", type=int, default=0)
a = p.parse_args()
NAME = "org/m"
if "int4" in NAME:
    a.quant = 4
if a.quant == 4:
    model = AutoModelForCausalLM.from_pretrained(NAME, load_in_4bit=True)
else:
    model = AutoModelForCausalLM.from_pretrained(NAME)
model.generate(x)
`;
    expect(only(code)).not.toHaveProperty("load_in_4bit");
    expect(told(code)).toEqual([expect.stringMatching(/off by default/)]);
  });

  it("SageMaker's SDK, with the instance that it deploys to", () => {
    const code = `import json
from sagemaker.huggingface import HuggingFaceModel, get_huggingface_llm_image_uri
gpus = 4
env = {"HF_MODEL_ID": "org/m", "SM_NUM_GPUS": json.dumps(gpus), "HF_MODEL_QUANTIZE": "bitsandbytes", "MAX_TOTAL_TOKENS": json.dumps(2048)}
model = HuggingFaceModel(role=r, image_uri=get_huggingface_llm_image_uri("huggingface", version="2.0.2"), env=env)
p = model.deploy(initial_instance_count=2, instance_type="ml.g5.12xlarge")
`;
    expect(only(code)).toEqual({
      framework: "tgi",
      model_id: "org/m",
      tensor_parallel: 4,
      quantization: "int8_default",
      max_model_len: 2048,
      framework_version: "2.0.2",
      hardware_platform: "ml.g5.12xlarge",
      replicas: 2,
    });
  });
});

describe("what hosts the code", () => {
  const LLM = "from vllm import LLM\n";
  it.each([
    [
      "Modal",
      `import modal\n${LLM}app = modal.App("a")\nN = 2\n@app.cls(gpu=f"H100:{N}", min_containers=1, max_containers=3)\n@modal.concurrent(max_inputs=32)\nclass M:\n    @modal.enter()\n    def load(self):\n        self.llm = LLM("org/m")\n`,
      {
        hardware_platform: "H100",
        gpus_per_replica: 2,
        replicas_min: 1,
        replicas_max: 3,
        autoscaled: true,
        max_concurrency: 32,
      },
    ],
    [
      "Modal's older form",
      `import modal\n${LLM}@stub.function(gpu=modal.gpu.A100(count=4, size="80GB"))\ndef f():\n    llm = LLM("org/m")\n`,
      { hardware_platform: "A100-80GB", gpus_per_replica: 4, autoscaled: true },
    ],
    [
      "a function that the host calls",
      `import modal\n${LLM}def load():\n    return LLM("org/m")\n@app.function(gpu="L4")\ndef f():\n    load()\n`,
      { hardware_platform: "L4", gpus_per_replica: 1, autoscaled: true },
    ],
    [
      "Ray Serve",
      `from ray import serve\n${LLM}@serve.deployment(num_replicas=2, ray_actor_options={"num_gpus": 1, "accelerator_type": "A10G"}, max_ongoing_requests=8)\nclass V:\n    def __init__(self):\n        self.llm = LLM("org/m")\n`,
      { replicas: 2, gpus_per_replica: 1, hardware_platform: "A10G", max_concurrency: 8 },
    ],
    [
      "arguments of a Ray deployment",
      `from ray import serve\n${LLM}@serve.deployment\nclass V:\n    def __init__(self, **kwargs):\n        self.llm = LLM(**kwargs)\napp = V.options(num_replicas=3).bind(model="org/m")\n`,
      { replicas: 3 },
    ],
    [
      "BentoML",
      `import bentoml\n${LLM}@bentoml.service(resources={"gpu": 2, "gpu_type": "nvidia-l4"}, traffic={"concurrency": 16})\nclass V:\n    def __init__(self):\n        self.llm = LLM("org/m")\n`,
      { gpus_per_replica: 2, hardware_platform: "nvidia-l4", max_concurrency: 16 },
    ],
    [
      "the devices that the file shows it",
      `import os\nos.environ["CUDA_VISIBLE_DEVICES"] = "0,1"\n${LLM}llm = LLM("org/m")\n`,
      { gpus_per_replica: 2 },
    ],
  ])("%s", (_name, code, expected) => {
    expect(only(code)).toEqual({ framework: "vllm", model_id: "org/m", ...expected });
  });

  it("Ray Data, which constructs the class that it maps over", () => {
    const code = `${LLM}class P:
    def __init__(self, model, n=4):
        self.llm = LLM(model=model, max_num_seqs=n)
ds.map_batches(P, fn_constructor_kwargs={"model": "org/m"}, num_gpus=1, accelerator_type="A10G", concurrency=2)
`;
    expect(only(code)).toEqual({
      framework: "vllm",
      model_id: "org/m",
      max_num_seqs: 4,
      gpus_per_replica: 1,
      hardware_platform: "A10G",
    });
  });

  it("the configuration beside a Truss", () => {
    const files = fileSet([
      { path: "chat/config.yaml", content: "model_metadata:\n  repo_id: org/m\nresources:\n  accelerator: A10G:2\n" },
      {
        path: "chat/model/model.py",
        content:
          'from vllm import LLM\nclass Model:\n    def __init__(self, **kwargs):\n        self._config = kwargs["config"]\n    def load(self):\n        meta = self._config["model_metadata"]\n        self.llm = LLM(meta["repo_id"])\n',
      },
    ]);
    const [, model] = files.files;
    if (!model) throw new Error("no model");
    const [deployment] = pythonReader.read(model, { python, files }).deployments;
    expect(deployment?.facts.model_id?.value).toBe("org/m");
    expect(deployment?.facts.hardware_platform).toMatchObject({
      value: "A10G",
      at: { path: "chat/config.yaml", line: 4 },
    });
  });
});

describe("values through more of the language", () => {
  const load = (before: string, model: string) =>
    facts(
      `import os, argparse\nfrom pathlib import Path\nfrom dataclasses import dataclass\nfrom transformers import AutoModelForCausalLM, HfArgumentParser\n${before}\nm = AutoModelForCausalLM.from_pretrained(${model})\nm.generate(x)\n`,
    )[0]?.model_id;
  it.each([
    ["an empty environment", "", 'os.environ.get("M") or "org/m"'],
    ["a path", 'ROOT = Path("org")', 'str(ROOT / "m")'],
    ["os.path.join", "", 'os.path.join("org", "m")'],
    ["get with a default", "c = {}", 'c.get("m", "org/m")'],
    ["get of an item", 'c = {"m": "org/m"}', 'c.get("m")'],
    ["strip", "", '" org/m ".strip()'],
    ["membership", 'NAME = "a"\nM = "org/m" if NAME in ("a", "b") else "org/n"', "M"],
    ["a comparison", 'N = 3\nM = "org/m" if N > 2 else "org/n"', "M"],
    [
      "HfArgumentParser's dataclass",
      '@dataclass\nclass A:\n    name: str = "org/m"\n(args,) = HfArgumentParser((A,)).parse_args_into_dataclasses()',
      "args.name",
    ],
  ])("%s", (_name, before, model) => {
    expect(load(before, model)).toBe("org/m");
  });
});

describe("what is done to a loaded model", () => {
  it.each(["model.half()", 'model = model.to("cuda", dtype=torch.float16)', "model.to(torch.float16)"])(
    "%s",
    (line) => {
      const code = `import torch\nfrom transformers import AutoModelForCausalLM\nmodel = AutoModelForCausalLM.from_pretrained("org/m")\n${line}\nmodel.llm.generate(x, max_new_tokens=9)\n`;
      expect(only(code)).toMatchObject({ dtype: "fp16", max_new_tokens: 9 });
    },
  );
});

describe("a conversion in a branch", () => {
  const dtype = (condition: string) => {
    const [sheet] = facts(
      `import torch\nfrom transformers import AutoModelForCausalLM\ndef run(half=False, on="cuda"):\n    model = AutoModelForCausalLM.from_pretrained("org/m")\n    if ${condition}:\n        model = model.half()\n    return model.generate(x)\nrun()\n`,
    );
    return sheet?.dtype;
  };
  it.each([
    ["that is taken", 'on == "cuda"', "fp16"],
    ["that is off by default", "half", undefined],
    ["that nobody knows", "asked()", undefined],
  ])("%s", (_name, condition, expected) => {
    expect(dtype(condition)).toBe(expected);
  });
});

it("what a thread generates is read as well", () => {
  const code =
    'from transformers import AutoModelForCausalLM\nmodel = AutoModelForCausalLM.from_pretrained("org/m")\nkw = dict(inputs=i, streamer=s, max_new_tokens=77)\nThread(target=model.generate, kwargs=kw).start()\n';
  expect(only(code)).toMatchObject({ max_new_tokens: 77 });
});

describe("who calls it", () => {
  const serve = (code: string) =>
    facts(
      `from transformers import AutoModelForCausalLM\nmodel = AutoModelForCausalLM.from_pretrained("org/m")\ndef answer(p):\n    return model.generate(p)\n${code}\n`,
    )[0]?.serves_requests;
  it.each([
    ["Gradio", "import gradio as gr\ngr.ChatInterface(answer).launch()"],
    ["RunPod", 'import runpod\nrunpod.serverless.start({"handler": answer})'],
    ["a route that is added", 'app.add_api_route("/x", answer)'],
    ["SageMaker's handler", "def predict_fn(data, m):\n    return answer(data)"],
    ["a Truss", "class Model:\n    def predict(self, r):\n        return answer(r)"],
    ["Triton", "class TritonPythonModel:\n    def execute(self, r):\n        return answer(r)"],
    ["Ray Serve", "@serve.deployment\nclass D:\n    def __call__(self, r):\n        return answer(r)"],
  ])("%s", (_name, code) => {
    expect(serve(code)).toBe(true);
  });

  it.each([
    ["nobody", "answer('x')"],
    ["a class of one's own", "class Model2:\n    def predict(self, r):\n        return answer(r)"],
  ])("not %s", (_name, code) => {
    expect(serve(code)).toBeUndefined();
  });
});

describe("what is no deployment is told", () => {
  it.each([
    [
      "a library's function",
      "from transformers import AutoModelForCausalLM\ndef load(name, **kw):\n    return AutoModelForCausalLM.from_pretrained(name, **kw)\n",
      /caller names/,
    ],
    [
      "a conversion",
      'from transformers import AutoModelForCausalLM\nm = AutoModelForCausalLM.from_pretrained("org/m")\nm.save_pretrained("out")\n',
      /converts or saves/,
    ],
  ])("%s", (_name, code, why) => {
    expect(read(code).deployments).toEqual([]);
    expect(told(code)).toEqual([expect.stringMatching(why)]);
  });

  it("but a library's function that quantizes by itself is", () => {
    const code =
      "from transformers import AutoModelForCausalLM\ndef load(name):\n    return AutoModelForCausalLM.from_pretrained(name, load_in_8bit=True)\n";
    expect(only(code)).toMatchObject({ load_in_8bit: true });
  });

  it("speech and pictures are no language models", () => {
    expect(
      read('from transformers import WhisperForConditionalGeneration as W\nm = W.from_pretrained("openai/whisper")\n')
        .deployments,
    ).toEqual([]);
  });
});

describe("a loop that is no loop over prompts", () => {
  const loops = (code: string) =>
    facts(
      `from transformers import AutoModelForCausalLM\nmodel = AutoModelForCausalLM.from_pretrained("org/m")\n${code}\n`,
    )[0]?.generates_one_by_one;
  it.each([
    ["over data sets", "for task in tasks:\n    prompts = [e['x'] for e in data[task]]\n    model.generate(prompts)"],
    [
      "over turns",
      "def chat(q, h):\n    return model.generate(q + h), h\nh = []\nfor q in questions:\n    a, h = chat(q, h)",
    ],
    ["over lengths", "for n in lengths:\n    model.generate(x, max_new_tokens=n)"],
    [
      "of another model",
      "def other():\n    model = Blip.from_pretrained('b')\n    for i in images:\n        model.generate(i)",
    ],
  ])("%s", (_name, code) => {
    expect(loops(code)).toBeUndefined();
  });
});

describe("hostile text ends soon", () => {
  it.each([
    ['cmd += ["vllm"]\n', 'cmd = ["vllm"]\n', "subprocess.run(cmd)\n"],
    ["cmd = cmd + cmd\n", 'cmd = ["vllm", "serve"]\n', "subprocess.run(cmd)\n"],
    ["subprocess.run(cmd)\n", 'cmd = ["vllm", "serve", "a"]\n', ""],
    ["[", "subprocess.run(", ""],
    ['"a" + ', "subprocess.run(", '"vllm serve a")\n'],
    ["@app.cls(gpu=x)\n", "from vllm import LLM\n", "def f():\n  LLM('a')\n"],
    ["gr.Interface(f)\n", "from vllm import LLM\ndef f(p):\n  return llm.generate(p)\nllm = LLM('a')\n", ""],
  ])("%j", (piece, head, tail) => {
    const start = performance.now();
    read(head + piece.repeat(Math.floor(60_000 / piece.length)) + tail);
    expect(performance.now() - start).toBeLessThan(3_000);
  });
});
