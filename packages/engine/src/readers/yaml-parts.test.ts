import fc from "fast-check";
import { expect, test } from "vitest";
import { LineCounter, parseAllDocuments } from "yaml";
import { partsOf, placesOf } from "./yaml-parts.ts";
import { readYaml, type YamlFile, type YamlNode } from "./yaml-tree.ts";

/** What may stand before, at and after the end of a document. */
const lines = fc.array(
  fc.constantFrom(
    ..."---|--- a|---a| ---|--- |.|---\t|a: 1|b: [1, 2]|- c|  d: 2|  text|\"q|'|x: |.|[a,|]|{b: 1,|}|# e|&x 1|f: &y 2|...|%YAML 1.2|key:|\t".split(
      "|",
    ),
  ),
  { maxLength: 14 },
);
const text = fc.tuple(lines, fc.constantFrom("\n", "\r\n")).map(([all, newline]) => all.join(newline));

const plain = (node: YamlNode | null): unknown => {
  if (node === null || node.kind === "scalar") return node?.value ?? null;
  if (node.kind === "list") return node.items.map(plain);
  return Object.fromEntries([...node.entries].map(([key, value]) => [key, plain(value)]));
};
const shown = ({ documents }: YamlFile) =>
  documents.map(({ root, error }) => (error ? { error: error.at.line } : { value: plain(root) }));
const places = (node: YamlNode | null): unknown =>
  node && [
    node.start,
    node.end,
    node.origin.positionAt(node.start, node.end),
    [...node.entries.values()].map(places),
    node.items.map(places),
  ];

test("a text read part by part holds what it holds read whole, and loses nothing where that is broken", () => {
  const seen = { several: 0, broken: 0 };
  fc.assert(
    fc.property(text, (content) => {
      const whole = parseAllDocuments(content, { prettyErrors: false, logLevel: "silent", uniqueKeys: false });
      const all = Array.isArray(whole) ? whole : [];
      const parts = readYaml("a.yaml", content);
      if (partsOf(content).length > 1) seen.several += 1;
      if (all.some(({ errors }) => errors.length > 0)) {
        // Read whole, an open quote takes the next documents with it, and a stray bracket breaks the document before.
        seen.broken += 1;
        expect(parts.documents.some(({ error }) => error !== null)).toBe(true);
        expect(parts.documents.length).toBeGreaterThanOrEqual(all.length);
      } else expect(shown(parts)).toEqual(all.map((document) => ({ value: document.toJS() ?? null })));
    }),
    { numRuns: 4000 },
  );
  expect(seen.several).toBeGreaterThan(500);
  expect(seen.broken).toBeGreaterThan(300);
});

test("a quote that is not closed ends with its document, and a stray bracket breaks its own", () => {
  expect(shown(readYaml("a.yaml", 'a: "q\n---\nb: 1\n---\n]\n'))).toEqual([
    { error: 2 },
    { value: { b: 1 } },
    { error: 5 },
  ]);
});

test("line and column are those of the parser's own counter", () => {
  fc.assert(
    fc.property(text, fc.nat(), (content, at) => {
      const lineCounter = new LineCounter();
      parseAllDocuments(content, { lineCounter, logLevel: "silent" });
      const offset = content === "" ? 0 : at % content.length;
      const { line, col } = lineCounter.linePos(offset);
      expect(placesOf(content)(offset)).toEqual({ line: Math.max(1, line), column: Math.max(1, col) });
    }),
  );
});

test("an edited text read with the one before is what it is read alone, at the same places", () => {
  fc.assert(
    fc.property(lines, lines, lines, (head, tail, other) => {
      const [before, after] = [
        [...head, "---", ...tail],
        [...head, ...other, "---", ...tail],
      ].map((all) => all.join("\n"));
      const known = readYaml("a.yaml", before ?? "");
      const [reused, alone] = [readYaml("a.yaml", after ?? "", undefined, known), readYaml("a.yaml", after ?? "")];
      expect(shown(reused)).toEqual(shown(alone));
      expect(reused.documents.map(({ root }) => places(root))).toEqual(alone.documents.map(({ root }) => places(root)));
    }),
    { numRuns: 1000 },
  );
});
