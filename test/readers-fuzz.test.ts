import * as fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { catalogueData } from "../data/index.ts";
import { indexCatalogue } from "../packages/engine/src/domain/catalogue.ts";
import type { FileText } from "../packages/engine/src/domain/deployment.ts";
import { auditSide } from "../packages/engine/src/protocols/audit.ts";
import type { ProtocolContext } from "../packages/engine/src/protocols/protocol.ts";
import { renderAuditMarkdown } from "../packages/engine/src/report/audit-markdown.ts";
import { byForm, type Fixture, loadCorpus } from "./support/corpus.ts";
import { loadPythonParser } from "./support/python-parser.ts";

const INPUTS = 10_000;
const corpus = loadCorpus();
const forms = [...byForm(corpus)];

let context: ProtocolContext;
beforeAll(async () => {
  context = { catalogue: indexCatalogue(catalogueData), python: await loadPythonParser() };
});

/** What breaks readers: ends and starts of every notation, names that every object has, numbers out of bounds. */
const TOKENS = [
  ..."\"'`{}[]()<>:;,-#%&*!|?@$\\/=~^+.",
  "\n",
  "\n  ",
  "\t",
  "\r\n",
  "\u0000",
  "\u2028",
  "\ud800",
  "\ufeff",
  "é",
  "---\n",
  "...\n",
  "${",
  "$(",
  "{{",
  "}}",
  "{%",
  "<<: *a",
  "&a ",
  "*a",
  "!!int ",
  '"""',
  "'''",
  "\\\n",
  "lambda ",
  "**{",
  'f"{',
  "<<EOF\n",
  "EOF\n",
  "FROM ",
  "--",
  "=",
  "null",
  "__proto__",
  "constructor",
  "toString",
  "1e999",
  "-1",
  "0x1g",
  "99999999999999999999",
  "0",
] as const;

type Edit = {
  readonly at: number;
  readonly cut: number;
  readonly kind: "insert" | "repeat" | "move" | "truncate";
  readonly text: string;
};
const edit: fc.Arbitrary<Edit> = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  cut: fc.nat(60),
  kind: fc.constantFrom("insert", "insert", "insert", "repeat", "move", "truncate"),
  text: fc.oneof(fc.constantFrom(...TOKENS), fc.string({ maxLength: 12, unit: "binary" })),
});

function applyEdit(content: string, { at, cut, kind, text }: Edit): string {
  const from = Math.floor(at * content.length);
  const [before, slice, after] = [content.slice(0, from), content.slice(from, from + cut), content.slice(from + cut)];
  if (kind === "insert") return before + text + after;
  if (kind === "repeat") return before + slice.repeat(4) + text + after;
  if (kind === "move") return before + after + slice;
  return before + text;
}

/** A fixture with one of its files damaged. */
const damaged = (fixtures: readonly Fixture[]): fc.Arbitrary<readonly FileText[]> =>
  fc
    .tuple(fc.constantFrom(...fixtures), fc.nat(50), fc.array(edit, { minLength: 1, maxLength: 4 }))
    .map(([{ files }, which, edits]) =>
      files.map((file, index) =>
        index === which % files.length ? { ...file, content: edits.reduce(applyEdit, file.content) } : file,
      ),
    );

describe("no text of a repository makes the auditor throw", () => {
  test.each(forms)(
    "%s",
    (_form, fixtures) => {
      fc.assert(
        fc.property(damaged(fixtures), (files) => {
          const { report } = auditSide(files, {}, context);
          const { files_read, files_skipped, files_seen } = report.coverage;
          expect(files_read + files_skipped.length).toBe(files.length);
          expect(files_seen).toBe(files.length);
          expect(renderAuditMarkdown(report)).not.toMatch(/\bundefined\b|\bNaN\b|\[object/);
        }),
        { numRuns: Math.ceil((INPUTS * fixtures.length) / corpus.length) },
      );
    },
    60_000,
  );
});
