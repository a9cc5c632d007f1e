import { beforeAll, describe, expect, it } from "vitest";
import { loadPythonParser } from "../../../../test/support/python-parser.ts";
import type { Deployment, ReadResult } from "../domain/deployment.ts";
import type { PythonParser } from "../domain/parser.ts";
import { openModule } from "./python/module.ts";
import { pythonReader } from "./python.ts";

let python: PythonParser;
beforeAll(async () => {
  python = await loadPythonParser();
});

const read = (content: string): ReadResult => pythonReader.read({ path: "app/serve.py", content }, { python });
const only = (content: string): Deployment => {
  const { deployments } = read(content);
  expect(deployments).toHaveLength(1);
  return deployments[0] as Deployment;
};
/** Facts as plain values: what a reader of the file would note. */
const facts = (content: string) =>
  Object.fromEntries(Object.entries(only(content).facts).map(([name, fact]) => [name, fact.value]));

const IMPORTS = "import os, torch\nfrom transformers import AutoModelForCausalLM, BitsAndBytesConfig, pipeline\n";
const load = (args: string, before = "") =>
  `${IMPORTS}${before}\nmodel = AutoModelForCausalLM.from_pretrained(${args})\n`;

describe("transformers", () => {
  it("reads model, quantization and dtype of a plain load, with exact places", () => {
    const text = load('"org/m-7b", load_in_8bit=True, torch_dtype=torch.float16');
    expect(facts(text)).toEqual({
      framework: "transformers",
      model_id: "org/m-7b",
      load_in_8bit: true,
      quantization: "int8_default",
      dtype: "fp16",
    });
    const at = only(text).facts.load_in_8bit?.at;
    expect(text.split("\n")[(at?.line ?? 0) - 1]?.slice((at?.column ?? 0) - 1)).toMatch(/^load_in_8bit=True/);
  });

  it.each([
    [
      "a config through a variable",
      "cfg = BitsAndBytesConfig(load_in_8bit=True, llm_int8_threshold=0.0)",
      "quantization_config=cfg",
    ],
    [
      "the threshold set afterwards",
      "cfg = BitsAndBytesConfig(load_in_8bit=True)\ncfg.llm_int8_threshold = 0.0",
      "quantization_config=cfg",
    ],
    [
      "a spread dict",
      'kw = {"quantization_config": BitsAndBytesConfig(load_in_8bit=True, llm_int8_threshold=0.0)}',
      "**kw",
    ],
    ["an item set later", 'kw = {}\nkw["load_in_8bit"] = True\nkw["llm_int8_threshold"] = 0.0', "**kw"],
    ["kwargs.update", "kw = dict(load_in_8bit=True)\nkw.update(llm_int8_threshold=0.0)", "**kw"],
    [
      "a function of the file",
      "def cfg():\n    return BitsAndBytesConfig(load_in_8bit=True, llm_int8_threshold=T)\nT = 0.0",
      "quantization_config=cfg()",
    ],
    ["a dict as config", 'c = {"load_in_8bit": True, "llm_int8_threshold": 0.0}', "quantization_config=c"],
  ])("follows %s", (_name, before, args) => {
    expect(facts(load(`"org/m", ${args}`, before))).toMatchObject({ load_in_8bit: true, quantization: "int8_pure" });
  });

  it.each([
    ["a constant", 'MODEL = "org/m"', "MODEL"],
    ["an f-string of known parts", 'ORG = "org"\nNAME = f"{ORG}/m"', "NAME"],
    ["a concatenation", 'ORG = "org"', 'ORG + "/" "m"'],
    ["an environment default", "", 'os.environ.get("MODEL", "org/m")'],
    [
      "argparse's default",
      'import argparse\np = argparse.ArgumentParser()\np.add_argument("--model-id", default="org/m")\nargs = p.parse_args()',
      "args.model_id",
    ],
    ["a dict item", 'C = {"id": "org/m"}', 'C["id"]'],
    ["a dataclass default", 'class C:\n    model: str = "org/m"\nc = C()', "c.model"],
    ["an `or` default", "x = None", 'x or "org/m"'],
    ["two branches that agree", 'if torch.cuda.is_available():\n    m = "org/m"\nelse:\n    m = "org/m"', "m"],
  ])("resolves the model through %s", (_name, before, model) => {
    expect(facts(load(model, before)).model_id).toBe("org/m");
  });

  it("resolves a parameter by its default, and by what the file passes", () => {
    const body = (call: string) =>
      `${IMPORTS}def load(name="org/default"):\n    return AutoModelForCausalLM.from_pretrained(name)\n${call}\n`;
    expect(facts(body("")).model_id).toBe("org/default");
    expect(facts(body('load("org/passed")')).model_id).toBe("org/passed");
    expect(facts(body('load("a/a")\nload("b/b")')).model_id).toBeUndefined();
  });

  it.each([
    ["an environment variable without default", "", 'os.environ["MODEL"]'],
    ["a branch that the file does not decide", 'm = "a/a"\nif len(os.listdir()) > 2:\n    m = "b/b"', "m"],
    ["a call", "", "choose()"],
  ])("tells %s as unresolved", (_name, before, model) => {
    const deployment = only(load(model, before));
    expect(deployment.facts.model_id).toBeUndefined();
    expect(deployment.unresolved.map((u) => u.fact)).toEqual(["model_id"]);
  });

  it("takes a 4-bit config with its type and double quantization", () => {
    const config = 'BitsAndBytesConfig(load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_use_double_quant=True)';
    expect(facts(load(`"org/m", quantization_config=${config}`))).toMatchObject({
      quantization: "nf4_dq",
      bnb_4bit_quant_type: "nf4",
    });
  });

  it("takes what 4-bit weights are decoded to for the dtype, where the load states none", () => {
    const config = "cfg = BitsAndBytesConfig(load_in_4bit=True, bnb_4bit_compute_dtype=torch.bfloat16)";
    expect(facts(load('"org/m", quantization_config=cfg', config))).toMatchObject({ dtype: "bf16" });
    expect(facts(load('"org/m", quantization_config=cfg, torch_dtype="float16"', config)).dtype).toBe("fp16");
  });

  it("keeps the first place that leaves the cache on, and the one that turns it off", () => {
    const on = `${load('"org/m"')}model.generate(x, use_cache=True)\nmodel.generate(y, use_cache=True)\n`;
    expect(only(on).facts.use_cache).toMatchObject({ value: true, at: { line: 5 } });
    expect(facts(`${on}model.generate(z, use_cache=False)\n`).use_cache).toBe(false);
  });

  it("reads pipelines and their batch", () => {
    const text = `${IMPORTS}pipe = pipeline("text-generation", model="org/m", batch_size=8, model_kwargs={"load_in_4bit": True})`;
    expect(facts(text)).toMatchObject({ model_id: "org/m", batch_size: 8, load_in_4bit: true });
    expect(read(`${IMPORTS}pipe = pipeline("sentiment-analysis", model="org/m")`).deployments).toEqual([]);
  });
});

describe("one deployment where the file loads one model", () => {
  it("takes a pipeline around a loaded model as its use", () => {
    const text = `${load('"org/m"')}def build():
    return pipeline("text-generation", model=model.to("cuda"), tokenizer=tok)
pipe = build()
for q in questions:
    pipe(q, max_new_tokens=40)
`;
    expect(facts(text)).toMatchObject({ model_id: "org/m", max_new_tokens: 40, generates_one_by_one: true });
  });

  it("puts a switch where it is passed, whatever sets it", () => {
    const text = load('"org/m", load_in_8bit=EIGHT', "EIGHT = True");
    expect(only(text).facts.load_in_8bit?.at.line).toBe(text.split("\n").findIndex((l) => l.includes("=EIGHT")) + 1);
  });
});

describe("what is no deployment", () => {
  it.each([
    ["a comment", `${IMPORTS}# model = AutoModelForCausalLM.from_pretrained("m", load_in_8bit=True)\n`],
    ["a docstring", `${IMPORTS}def f():\n    """AutoModelForCausalLM.from_pretrained("m", load_in_8bit=True)"""\n`],
    ["a string", `${IMPORTS}x = 'AutoModelForCausalLM.from_pretrained("m", load_in_8bit=True)'\n`],
    ["a config that is never used", `${IMPORTS}cfg = BitsAndBytesConfig(load_in_8bit=True)\n`],
    ["a tokenizer", 'from transformers import AutoTokenizer\nt = AutoTokenizer.from_pretrained("m")\n'],
    ["an encoder", 'from transformers import AutoModel\nm = AutoModel.from_pretrained("bert-base")\n'],
    ["another package", 'from auto_gptq import AutoGPTQForCausalLM\nm = AutoGPTQForCausalLM.from_pretrained("m")\n'],
    ["engine arguments that nothing reads", 'from vllm import EngineArgs\na = EngineArgs(model="m")\n'],
  ])("%s", (_name, text) => {
    expect(read(text).deployments).toEqual([]);
  });

  it.each([
    ["device_map", load('"org/m", device_map="cpu"')],
    [".to", `${load('"org/m"')}model.to("cpu")\n`],
    ["a chained .to", load('"org/m"').replace(/\)\n$/, ').to("cpu").eval()\n')],
    ["a chained .cpu", load('"org/m"').replace(/\)\n$/, ").half().cpu()\n")],
    [
      "a device of torch",
      `${load('"org/m"')}device = torch.device("cpu")\nmodel.to(torch.float32)\nmodel.to(device=device)\n`,
    ],
    ["the environment", load('"org/m"', 'os.environ["CUDA_VISIBLE_DEVICES"] = ""')],
  ])("a model on the CPU (%s), told", (_name, text) => {
    const result = read(text);
    expect(result.deployments).toEqual([]);
    expect(result.unresolved[0]?.why).toMatch(/CPU/);
  });

  it.each(["dict(options)", "options.copy()", "copy.deepcopy(options)", "dict(options, dtype='half')"])(
    "options that are copied first: %s",
    (copied) => {
      const text = `import copy\nfrom vllm import LLM\noptions = {"model": "org/m", "max_num_seqs": 1}\nllm = LLM(**${copied})\nllm.generate(p)\n`;
      expect(only(text).facts).toMatchObject({ model_id: { value: "org/m" }, max_num_seqs: { value: 1 } });
    },
  );

  it("a model that is put aside after its work ran on the GPU", () => {
    expect(read(`${load('"org/m", device_map="auto"')}model.generate(x)\nmodel.cpu()\n`).deployments).toHaveLength(1);
  });

  it("a branch that is off by default, told", () => {
    const text = `${IMPORTS}import argparse
p = argparse.ArgumentParser()
p.add_argument("--eight", action="store_true")
args = p.parse_args()
if args.eight:
    model = AutoModelForCausalLM.from_pretrained("org/m", load_in_8bit=True)
else:
    model = AutoModelForCausalLM.from_pretrained("org/m")
`;
    const result = read(text);
    expect(result.deployments.map((d) => d.facts.load_in_8bit?.value)).toEqual([undefined]);
    expect(result.unresolved[0]?.why).toMatch(/off by default/);
  });

  it.each(["Trainer(model=model)", "loss.backward()", "model = prepare_model_for_kbit_training(model)"])(
    "training is told from inference: %s",
    (line) => {
      expect(only(`${load('"org/m", load_in_4bit=True')}${line}\n`).purpose).toBe("training");
    },
  );
});

describe("how the model is used", () => {
  const use = (code: string) => facts(`${load('"org/m"')}${code}\n`);

  it.each([
    ["a loop over prompts", "for p in prompts:\n    out = model.generate(**tok(p), max_new_tokens=64)"],
    ["a variable in between", "for i, p in enumerate(prompts):\n    x = tok(p)\n    out = model.generate(**x)"],
    ["indexes", "for i in range(len(prompts)):\n    x = tok(prompts[i])\n    out = model.generate(**x)"],
    ["a comprehension", "outs = [model.generate(**tok(p)) for p in prompts]"],
    [
      "a function called in the loop",
      "def ask(p):\n    return model.generate(**tok(p))\nfor p in prompts:\n    ask(p)",
    ],
  ])("sees %s", (_name, code) => {
    expect(use(code).generates_one_by_one).toBe(true);
  });

  it.each([
    ["batches", "for batch in batches(prompts, 8):\n    model.generate(**tok(batch))"],
    ["stepped slices", "for i in range(0, len(prompts), 8):\n    model.generate(**tok(prompts[i:i + 8]))"],
    ["a streamer", "for p in prompts:\n    model.generate(**tok(p), streamer=s)"],
    ["a REPL", "for _ in forever():\n    p = input()\n    model.generate(**tok(p))"],
    ["while True", "while True:\n    model.generate(**tok(input()))"],
    ["repeats of one measurement", "for _ in range(10):\n    model.generate(**x)"],
    ["a conversation", "for turn in turns:\n    history.append(turn)\n    model.generate(**tok(history))"],
  ])("is silent on %s", (_name, code) => {
    expect(use(code).generates_one_by_one).toBeUndefined();
  });

  it("sees a web handler, the cache, the length and compilation", () => {
    const code = `model = torch.compile(model)
model.config.use_cache = False
def ask(p):
    return model.generate(**tok(p), max_new_tokens=99)
@app.post("/x")
def handler(p):
    return ask(p)`;
    expect(use(code)).toMatchObject({
      serves_requests: true,
      use_cache: false,
      max_new_tokens: 99,
      torch_compile: true,
    });
  });
});

describe("vLLM", () => {
  it("reads the engine's arguments with their own meanings", () => {
    const text = `from vllm import LLM, SamplingParams
TP = 2
llm = LLM("org/m", quantization="bitsandbytes", dtype="half", tensor_parallel_size=TP, max_num_seqs=1, enforce_eager=True)
out = llm.generate(prompts, SamplingParams(max_tokens=128))
`;
    expect(facts(text)).toEqual({
      framework: "vllm",
      model_id: "org/m",
      quantization: "nf4",
      dtype: "fp16",
      tensor_parallel: 2,
      max_num_seqs: 1,
      enforce_eager: true,
      max_new_tokens: 128,
    });
  });

  it("reads AsyncEngineArgs that are used", () => {
    const text = `from vllm import AsyncEngineArgs, AsyncLLMEngine
args = AsyncEngineArgs(model="org/m", max_model_len=4096)
engine = AsyncLLMEngine.from_engine_args(args)
`;
    expect(facts(text)).toMatchObject({ model_id: "org/m", max_model_len: 4096 });
  });
});

describe("what is not known is told, not guessed", () => {
  const PASSED_ON = "keywords passed on are not known";
  it.each([
    ["a call as model_kwargs", 'pipeline("text-generation", "m", model_kwargs=make_kwargs())', "document"],
    ["an open dict as model_kwargs", 'pipeline("text-generation", "m", model_kwargs={**cfg})', "document"],
    ["a dict() of what is not known", 'pipeline("text-generation", "m", model_kwargs=dict(**cfg))', "document"],
    [
      "a dict updated with what is not known",
      'kwargs = {}\nkwargs.update(**cfg)\np = pipeline("text-generation", "m", model_kwargs=kwargs)',
      "document",
    ],
    [
      "an open dict as quantization_config",
      'AutoModelForCausalLM.from_pretrained("m", quantization_config={**cfg})',
      "quantization",
    ],
  ])("%s", (_, call, fact) => {
    expect(only(`${IMPORTS}p = ${call}\n`).unresolved).toEqual([expect.objectContaining({ fact, why: PASSED_ON })]);
  });

  it.each([["model_kwargs=None"], ['model_kwargs={"use_cache": True}']])("but takes %s as known", (keyword) => {
    expect(only(`${IMPORTS}p = pipeline("text-generation", "m", ${keyword})\n`).unresolved).toEqual([]);
  });

  const inClass = (init: string, other: string, before = "") =>
    `${IMPORTS}class A:\n    def __init__(self):\n        self.name = ${init}\n    def load(self):\n${before}` +
    "        self.m = AutoModelForCausalLM.from_pretrained(self.name)\n" +
    `    def swap(self):\n        self.name = ${other}\n`;

  it("an attribute that methods set to different values", () => {
    const { facts: found, unresolved } = only(inClass('"org/a"', '"org/b"'));
    expect(found.model_id).toBeUndefined();
    expect(unresolved).toEqual([expect.objectContaining({ fact: "model_id", why: "methods set different values" })]);
  });

  it("but takes what the methods agree on, and what the method itself sets before", () => {
    expect(facts(inClass('"org/a"', '"org/a"')).model_id).toBe("org/a");
    expect(facts(inClass("None", '"org/b"', '        self.name = "org/a"\n')).model_id).toBe("org/a");
  });
});

describe("command-line options", () => {
  it.each([
    ["quotes inside", `"x${"'".repeat(40_000)}x"`, `x${"'".repeat(40_000)}x`],
    ["a prefix and a long name", 'r"--model-name"', "model_name"],
    ["three quotes", '"""--model"""', "model"],
  ])("names an option with %s", (_, written, name) => {
    const module = openModule("a.py", `p.add_argument(${written}, default="m")\n`, python);
    expect([...(module?.options.keys() ?? [])]).toEqual([name]);
  });
});

describe("bad input", () => {
  it("reads what parses and tells the rest", () => {
    const result = read(`${load('"org/m", load_in_8bit=True')}def broken(:\n    pass\n`);
    expect(result.deployments[0]?.facts.load_in_8bit?.value).toBe(true);
    expect(result.unresolved[0]?.why).toMatch(/syntax error/);
  });

  it("keeps ids over line moves", () => {
    const text = load('"org/m"');
    expect(only(`\n\n\n${text}`).id).toBe(only(text).id);
  });

  it.each(["a", "(", "[", "a(", "x = x + x\n", "if x:\n ", "'", "f'{", "m(**", "a = b = "])(
    "ends quickly on 64 KiB of %j",
    (piece) => {
      const text = load('"org/m", **kw') + piece.repeat(Math.ceil(65_536 / piece.length));
      read(text);
    },
  );

  it("ends quickly on many rebindings and spreads", () => {
    const lines = Array.from({ length: 3000 }, (_, i) => `kw["k${i}"] = kw["k${i - 1}"]`).join("\n");
    const text = load('"org/m", **kw', `kw = {}\n${lines}`);
    read(text);
  });
});
