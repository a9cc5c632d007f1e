import { beforeAll, describe, expect, it } from "vitest";
import { byForm, loadCorpus } from "../../../../../test/support/corpus.ts";
import { loadPythonParser } from "../../../../../test/support/python-parser.ts";
import type { PythonParser, SyntaxNode } from "../../domain/parser.ts";
import { textPlaces } from "../text-places.ts";
import { copyTree, field, type PyNode } from "./tree.ts";

let python: PythonParser;
beforeAll(async () => {
  python = await loadPythonParser();
});

const FIELDS =
  "name alias left right object attribute function arguments value superclasses condition expression module_name key argument subscript".split(
    " ",
  );

/** Fields of several children, and of what binds a name without a value: no reader asks for them. */
const NOT_ASKED = ["import_statement.name", "import_from_statement.name", "as_pattern.alias"];

/** Every kind of statement, with what can stand between its parts. */
const WIDE = `
from a.b import (c as d,  # why
    e)
from . import *
import numpy as np
x: int = 3
y: list[int]
a, b = c = 1, 2
x += 1
d = {"k": 1, **rest, 'j': (n := 5)}
f"a{x!r:>{width}}b{y}" 'plain' rb"bytes"
größe = naïve.größe[1, 2:3]
long = a.b.c_1.d(None.x, True.y, print.z, a . b, (a
    .b.c), x.é)
class A[T](B, metaclass=M):
    z: str = "s"
    def f(self, a, b=1, c: int = 2, *d, e: str, **g) -> int:
        return not a or -b if a \\
            else self.f(a, # argument
                b=1)
if (a == b  # first
        and c):
    pass
elif x < y:
    pass
while True:
    break
for i, j in zip(a, b): print(i)
with open(p) as q, r: pass
ok = [v for v in w if v]
`;
const BROKEN = `model = LLM("a", tensor_parallel_size=)\nx.\ny = (1\nclass B(:\n  def f(self:\n    return g(h i, j=2)\n`;

/** Both trees side by side: nodes of the copy and the parser's own. */
function* pairs(content: string): Generator<readonly [PyNode, SyntaxNode]> {
  const tree = python.parse(content);
  if (!tree) throw new Error("the parser gave no tree");
  const { root } = copyTree(tree.rootNode, { path: "a.py", content, places: textPlaces("a.py", content) });
  const stack: (readonly [PyNode, SyntaxNode])[] = [[root, tree.rootNode]];
  for (let pair = stack.pop(); pair; pair = stack.pop()) {
    yield pair;
    const inner = pair[1].namedChildren.filter(
      (child) => child && child.type !== "comment" && child.type !== "line_continuation",
    );
    for (const [i, child] of pair[0].children.entries()) {
      const raw = inner[i];
      if (raw) stack.push([child, raw]);
    }
  }
  tree.delete();
}

const texts = (): readonly string[] => [
  WIDE,
  BROKEN,
  ...(byForm(loadCorpus()).get("python") ?? []).flatMap(({ files }) => files.map(({ content }) => content)),
];

describe("the copy of a tree", () => {
  it("says of every node what the parser says: type, place, fields", () => {
    const wrong: string[] = [];
    const seen = new Set<string>();
    for (const content of texts()) {
      for (const [node, raw] of pairs(content)) {
        const at = `${raw.type} ${JSON.stringify(raw.text.slice(0, 40))}`;
        if (node.type !== raw.type || node.start !== raw.startIndex || node.end !== raw.endIndex) wrong.push(at);
        for (const name of FIELDS.filter((each) => !NOT_ASKED.includes(`${raw.type}.${each}`))) {
          const ours = field(node, name);
          const theirs = raw.childForFieldName(name);
          if (ours) seen.add(`${node.type}.${name}`);
          if ((ours?.start ?? -1) !== (theirs?.startIndex ?? -1) || (ours?.type ?? "") !== (theirs?.type ?? ""))
            wrong.push(`${at}.${name}: ${ours?.type} for ${theirs?.type}`);
        }
      }
    }
    expect(wrong).toEqual([]);
    expect(seen.size).toBeGreaterThan(40);
  });
});
