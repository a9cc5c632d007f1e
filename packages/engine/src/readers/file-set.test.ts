import { describe, expect, test } from "vitest";
import { fileSet, resolvePath, withFile, yamlOf } from "./file-set.ts";

describe("a path as a file writes it", () => {
  test.each([
    ["overlays/prod", "../../base", "base"],
    ["overlays/prod", "./patch.yaml", "overlays/prod/patch.yaml"],
    ["", "base/", "base"],
    ["a", "..", ""],
    ["a", "../../b", null],
    ["a", "https://github.com/org/repo//base?ref=v1", null],
    ["a", "/etc/passwd", null],
  ])("%s + %s", (folder, written, path) => {
    expect(resolvePath(folder, written)).toBe(path);
  });
});

test("a text is parsed once, and again where it was replaced", () => {
  const [a, b] = [
    { path: "a.yaml", content: "x: 1" },
    { path: "b.yaml", content: "x: 2" },
  ];
  const set = fileSet([a, b]);
  const edited = withFile(set, { path: "b.yaml", content: "x: 3" });
  expect(yamlOf(a)).toBe(yamlOf(set.byPath.get("a.yaml") ?? b));
  expect(edited.byPath.get("a.yaml")).toBe(a);
  expect(yamlOf(edited.byPath.get("b.yaml") ?? a).documents[0]?.root?.entries.get("x")?.value).toBe(3);
});
