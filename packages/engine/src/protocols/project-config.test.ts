import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fixtureCatalogue as catalogue } from "../rules/fixture-catalogue.test-data.ts";
import { readProjectConfig } from "./project-config.ts";

const read = (text: string) => readProjectConfig(text, ".ecocompute.yml", catalogue);
const problemsOf = (text: string) => {
  const result = read(text);
  return result.ok ? [] : result.problems.map(({ line, message }) => `${line}: ${message}`);
};

describe("readProjectConfig", () => {
  test("51: traffic, hardware and prices for all, and for some", () => {
    const result = read(`
# yaml-language-server: $schema=https://example.org/ecocompute.schema.json
usage: small
pue: 1.2
deployments:
  - environments: [prod]
    requests_per_month: 5000000
    max_monthly_usd: 400
  - paths: ["k8s/batch/**", "!k8s/batch/old/**"]
    utilization: 0.4
    gpu_hour_usd: 2.5
budgets: { max_increase_percent: 20, report_monthly_kwh: 9000 }
suppressions:
  - rule: int8-default
    path: app/legacy/**
    reason: "Moves in Q1."
    until: 2027-03-31
`);
    expect(result).toEqual({
      ok: true,
      config: {
        options: {
          requests_per_month: 100_000,
          pue: 1.2,
          for_deployments: [
            { environments: ["prod"], values: { requests_per_month: 5_000_000, max_monthly_usd: 400 } },
            {
              paths: ["k8s/batch/**", "!k8s/batch/old/**"],
              values: { utilization: 0.4, gpu_hour_usd: 2.5 },
            },
          ],
        },
        budgets: {
          max_increase_percent: 20,
          max_monthly_kwh: null,
          max_monthly_usd: null,
          report_monthly_kwh: 9000,
          report_monthly_usd: null,
        },
        suppressions: [
          {
            rule: "int8-default",
            path: "app/legacy/**",
            reason: "Moves in Q1.",
            until: "2027-03-31",
            at: { path: ".ecocompute.yml", line: 14, column: 1, end_line: 14 },
          },
        ],
        measurements: [],
      },
    });
  });

  test.each(["", "# nothing yet\n", "{}", "---\n"])("an empty file asks for nothing: %j", (text) => {
    expect(read(text)).toMatchObject({ ok: true, config: { suppressions: [], options: {} } });
  });

  test("every mistake is told at once, with its line and what was meant", () => {
    expect(
      problemsOf(`usge: small
region: atlantis
deployments:
  - names: [chat]
    requests_per_mnth: 5
    utilization: 2
    model_id: secret
  - usage: large
budgets:
  max_monthly_kw: 3
pues: 1
`),
    ).toEqual([
      expect.stringMatching(/^1: usge: unknown parameter; did you mean "usage"\?/),
      expect.stringMatching(/^2: region: unknown region/),
      expect.stringMatching(
        /^5: deployments\[0\]\.requests_per_mnth: unknown parameter; did you mean "requests_per_month"\?/,
      ),
      expect.stringMatching(/^6: deployments\[0\]\.utilization: expected at most 1 \(received 2\)/),
      expect.stringMatching(/^7: deployments\[0\]\.model_id: .*received secret/),
      expect.stringMatching(/^10: budgets\.max_monthly_kw: unknown parameter; did you mean "max_monthly_kwh"\?/),
      expect.stringMatching(/^11: pues: unknown parameter; did you mean "pue"\?/),
    ]);
    expect(
      problemsOf(`region: atlantis
hardware_platform: h1000
usage: small
utilization: 0.5
deployments:
  - usage: large
suppressions:
  - { rule: a, reason: b, until: 2027-02-30 }
`),
    ).toEqual([
      expect.stringMatching(/^1: region: unknown region/),
      expect.stringMatching(/^2: hardware_platform: .*received h1000/),
      expect.stringMatching(/^4: utilization: expected only one of usage, utilization/),
      expect.stringMatching(/^6: deployments\[0\]: expected one of paths, names, namespaces, environments/),
      expect.stringMatching(/^8: suppressions\[0\]\.until: expected a day of the calendar/),
    ]);
  });

  test.each([
    ["a list", "- a\n"],
    ["a word", "hello\n"],
    ["broken YAML", "a: [\n"],
    ["a key twice", "region: eu\nregion: us\n"],
    ["a bomb", `a: &a [x,x]\nb: &b [${"*a,".repeat(90)}]\nc: [${"*b,".repeat(90)}]\n`],
    ["deep nesting", "[".repeat(5_000)],
    ["too much text", "# x\n".repeat(40_000)],
    ["no number", "requests_per_month: .nan\n"],
    ["beyond all numbers", "requests_per_month: 1e999\n"],
    ["a suppression without a reason", "suppressions: [{ rule: int8-default }]\n"],
  ])("%s is refused", (_, text) => {
    expect(problemsOf(text).length).toBeGreaterThan(0);
  });

  test("law: no text makes it throw", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
        const result = read(text);
        if (!result.ok) for (const { line } of result.problems) expect(line).toBeGreaterThanOrEqual(1);
      }),
    );
  });
});

describe("measurements", () => {
  test("one path or several, below the top of the repository", () => {
    expect(read("measurements: measured/run.csv")).toMatchObject({ config: { measurements: ["measured/run.csv"] } });
    expect(read("measurements: [a.csv, b..c/.run.csv]")).toMatchObject({
      config: { measurements: ["a.csv", "b..c/.run.csv"] },
    });
  });

  test.each(["/etc/passwd", "../run.csv", "a/../../run.csv", "a\\\\b.csv", "..", "''"])("not %s", (path) => {
    expect(problemsOf(`pue: 1\nmeasurements: ${path}`)).toEqual([expect.stringMatching(/^2: measurements/)]);
  });
});
