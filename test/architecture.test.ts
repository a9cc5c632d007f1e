import { readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import * as engine from "@ecocompute/engine";
import { describe, expect, test } from "vitest";

const ROOT = resolve(import.meta.dirname, "..");
const ENGINE = join(ROOT, "packages/engine/src");

const sources = (folder: string): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => /\.tsx?$/.test(path) && !/(^|\/)(dist|node_modules)\//.test(path))
    .map((path) => join(ROOT, folder, path));
const isTest = (path: string) => /\.(test|test-data)\.ts$/.test(path);

const IMPORT = /(?:^|\n)\s*(?:import|export)\s[^;]*?from\s+"([^"]+)"|import\("([^"]+)"\)/g;
const importsOf = (path: string): string[] =>
  [...readFileSync(path, "utf8").matchAll(IMPORT)].flatMap((match) => match[1] ?? match[2] ?? []);

/** Folder of the engine → folders that it may import. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  physics: ["domain"],
  evidence: ["domain", "physics"],
  readers: ["domain"],
  rules: ["domain", "physics", "evidence", "readers"],
  protocols: ["domain", "physics", "evidence", "readers", "rules"],
  report: ["domain", "physics", "evidence", "readers", "rules", "protocols"],
};
const PACKAGES_OF_THE_ENGINE = ["zod", "yaml", "fastest-levenshtein", "marked"];

describe("imports point one way", () => {
  test.each(
    sources("packages/engine/src")
      .filter((path) => !isTest(path))
      .map((path) => [relative(ENGINE, path), path]),
  )("engine: %s", (name, path) => {
    const [folder = ""] = name.includes("/") ? name.split("/") : [""];
    const wrong = importsOf(path).filter((specifier) => {
      if (!specifier.startsWith(".")) return !PACKAGES_OF_THE_ENGINE.includes(specifier);
      const target = relative(ENGINE, resolve(path, "..", specifier));
      if (target.startsWith("..")) return true;
      const [to = ""] = target.includes("/") ? target.split("/") : [""];
      return folder !== "" && to !== folder && !(MAY_IMPORT[folder] ?? []).includes(to);
    });
    expect(wrong).toEqual([]);
  });

  test.each([
    ["packages/action/src", /^@ecocompute\/edge|\/(edge|cli)\//],
    ["packages/edge/src", /^@ecocompute\/(action|checkout)|\/(action|cli|checkout)\//],
    ["packages/cli/src", /^@ecocompute\/(action|edge)|\/(action|edge)\//],
  ])("hosts never import each other: %s", (folder, forbidden) => {
    const wrong = sources(folder).flatMap((path) => importsOf(path).filter((specifier) => forbidden.test(specifier)));
    expect(wrong).toEqual([]);
  });

  test("hosts take the engine, the data and the checkout by their public names", () => {
    const wrong = ["packages/action/src", "packages/edge/src", "packages/cli/src"].flatMap((folder) =>
      sources(folder).flatMap((path) =>
        importsOf(path)
          .filter((s) =>
            s.startsWith("@ecocompute/")
              ? !/^@ecocompute\/(engine|data|checkout)$/.test(s)
              : /engine\/src|\/data\//.test(s),
          )
          .map((s) => `${relative(ROOT, path)}: ${s}`),
      ),
    );
    expect(wrong).toEqual([]);
  });

  test("data takes the engine's schemas in one file, and physics only to fit it", () => {
    const wrong = sources("data")
      .filter((path) => importsOf(path).some((specifier) => /engine/.test(specifier)))
      .map((path) => relative(join(ROOT, "data"), path))
      .filter((name) => name !== "schema.ts" && !name.startsWith("fit/"));
    expect(wrong).toEqual([]);
  });
});

describe("the engine is pure", () => {
  test("no clock and no randomness", () => {
    const impure = sources("packages/engine/src")
      .filter((path) => !isTest(path))
      .filter((path) =>
        /\bDate\s*[.(]|\bnew Date\b|\bMath\.random\b|\bcrypto\b\.|\bperformance\b\./.test(readFileSync(path, "utf8")),
      )
      .map((path) => relative(ROOT, path));
    expect(impure).toEqual([]);
  });
});

describe("each thing is where its name says", () => {
  const rules = readdirSync(join(ENGINE, "rules")).filter((name) => /^[a-z0-9]+(-[a-z0-9]+)+\.ts$/.test(name));

  test("rule file ↔ list ↔ test", () => {
    const files = readdirSync(join(ENGINE, "rules"));
    for (const rule of engine.RULES) {
      expect(files, `rules/${rule.id}.ts`).toContain(`${rule.id}.ts`);
      expect(files, `rules/${rule.id}.test.ts`).toContain(`${rule.id}.test.ts`);
    }
    const listed = new Set(engine.RULES.map((rule) => rule.id));
    const exporting = rules.filter((name) =>
      /export const \w+: Rule\b/.test(readFileSync(join(ENGINE, "rules", name), "utf8")),
    );
    expect(exporting.map((name) => name.replace(/\.ts$/, "")).filter((id) => !listed.has(id))).toEqual([]);
  });

  test("protocol file ↔ list", () => {
    const files = readdirSync(join(ENGINE, "protocols"));
    expect(engine.PROTOCOLS.map((protocol) => protocol.id)).toEqual([
      "optimize",
      "diagnose",
      "compare",
      "estimate",
      "audit",
    ]);
    for (const { id } of engine.PROTOCOLS) expect(files).toContain(`${id}.ts`);
  });

  test("no drawer for odds and ends", () => {
    const drawers = ["packages", "data", "test", "bench"]
      .flatMap(sources)
      .map((path) => relative(ROOT, path))
      .filter((path) => /(^|\/)(utils?|helpers?|common|lib|misc)(\/|\.ts$)/.test(path));
    expect(drawers).toEqual([]);
  });
});

test("the engine's public list", () => {
  expect(Object.keys(engine).sort()).toMatchInlineSnapshot(`
    [
      "AuditOptionsSchema",
      "EMPTY_CONFIG",
      "MAX_OWN_MEASUREMENTS",
      "PROTOCOLS",
      "RULES",
      "ansiText",
      "auditPullRequest",
      "auditRepository",
      "boundedErrors",
      "changeFleet",
      "changesAnything",
      "describeParameters",
      "didYouMean",
      "escapeMarkdown",
      "estimateFleet",
      "estimateWorkload",
      "fieldTypes",
      "formatNumber",
      "formatPercent",
      "indexCatalogue",
      "isReadBeside",
      "isSelected",
      "judge",
      "judgeRepository",
      "parse",
      "parseAuditOptions",
      "pathMatches",
      "plainText",
      "precisionName",
      "projectConfigJsonSchema",
      "readProjectConfig",
      "readPullRequestFacts",
      "readState",
      "renderComment",
      "renderCommentText",
      "renderMarkdown",
      "renderNothing",
      "renderRepository",
      "renderRepositoryCsv",
      "renderSarif",
      "renderText",
      "reportRepository",
      "resolveRegion",
      "resolveRequest",
      "sortedByImpact",
      "takeOwnMeasurements",
      "tame",
      "toInput",
      "whyNotAuditable",
    ]
  `);
});
