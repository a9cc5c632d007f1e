import { beforeAll, describe, expect, it } from "vitest";
import { loadPythonParser } from "../../../../../test/support/python-parser.ts";
import type { Deployment } from "../../domain/deployment.ts";
import type { PythonParser } from "../../domain/parser.ts";
import { fileSet } from "../file-set.ts";
import { pythonReader } from "../python.ts";

let python: PythonParser;
beforeAll(async () => {
  python = await loadPythonParser();
});

/** The first deployment of app/serve.py beside other files. */
function serve(content: string, others: Readonly<Record<string, string>>): Deployment {
  const file = { path: "app/serve.py", content: `from vllm import LLM\n${content}\n` };
  const files = fileSet([file, ...Object.entries(others).map(([path, text]) => ({ path, content: text }))]);
  const [deployment] = pythonReader.read(file, { python, files }).deployments;
  if (!deployment) throw new Error("no deployment was read");
  return deployment;
}
const model = (content: string, others: Readonly<Record<string, string>>) => {
  const { facts, unresolved } = serve(content, others);
  const { model_id } = facts;
  if (model_id) return `${model_id.value} at ${model_id.at.path}:${model_id.at.line}`;
  return unresolved.find(({ fact }) => fact === "model_id")?.why;
};

const CONFIG = { "app/config.py": 'import os\nMODEL = os.getenv("MODEL", "org/m-7b")\n' };
const FOUND = "org/m-7b at app/config.py:2";

describe("values of another module of the repository", () => {
  it.each([
    ["a name", "from config import MODEL\nLLM(MODEL)"],
    ["another name for it", "from config import MODEL as M\nLLM(M)"],
    ["from the package", "from app.config import MODEL\nLLM(MODEL)"],
    ["from the same package", "from .config import MODEL\nLLM(MODEL)"],
    ["from the package above", "from ..app.config import MODEL\nLLM(MODEL)"],
    ["the module", "import config\nLLM(config.MODEL)"],
    ["the module by another name", "import app.config as c\nLLM(c.MODEL)"],
    ["the module of the package", "from . import config\nLLM(config.MODEL)"],
    ["the whole path", "import app.config\nLLM(app.config.MODEL)"],
    ["all names", "from config import *\nLLM(MODEL)"],
    ["in an f-string", 'from config import MODEL\nLLM(f"{MODEL}")', "org/m-7b at app/serve.py:3"],
  ])("%s", (_, content, expected = FOUND) => {
    expect(model(content, CONFIG)).toBe(expected);
  });

  it("is followed through what hands it on", () => {
    const others = { "pkg/__init__.py": "from .a import MODEL\n", "pkg/a.py": 'MODEL = "org/m-7b"\n' };
    expect(model("from pkg import MODEL\nLLM(MODEL)", others)).toBe("org/m-7b at pkg/a.py:1");
    expect(model("from pkg.a import MODEL\nLLM(MODEL)", { ...others, "src/x.py": "" })).toBe("org/m-7b at pkg/a.py:1");
  });

  it("is a default of settings: a class, its object, a function that makes it, parsed options", () => {
    const settings = {
      "app/settings.py":
        'class Settings(BaseSettings):\n    model: str = "org/m-7b"\n    seqs: int = Field(default=8)\n\nsettings = Settings()\n\ndef get():\n    return Settings(seqs=4)\n\ndef parse():\n    p = argparse.ArgumentParser()\n    p.add_argument("--seqs", default=2)\n    return p.parse_args()\n',
    };
    const seqs = (content: string) => serve(content, settings).facts.max_num_seqs?.value;
    expect(seqs('from settings import settings as s\nLLM("org/m", max_num_seqs=s.seqs)')).toBe(8);
    expect(seqs('import settings\nLLM("org/m", max_num_seqs=settings.settings.seqs)')).toBe(8);
    expect(seqs('from settings import Settings\ns = Settings()\nLLM("org/m", max_num_seqs=s.seqs)')).toBe(8);
    expect(seqs('from settings import Settings\nLLM("org/m", max_num_seqs=Settings.seqs)')).toBe(8);
    expect(seqs('from settings import get\ns = get()\nLLM("org/m", max_num_seqs=s.seqs)')).toBe(4);
    expect(seqs('from settings import parse\na = parse()\nLLM("org/m", max_num_seqs=a.seqs)')).toBe(2);
  });

  it("is a dictionary of keywords, with the place of each", () => {
    const { facts } = serve("from config import ENGINE\nLLM(**ENGINE)", {
      "app/config.py": 'ENGINE = {"model": "org/m-7b",\n  "tensor_parallel_size": 2}\n',
    });
    expect(facts.model_id?.value).toBe("org/m-7b");
    expect([facts.tensor_parallel?.value, facts.tensor_parallel?.at.path]).toEqual([2, "app/config.py"]);
  });

  it.each([
    ["two files may be meant", { ...CONFIG, "config.py": 'MODEL = "org/other"\n' }],
    ["there is no such file", {}],
    ["the file does not set it", { "app/config.py": "OTHER = 1\n" }],
    ["the file is large", { "app/config.py": `MODEL = "org/m-7b"\n${"# a\n".repeat(20_000)}` }],
    [
      "the files name each other",
      { "app/config.py": "from b import MODEL\n", "app/b.py": "from config import MODEL\n" },
    ],
  ])("is not guessed: %s", (_, others) => {
    expect(model("from config import MODEL\nLLM(MODEL)", others)).toBe("a name of another file");
  });

  it("is not what a function returns that is handed something here", () => {
    const others = { "app/config.py": 'def model(name="org/a"):\n    return name\n' };
    expect(model('from config import model\nLLM(model("org/b"))', others)).toBe(
      "a call where a plain value was expected",
    );
    expect(model("from config import model\nLLM(model())", others)).toBe("org/a at app/config.py:1");
  });

  it("ends where modules import each other without end", () => {
    const chain = Object.fromEntries(
      Array.from({ length: 40 }, (_, i) => [`app/m${i}.py`, `from m${i + 1} import MODEL\n`]),
    );
    expect(model("from m0 import MODEL\nLLM(MODEL)", { ...chain, "app/m40.py": 'MODEL = "org/m"\n' })).toBe(
      "a name of another file",
    );
  });
});
