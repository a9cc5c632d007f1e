import * as fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { loadPythonParser } from "../../../../test/support/python-parser.ts";
import type { PythonParser } from "../domain/parser.ts";
import { notebookReader } from "./notebook.ts";

let python: PythonParser;
beforeAll(async () => {
  python = await loadPythonParser();
});

const read = (content: string) => notebookReader.read({ path: "a.ipynb", content }, { python });
const cell = (source: unknown, cell_type = "code") => ({ cell_type, metadata: {}, outputs: [], source });
const notebook = (...cells: readonly unknown[]) => JSON.stringify({ cells, metadata: {}, nbformat: 4 }, null, 1);
const lines = (...text: readonly string[]) => text.map((line, i) => (i < text.length - 1 ? `${line}\n` : line));
const lineWith = (content: string, part: string) => content.split("\n").findIndex((line) => line.includes(part)) + 1;

describe("notebooks", () => {
  const content = notebook(
    cell(["# AutoModelForCausalLM.from_pretrained('no', load_in_8bit=True)"], "markdown"),
    cell(lines("!pip install transformers", "from transformers import AutoModelForCausalLM", 'NAME = "org/m"')),
    cell(
      lines(
        "%%time",
        "if True:",
        "    %load_ext x",
        "model = AutoModelForCausalLM.from_pretrained(",
        "    NAME,",
        '    load_in_8bit=True,  # "eight"',
        ")",
      ),
    ),
    {
      ...cell(lines("for p in prompts:", "    model.generate(tok(p))")),
      outputs: [{ data: { source: ['x = "source"'] } }],
    },
  );

  it("are one program, with places in the JSON", () => {
    const [deployment, ...others] = read(content).deployments;
    expect(others).toEqual([]);
    expect(deployment?.format).toBe("notebook/transformers");
    const { facts } = deployment ?? {};
    expect(facts?.model_id).toMatchObject({
      value: "org/m",
      at: { path: "a.ipynb", line: lineWith(content, "NAME =") },
    });
    expect(facts?.load_in_8bit?.at.line).toBe(lineWith(content, "load_in_8bit=True, "));
    expect(facts?.generates_one_by_one?.at.line).toBe(lineWith(content, "model.generate"));
    const at = facts?.load_in_8bit?.at;
    expect(content.split("\n")[(at?.line ?? 0) - 1]?.slice((at?.column ?? 0) - 1)).toMatch(/^load_in_8bit/);
  });

  it("that are written on one line are read too", () => {
    const text = JSON.stringify({
      cells: [cell('from vllm import LLM\nllm = LLM("org/m",\n  max_num_seqs=1)\n')],
      nbformat: 4,
    });
    const [deployment] = read(text).deployments;
    expect(deployment?.facts.max_num_seqs).toMatchObject({ value: 1, at: { line: 1 } });
  });

  it("their shell lines and cells start servers", () => {
    const text = notebook(
      cell(lines("!nohup vllm serve org/m \\", "  --max-num-seqs 1 &", "x = !ls", "print(x)")),
      cell(lines("%%bash", "docker run --gpus 1 vllm/vllm-openai --model org/n")),
      cell(lines("%%writefile a.sh", "vllm serve other")),
    );
    const { deployments, unresolved } = read(text);
    expect(unresolved).toEqual([]);
    expect(deployments.map(({ facts }) => [facts.model_id?.value, facts.max_num_seqs?.value])).toEqual([
      ["org/m", 1],
      ["org/n", undefined],
    ]);
    expect(deployments[0]?.facts.max_num_seqs?.at.line).toBe(lineWith(text, "--max-num-seqs"));
  });

  it.each([
    ["broken JSON", '{"cells": [{"cell_type": "code", "source": ["from vllm'],
    ["no notebook", "{}"],
    ["nesting", "[".repeat(10_000)],
  ])("%s is told", (_name, text) => {
    expect(read(text).unresolved).toEqual([expect.objectContaining({ why: expect.stringMatching(/no notebook/) })]);
  });

  it.each(['"', "\\", '\\"', "{", '["', '{"source":', '"\\n'])("ends soon on 64 KiB of %j", (piece) => {
    read(`{"cells": [{"cell_type": "code", "source": ["vllm ${piece.repeat(65_536 / piece.length)}`);
  });

  it("never throw, whatever was damaged", () => {
    fc.assert(
      fc.property(fc.nat(content.length), fc.nat(30), fc.string({ maxLength: 10 }), (at, cut, added) => {
        read(content.slice(0, at) + added + content.slice(at + cut));
      }),
    );
  });
});
