import { describe, expect, test } from "vitest";
import { isSelected, pathMatches } from "./path-patterns.ts";

describe("pathMatches", () => {
  test.each([
    ["a/b.py", "**", true],
    [".github/workflows/x.yaml", "**/*.yaml", true],
    ["b.py", "**/*.py", true],
    ["a/b/c.py", "a/**/c.py", true],
    ["a/c.py", "a/**/c.py", true],
    ["a/b.py", "*.py", false],
    ["k8s/prod/a.yaml", "k8s/**", true],
    ["k8s-old/a.yaml", "k8s/**", false],
    ["a/bc.py", "a/b?.py", true],
    ["a/b.py", "a/b.py", true],
    ["a[1].py", "a[1].py", true],
    ["a/b.py", "a", false],
  ])("%s against %s: %s", (path, pattern, matches) => expect(pathMatches(path, pattern)).toBe(matches));

  test("a hostile path comes to its end: backtracking would not", () => {
    const pattern = `${"*a".repeat(40)}b`;
    expect(pathMatches("a".repeat(4_000), pattern)).toBe(false);
    expect(pathMatches(`${"a/".repeat(2_000)}c`, `${"**/a/".repeat(30)}b`)).toBe(false);
  });
});

describe("isSelected", () => {
  test("the last pattern that matches decides", () => {
    const patterns = ["k8s/**", "!k8s/test/**", "k8s/test/keep.yaml"];
    expect(isSelected("k8s/a.yaml", patterns)).toBe(true);
    expect(isSelected("k8s/test/a.yaml", patterns)).toBe(false);
    expect(isSelected("k8s/test/keep.yaml", patterns)).toBe(true);
    expect(isSelected("app/a.py", patterns)).toBe(false);
  });

  test("exclusions alone start from everything", () => {
    expect(isSelected("app/a.py", ["!k8s/**"])).toBe(true);
    expect(isSelected("k8s/a.yaml", ["!k8s/**"])).toBe(false);
  });
});
