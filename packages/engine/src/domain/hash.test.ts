import { expect, test } from "vitest";
import { hash64 } from "./hash.ts";

// Published test vectors of FNV-1a 64.
test.each([
  ["", "cbf29ce484222325"],
  ["a", "af63dc4c8601ec8c"],
  ["foobar", "85944171f73967e8"],
])("hash64(%j)", (text, expected) => {
  expect(hash64(text)).toBe(expected);
});
