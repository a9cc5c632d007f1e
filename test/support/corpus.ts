// The fixtures of test/corpus: text as teams write it, with what an auditor must say beside it. test/corpus/README.md says how to add one.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { parse } from "yaml";
import * as z from "zod";
import type { Fact, FileText } from "../../packages/engine/src/domain/deployment.ts";
import { type AuditedSide, auditSide } from "../../packages/engine/src/protocols/audit.ts";
import type { ProtocolContext } from "../../packages/engine/src/protocols/protocol.ts";

const CORPUS = join(import.meta.dirname, "../corpus");
const EXPECTED = "expected.yaml";

/** A line of the fixture's only file, or `path:line` where it has several. */
const placeSchema = z.union([z.int().min(1), z.string().regex(/^.+:[1-9]\d*$/)]);

const ExpectedSchema = z.strictObject({
  /** What the fixture is there for, in a sentence. */
  about: z.string().min(1),
  /** The path of a fixture that is one file, where its own name will not do. */
  path: z.string().min(1).optional(),
  /** AUDIT's options. */
  options: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
  deployments: z.array(
    z.strictObject({
      name: z.string(),
      at: placeSchema,
      purpose: z.enum(["inference", "training"]).optional(),
      format: z.string().optional(),
      /** Is there an estimate? Not compared where it is left out. */
      estimated: z.boolean().optional(),
      /** Lines where something is told as not resolved. Not compared where it is left out. */
      unresolved: z.array(z.int()).optional(),
      /** Every fact: its value and where it is stated. */
      facts: z.record(z.string(), z.tuple([z.union([z.string(), z.number(), z.boolean()]), placeSchema])),
    }),
  ),
  findings: z.array(z.strictObject({ rule: z.string(), at: placeSchema, severity: z.string() })),
  /** Differences that are known and not mended yet, as the test prints them. They count against precision and recall. */
  known_gaps: z.array(z.string()).optional(),
});
type Expected = z.infer<typeof ExpectedSchema>;

export interface Fixture {
  /** `<form>/<name>` */
  readonly name: string;
  readonly files: readonly FileText[];
  readonly expected: Expected;
}

/** Every fixture: a file with `<file>.expected.yaml` beside it, or a folder with `expected.yaml` inside. */
export const loadCorpus = (): readonly Fixture[] =>
  folders(CORPUS).flatMap((form) =>
    readdirSync(join(CORPUS, form))
      .filter((entry) => !entry.endsWith(`.${EXPECTED}`))
      .toSorted()
      .map((entry) => loadFixture(form, entry)),
  );

/** Fixtures by their form, in order. */
export function byForm(corpus: readonly Fixture[]): ReadonlyMap<string, readonly Fixture[]> {
  const forms = new Map<string, Fixture[]>();
  for (const fixture of corpus) {
    const [form = ""] = fixture.name.split("/");
    forms.set(form, [...(forms.get(form) ?? []), fixture]);
  }
  return forms;
}

function loadFixture(form: string, entry: string): Fixture {
  const name = `${form}/${entry}`;
  const path = join(CORPUS, name);
  const beside = statSync(path).isDirectory() ? join(path, EXPECTED) : `${path}.${EXPECTED}`;
  const expected = readExpected(beside, name);
  return { name, files: readFixtureFiles(name, expected.path), expected };
}

/** The texts of a fixture: of the one file, under `as` where that is given, or of every file of the folder. */
export function readFixtureFiles(name: string, as?: string): readonly FileText[] {
  const path = join(CORPUS, name);
  if (!statSync(path).isDirectory()) return [{ path: as ?? basename(path), content: readFileSync(path, "utf8") }];
  return readdirSync(path, { recursive: true, encoding: "utf8" })
    .filter((file) => file !== EXPECTED && statSync(join(path, file)).isFile())
    .toSorted()
    .map((file) => ({ path: file, content: readFileSync(join(path, file), "utf8") }));
}

const folders = (path: string): string[] =>
  readdirSync(path)
    .filter((entry) => statSync(join(path, entry)).isDirectory())
    .toSorted();

function readExpected(path: string, name: string): Expected {
  const result = ExpectedSchema.safeParse(parse(readFileSync(path, "utf8")));
  if (result.success) return result.data;
  throw new Error(`${name}: ${relative(CORPUS, path)} is not as README.md says:\n${z.prettifyError(result.error)}`);
}

export interface Judgement {
  readonly fixture: Fixture;
  /** One line each: what is missing and what is too much. */
  readonly differences: readonly string[];
  readonly findings: Counts;
  readonly facts: Counts;
}

/** Of what is expected and what was seen, how much is both. */
export interface Counts {
  readonly both: number;
  readonly expected: number;
  readonly seen: number;
}

export function judgeFixture(fixture: Fixture, context: ProtocolContext): Judgement {
  const side = auditSide(fixture.files, fixture.expected.options ?? {}, context);
  const findings = compare(expectedFindings(fixture), seenFindings(side));
  const facts = compare(expectedFacts(fixture), seenFacts(side));
  const others = compare(expectedDeployments(fixture), seenDeployments(fixture, side));
  return {
    fixture,
    differences: [...others.differences, ...facts.differences, ...findings.differences].toSorted(),
    findings: findings.counts,
    facts: facts.counts,
  };
}

export const sumCounts = (all: readonly Counts[]): Counts =>
  all.reduce((a, b) => ({ both: a.both + b.both, expected: a.expected + b.expected, seen: a.seen + b.seen }), {
    both: 0,
    expected: 0,
    seen: 0,
  });

function compare(expected: readonly string[], seen: readonly string[]): { counts: Counts; differences: string[] } {
  const left = [...seen];
  const missing = expected.filter((line) => {
    const index = left.indexOf(line);
    if (index >= 0) left.splice(index, 1);
    return index < 0;
  });
  return {
    counts: { both: expected.length - missing.length, expected: expected.length, seen: seen.length },
    differences: [...missing.map((line) => `missing ${line}`), ...left.map((line) => `too much ${line}`)],
  };
}

function placed({ files, name }: Fixture, place: number | string): string {
  if (typeof place === "string") return place;
  const [only, ...others] = files;
  if (only && others.length === 0) return `${only.path}:${place}`;
  throw new Error(`${name}: it has several files, so write path:${place} and not ${place}`);
}

const findingLine = (rule: string, severity: string, place: string) => `finding ${rule} (${severity}) at ${place}`;
const factLine = (deployment: string, name: string, value: unknown, place: string) =>
  `fact ${name} = ${JSON.stringify(value)} at ${place}, of ${deployment}`;

const expectedFindings = (fixture: Fixture): string[] =>
  fixture.expected.findings.map(({ rule, severity, at }) => findingLine(rule, severity, placed(fixture, at)));
const seenFindings = ({ report }: AuditedSide): string[] =>
  report.findings.map(({ rule, severity, path, line }) => findingLine(rule, severity, `${path}:${line}`));

const expectedFacts = (fixture: Fixture): string[] =>
  fixture.expected.deployments.flatMap(({ name, facts }) =>
    Object.entries(facts).map(([fact, [value, at]]) => factLine(name, fact, value, placed(fixture, at))),
  );
const seenFacts = ({ report, stated }: AuditedSide): string[] =>
  report.deployments.flatMap(({ id, name }) =>
    Object.entries(stated.get(id) ?? {}).map(([fact, { value, at }]: readonly [string, Fact<unknown>]) =>
      factLine(name, fact, value, `${at.path}:${at.line}`),
    ),
  );

const AUDITED = ["name", "at", "purpose", "format", "estimated", "unresolved"] as const;
type Audited = { readonly [K in (typeof AUDITED)[number]]?: unknown };
const deploymentLine = (deployment: Audited): string =>
  `deployment ${AUDITED.flatMap((key) => (deployment[key] === undefined ? [] : [`${key}: ${deployment[key]}`])).join(", ")}`;

const expectedDeployments = (fixture: Fixture): string[] =>
  fixture.expected.deployments.map((each) =>
    deploymentLine({ ...each, at: placed(fixture, each.at), purpose: each.purpose ?? "inference" }),
  );

/** What the fixture says nothing about is left out. */
function seenDeployments({ expected }: Fixture, { report }: AuditedSide): string[] {
  return report.deployments.map((each) => {
    const wanted = expected.deployments.find(({ name }) => name === each.name);
    return deploymentLine({
      name: each.name,
      at: `${each.path}:${each.line}`,
      purpose: each.purpose,
      format: wanted?.format === undefined ? undefined : each.format,
      estimated: wanted?.estimated === undefined ? undefined : each.monthly !== null,
      unresolved: wanted?.unresolved === undefined ? undefined : each.unresolved.map(({ line }) => line),
    });
  });
}
