import { expect, test } from "vitest";
import { cut, suggest } from "./suggest.ts";

const NAMES = ["batch_size", "model_id", "/v1/estimate"];

test.each([
  ["batchsize", "batch_size"],
  ["BATCH_SIZE", "batch_size"],
  ["batch", "batch_size"],
  ["model-id", "model_id"],
  ["/v1/estimates", "/v1/estimate"],
])("%s means %s", (received, meant) => {
  expect(suggest(received, NAMES)).toEqual({ did_you_mean: meant });
});

test.each(["", "zzzzzzzz", "__proto__", "x".repeat(8000)])("%.20j means nothing here", (received) => {
  expect(suggest(received, NAMES)).toEqual({});
});

test("no candidates, no suggestion", () => {
  expect(suggest("batch", [])).toEqual({});
});

test("user text is repeated up to 64 characters", () => {
  expect(cut("x".repeat(100))).toHaveLength(64);
});
