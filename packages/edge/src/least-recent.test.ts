import { expect, test } from "vitest";
import { leastRecent } from "./least-recent.ts";

test("what was asked least recently leaves first", () => {
  const memory = leastRecent<string>(2, 1000, (text) => text.length);
  memory.set("a", "1");
  memory.set("b", "2");
  expect(memory.get("a")).toBe("1");
  memory.set("c", "3");
  expect([memory.get("a"), memory.get("b"), memory.get("c")]).toEqual(["1", undefined, "3"]);
});

test("weight is bounded, and a value that is set again counts once", () => {
  const memory = leastRecent<string>(100, 25, (text) => text.length);
  for (let i = 0; i < 5; i += 1) memory.set("a", "x".repeat(9));
  memory.set("b", "x".repeat(9));
  expect(memory.get("a")).toBeDefined();
  memory.set("c", "x".repeat(9));
  expect([memory.get("b"), memory.get("a"), memory.get("c")].filter((value) => value !== undefined)).toHaveLength(2);
  memory.set("d", "x".repeat(100));
  expect(memory.get("d")).toBeUndefined();
});
