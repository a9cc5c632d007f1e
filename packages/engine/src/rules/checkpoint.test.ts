import { describe, expect, it } from "vitest";
import { checkpointFormat } from "./checkpoint.ts";
import { fixtureCatalogue } from "./fixture-catalogue.test-data.ts";

describe("checkpointFormat", () => {
  it.each([
    ["org/model-AWQ", "awq"],
    ["org/model-GPTQ-Int4", "gptq"],
    ["org/model-GPTQ-Int8", "other"],
    ["org/model-quantized.w4a16", "other"],
    ["org/model-W8A8", "other"],
    ["org/model-int4-AutoRound", "other"],
    ["org/model-4bit", "other"],
    ["org/model-bnb-4bit", "bitsandbytes"],
    ["oci://registry.example.com/models/model-fp8:3.0", "fp8"],
    ["org/model-fp8-w8a8", "fp8"],
    ["org/model-7B-Instruct", null],
    ["org/int4net", null],
  ])("%s is %s", (id, format) => {
    expect(checkpointFormat(id, fixtureCatalogue)).toBe(format);
  });
});
