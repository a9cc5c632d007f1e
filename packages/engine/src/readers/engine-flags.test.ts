import { describe, expect, it } from "vitest";
import { dtypeMeaning, ENGINE_FLAGS, flagKey, quantizationMeaning } from "./engine-flags.ts";

describe("engine flags", () => {
  it.each(["--max-num-seqs", "--max_num_seqs", "max_num_seqs", "maxNumSeqs"])("%s is one flag", (written) => {
    expect(ENGINE_FLAGS.vllm.get(flagKey(written))?.fact).toBe("max_num_seqs");
  });

  it("knows the short form of SGLang's context length", () => {
    expect(ENGINE_FLAGS.sglang.get(flagKey("--context-len"))?.fact).toBe("max_model_len");
  });

  it("gives one word another meaning in another engine", () => {
    expect(quantizationMeaning("tgi", "bitsandbytes", "m").precision).toBe("int8_default");
    expect(quantizationMeaning("vllm", "bitsandbytes", "m").precision).toBe("nf4");
    expect(quantizationMeaning("vllm", "bitsandbytes", "org/m-8bit").precision).toBeNull();
    expect(quantizationMeaning("tgi", "bitsandbytes-nf4", "m").precision).toBe("nf4");
  });

  it.each(["experts_int8", "w8a8_int8", "hqq"])("does not take %s for bitsandbytes, and says why", (word) => {
    expect(quantizationMeaning("vllm", word, "m")).toMatchObject({ precision: null, why: expect.stringMatching(/./) });
  });

  it.each([
    ["float", "fp32"],
    ["half", "fp16"],
    ["torch.bfloat16", "bf16"],
    ["auto", "auto"],
    ["int3", null],
  ])("dtype %s is %s", (word, expected) => {
    expect(dtypeMeaning(word)).toBe(expected);
  });
});
