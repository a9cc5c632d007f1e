import fc from "fast-check";
import { expect, test } from "vitest";
import { repeatedName } from "./repeated-name.ts";

test.each([
  ['{"a":1,"b":2,"a":3}', "a"],
  ['{"a": 1, "\\u0061" : 2}', "a"],
  ['{"x":[{"__proto__":1,"__proto__":2}]}', "__proto__"],
  ['{"a\\"b":1,"a\\"b":2}', 'a"b'],
  ['{"":1,"":2}', ""],
])("%s repeats %s", (json, name) => {
  expect(repeatedName(json)).toBe(name);
});

test.each([
  '{"a":{"a":1},"b":{"a":2}}',
  '{"a":"b","c":"a"}',
  '{"a":"{\\"a\\":1}","b":"\\\\"}',
  '["a","a"]',
  '{"a":["b","b"]}',
])("%s repeats nothing", (json) => {
  expect(repeatedName(json)).toBeNull();
});

test("what JSON.stringify writes repeats nothing", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(0, 2), (value, spaces) => {
      expect(repeatedName(JSON.stringify(value, null, spaces))).toBeNull();
    }),
  );
});

test("64 KiB of anything are read at once", () => {
  const text = JSON.stringify({ a: '\\"'.repeat(16_000), b: "{".repeat(16_000) });
  expect(repeatedName(text)).toBeNull();
});
