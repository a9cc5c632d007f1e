import { beforeAll, describe, expect, it } from "vitest";
import { loadPythonParser } from "../../../../../test/support/python-parser.ts";
import type { PythonParser } from "../../domain/parser.ts";
import { pythonReader } from "../python.ts";
import { salvage } from "./salvage.ts";

let python: PythonParser;
beforeAll(async () => {
  python = await loadPythonParser();
});

const read = (content: string) => pythonReader.read({ path: "a.py", content }, { python });

describe("a file that does not parse", () => {
  const broken = `from transformers import AutoModelForCausalLM
NAME = "org/m"
# AutoModelForCausalLM.from_pretrained("no")
TEXT = """AutoModelForCausalLM.from_pretrained("no", load_in_8bit=True)"""
<<<<<<< HEAD
def load(:
    {% if eight %}
    model = AutoModelForCausalLM.from_pretrained(
        NAME,
        load_in_8bit=True,
    )
=======
`;

  it("gives its calls, each where it stands, and says that it is broken", () => {
    const { deployments, unresolved } = read(broken);
    expect(deployments).toHaveLength(1);
    expect(deployments[0]?.facts.model_id).toMatchObject({ value: "org/m", at: { line: 2 } });
    expect(deployments[0]?.facts.load_in_8bit?.at).toMatchObject({ line: 10, column: 9 });
    expect(unresolved.map(({ why }) => why)).toEqual([expect.stringMatching(/^syntax error/)]);
  });

  it("keeps every offset", () => {
    const kept = salvage(broken) ?? "";
    expect(kept).toHaveLength(broken.length);
    expect(kept.indexOf("load_in_8bit=True,")).toBe(broken.indexOf("load_in_8bit=True,\n"));
  });

  it.each(["def (:\n# LLM('a')\n", "def (:\n'''\nLLM('a')\n'''\n", "def (:\n x = 'LLM(1)'\n"])(
    "has no call in %j",
    (text) => {
      expect(salvage(text)).toBeNull();
    },
  );

  it.each(["LLM(", "'", '"""', "#\n", "a.from_pretrained(", "AutoModel.from_pretrained(\n", "x = 1\n", "pipeline(("])(
    "ends soon on 64 KiB of %j",
    (piece) => {
      const start = performance.now();
      read(`from vllm import LLM\ndef (:\n${piece.repeat(65_536 / piece.length)}`);
      expect(performance.now() - start).toBeLessThan(3_000);
    },
  );
});
