import { catalogueData } from "@ecocompute/data";
import { indexCatalogue } from "@ecocompute/engine";
import { beforeAll, describe, expect, test } from "vitest";
import type { ProtocolContext } from "../packages/engine/src/protocols/protocol.ts";
import { type Counts, judgeFixture, loadCorpus, sumCounts } from "./support/corpus.ts";
import { loadPythonParser } from "./support/python-parser.ts";

const LEAST = { precision: 0.97, recall: 0.95, facts: 0.97 };

const corpus = loadCorpus();
let context: ProtocolContext;
beforeAll(async () => {
  context = { catalogue: indexCatalogue(catalogueData), python: await loadPythonParser() };
});

describe("each fixture is read and judged as its expected.yaml says", () => {
  test.each(corpus.map((fixture) => [fixture.name, fixture] as const))("%s", (_name, fixture) => {
    // A gap that was mended, or that changed, is told like a new one.
    expect(judgeFixture(fixture, context).differences).toEqual((fixture.expected.known_gaps ?? []).toSorted());
  });
});

const precision = ({ both, seen }: Counts): number => both / seen;
const recall = ({ both, expected }: Counts): number => both / expected;
const exact = ({ both, expected, seen }: Counts): number => both / (expected + seen - both);

test("precision and recall of findings, and exact facts, over all of it", () => {
  const judged = corpus.map((fixture) => judgeFixture(fixture, context));
  const findings = sumCounts(judged.map((each) => each.findings));
  const facts = sumCounts(judged.map((each) => each.facts));
  const gaps = judged.flatMap(({ fixture, differences }) => differences.map((line) => `  ${fixture.name}: ${line}`));
  console.log(
    [
      `corpus: ${corpus.length} fixtures; ${findings.expected} findings, precision ${precision(findings).toFixed(3)}, recall ${recall(findings).toFixed(3)}; ${facts.expected} facts, ${exact(facts).toFixed(3)} exact`,
      ...gaps,
    ].join("\n"),
  );
  expect(findings.expected).toBeGreaterThan(0);
  expect(precision(findings)).toBeGreaterThanOrEqual(LEAST.precision);
  expect(recall(findings)).toBeGreaterThanOrEqual(LEAST.recall);
  expect(exact(facts)).toBeGreaterThanOrEqual(LEAST.facts);
});
