import { describe, expect, test } from "vitest";
import { parseInputs } from "./inputs.ts";

const token = { "INPUT_GITHUB-TOKEN": "t" };
const errorsOf = (env: Readonly<Record<string, string>>) => {
  const parsed = parseInputs({ ...token, ...env });
  return parsed.ok ? [] : parsed.errors;
};

describe("parseInputs", () => {
  test("gives the defaults for inputs that are absent or empty", () => {
    const expected = {
      token: "t",
      mode: "auto",
      config: ".ecocompute.yml",
      paths: ["**"],
      failOn: "critical",
      maxIncreasePercent: null,
      maxMonthlyKwh: null,
      maxMonthlyUsd: null,
      comment: "on-change",
      commentKey: "default",
      annotations: true,
      suggestions: true,
      sarifFile: null,
      factsFile: null,
      reportIssue: "EcoCompute: energy and cost of LLM serving",
    };
    expect(parseInputs(token)).toEqual({ ok: true, inputs: expected, warnings: [] });
    expect(parseInputs({ ...token, INPUT_MODE: " ", INPUT_PATHS: "" })).toMatchObject({ ok: true, inputs: expected });
  });

  test("reads lists by line and comma, and numbers", () => {
    const parsed = parseInputs({ ...token, INPUT_PATHS: "k8s/**\n app/*.py , !x", "INPUT_MAX-MONTHLY-KWH": "12.5" });
    expect(parsed).toMatchObject({ inputs: { paths: ["k8s/**", "app/*.py", "!x"], maxMonthlyKwh: 12.5 } });
  });

  test("takes the token of the environment where no input gives one, and needs one", () => {
    expect(parseInputs({ GITHUB_TOKEN: "g" })).toMatchObject({ inputs: { token: "g" } });
    expect(parseInputs({})).toMatchObject({ ok: false, errors: [expect.stringContaining("github-token")] });
  });

  test.each(["a b", "a-->", "ä", "a".repeat(41)])("12: refuses the comment key %s", (key) => {
    expect(errorsOf({ "INPUT_COMMENT-KEY": key })).toEqual([expect.stringContaining("comment-key: expected 1-40")]);
  });

  test.each(["-1", "1e9", "NaN", "Infinity", "10%", "1,000", "0x10"])("refuses the amount %s", (text) => {
    expect(errorsOf({ "INPUT_MAX-MONTHLY-USD": text })).toEqual([expect.stringContaining(JSON.stringify(text))]);
  });

  test("tells all errors at once, cut to size, with a suggestion", () => {
    const errors = errorsOf({ INPUT_MODE: "audt", "INPUT_FAIL-ON": "x".repeat(500) });
    expect(errors).toHaveLength(2);
    expect(errors[0]).toBe('input mode: expected one of auto, audit, report; received "audt". Did you mean "audit"?');
    expect(errors[1]?.length).toBeLessThan(200);
  });

  test.each(["/etc/passwd", "../x.yml", "a/../../x.yml"])("refuses the configuration path %s", (path) => {
    expect(errorsOf({ INPUT_CONFIG: path })).toEqual([expect.stringContaining("inside the repository")]);
  });

  test("warns of an input that has no effect", () => {
    const parsed = parseInputs({ ...token, INPUT_FAIL_ON: "never" });
    expect(parsed).toMatchObject({ ok: true, warnings: [expect.stringContaining('Did you mean "fail-on"?')] });
  });
});
