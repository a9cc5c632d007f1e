import { describe, expect, test } from "vitest";
import { gpu, model, workload } from "./fixture-catalogue.test-data.ts";
import { howToMeasure, howToMeasureEffect, measureCommand } from "./how-to-measure.ts";

describe("the command that measures a question", () => {
  test("of transformers", () => {
    expect(measureCommand(workload({ batch_size: 8 }))).toBe(
      "python measure/measure.py --model toy/Seven-7B --dtype fp16 --batch 8 --input 512 --output 256 --out run.csv",
    );
    expect(measureCommand(workload({ precision: "int8_pure" }))).toContain("--dtype fp16 --quantization int8_pure ");
    expect(measureCommand(workload({ precision: "tf32" }))).toContain("--dtype tf32 ");
  });

  test("of a server on two GPUs, which is started first", () => {
    const served = howToMeasure(workload({ framework: "vllm", precision: "awq", batch_size: 16, num_gpus: 2 }));
    expect(served).toContain("vllm serve toy/Seven-7B --max-num-seqs 16 --tensor-parallel-size 2");
    expect(served).toContain(
      "--quantization awq --server http://127.0.0.1:8000 --concurrency 16 --input 512 --output 256 --gpus 0,1 --tensor-parallel 2 --out run.csv",
    );
  });

  test("none for a card that NVML does not read, or weights that the kit does not load: done by hand", () => {
    const elsewhere = workload({ gpu: gpu({ vendor: "amd", name: "Red Card" }) });
    expect(measureCommand(elsewhere)).toBeNull();
    expect(howToMeasure(elsewhere)).toMatch(/by hand.*Red Card.*vendor's board-power counter/);
    expect(measureCommand(workload({ precision: "gguf_q4_k_m" }))).toBeNull();
    // vLLM has no default INT8 of bitsandbytes.
    expect(measureCommand(workload({ precision: "int8_default", framework: "vllm" }))).toBeNull();
  });

  test("a hostile model name stays one word of the shell", () => {
    const hostile = workload({ model: model({ id: "x; rm -rf ~ '7B'" }) });
    expect(measureCommand(hostile)).toContain("--model 'x; rm -rf ~ '\\''7B'\\''' --dtype");
    expect(howToMeasureEffect("use_cache", "$(boom)-7B")).toContain("--model '$(boom)-7B' ");
  });
});

test("what a rule judges is measured by a pair of runs, on the user's model or on the plan's own", () => {
  expect(howToMeasureEffect("torch_compile", "toy/Seven-7B")).toBe(
    "Not measured here; run: `python measure/measure.py --model toy/Seven-7B --dtype fp16 --torch-compile off,on --out run.csv`",
  );
  expect(howToMeasureEffect("precision", "toy/Seven-7B")).toContain("--dtype fp32,tf32,bf16");
  expect(howToMeasureEffect("idle", null)).toContain("--plan measure/plans/rules.yaml");
});
