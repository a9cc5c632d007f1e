import { describe, expect, test } from "vitest";
import { catalogueOf, gpu, row } from "../evidence/fixture-catalogue.test-data.ts";
import { optimizeProtocol } from "./optimize.ts";

// Two cards of one kind, the second at twice the energy, each with a 16-bit row at batch 1 and 8.
const rowsOn = (id: string, factor: number) =>
  [1, 8].map((batch_size) =>
    row({ id: `${id}-${batch_size}`, gpu: id, batch_size, energy_j_per_token: (factor * 10) / batch_size }),
  );
const catalogue = catalogueOf({
  gpus: [
    gpu(),
    gpu({ id: "hungry", name: "Hungry", aliases: ["big eater"] }),
    gpu({ id: "small", name: "Small", vram_gb: 8 }),
    gpu({ id: "other-vendor", name: "Other vendor", vendor: "amd" }),
  ],
  measurements: [...rowsOn("card", 1), ...rowsOn("hungry", 2)],
});
const optimize = (request: object) =>
  optimizeProtocol.run(
    { model_id: "toy/Seven-7B", ...("search_gpus" in request ? {} : { hardware_platform: "card" }), ...request },
    { catalogue, python: null },
  );
const answer = (request: object) => {
  const outcome = optimize(request);
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.problem));
  return outcome.value;
};
const errors = (request: object) => {
  const outcome = optimize(request);
  if (outcome.ok) throw new Error("answered");
  return outcome.problem.errors.map(({ parameter, message }) => `${parameter}: ${message}`);
};

describe("without lists", () => {
  test("the GPU and the count asked for alone", () => {
    const { recommended, pareto_front } = answer({ hardware_platform: "hungry", num_gpus: 2 });
    for (const { configuration: c } of [...pareto_front, ...(recommended ? [recommended] : [])])
      expect([c.hardware_platform, c.num_gpus]).toEqual(["hungry", 2]);
  });
});

describe("lists", () => {
  test("are the whole search: GPUs by any name, counts, precisions and batches", () => {
    const report = answer({
      search_gpus: ["hungry", "card"],
      search_num_gpus: [1, 2],
      search_quantizations: ["fp16"],
      search_batch_sizes: [1, 8],
    });
    expect(report.searched.configurations).toBe(8);
    expect(report.recommended?.configuration).toMatchObject({
      hardware_platform: "card",
      num_gpus: 1,
      quantization: "fp16",
      batch_size: 8,
    });
    // The other card at the same count is twice as hungry, whatever physics makes of two GPUs.
    const other = report.alternatives.find(
      ({ configuration: c }) => c.hardware_platform === "hungry" && c.num_gpus === 1,
    );
    expect(other?.energy_percent.value).toBeCloseTo(-50, 9);
  });

  test("start from the first GPU and count of theirs, assumed no more; an alias is told once", () => {
    const { configuration, warnings } = answer({ search_gpus: ["Big Eater", "card"], search_num_gpus: [2, 4] });
    expect(configuration).toMatchObject({ hardware_platform: "hungry", num_gpus: 2 });
    expect(configuration.assumed).not.toContain("hardware_platform");
    expect(warnings.filter(({ code }) => code === "gpu-alias")).toHaveLength(1);
  });

  test("what has no estimate is told, not dropped", () => {
    const { warnings } = answer({ search_gpus: ["card", "other-vendor"], search_quantizations: ["fp16", "awq"] });
    const told = warnings.filter(({ code }) => code === "not-searched").map(({ message }) => message);
    expect(told).toHaveLength(3);
    expect(told.join("\n")).toContain("1 x other-vendor in fp16: No usable measurement exists on any AMD accelerator");
    expect(told.join("\n")).toContain("1 x card in awq: No usable measurement of awq");
  });

  test("what does not fit says so of its smallest batch", () => {
    const { warnings } = answer({ search_gpus: ["small", "card"], search_batch_sizes: [32, 1] });
    // 14 GB of weights, 1 GB of overhead and one sequence of 768 tokens of 1 MB.
    expect(warnings.find(({ message }) => message.startsWith("1 x small in fp16"))?.message).toMatch(
      /does not fit: needs 15\.\d+ GB of 8 GB/,
    );
  });

  test("of which nothing can be answered are refused as their first", () => {
    const outcome = optimize({ search_gpus: ["other-vendor"] });
    expect(outcome).toMatchObject({ ok: false, problem: { type: "unknown", status: 422 } });
  });

  test("are refused where the user wrote the mistake", () => {
    expect(errors({ search_gpus: ["hungri", "card"] })).toEqual([
      expect.stringMatching(/^search_gpus\[0\]: unknown GPU; did you mean "hungry"/),
    ]);
    expect(errors({ search_gpus: ["card", "cart"] })).toEqual([
      expect.stringMatching(/^search_gpus\[1\]: unknown GPU/),
    ]);
    expect(errors({ search_num_gpus: [1, 3] })).toEqual([
      "search_num_gpus[1]: expected 1, 2, 4, 8, ... (a power of two)",
    ]);
    expect(errors({ search_num_gpus: [3] })).toEqual(["search_num_gpus[0]: expected 1, 2, 4, 8, ... (a power of two)"]);
    expect(errors({ search_batch_sizes: [1, 65] })).toEqual([
      expect.stringMatching(/^search_batch_sizes\[1\]: expected 1 to 64 \(transformers\)/),
    ]);
    expect(errors({ search_gpus: [] })).toEqual([expect.stringContaining("search_gpus")]);
    expect(errors({ search_quantizations: ["int8"] })).toEqual([expect.stringContaining("search_quantizations[0]")]);
  });
});

test("a search of more than 2,000 configurations is refused, with its size and the list to shorten", () => {
  const batches = Array.from({ length: 64 }, (_, i) => i + 1);
  const precisions = ["fp16", "nf4", "int8_pure", "int8_default"];
  const wide = { search_batch_sizes: batches, search_quantizations: precisions, search_num_gpus: [1, 2, 4, 8] };
  expect(errors({ ...wide, search_gpus: ["card", "hungry"] })).toEqual([
    "search_batch_sizes: expected at most 2000 configurations, this search has 2048 (search_gpus 2 x search_num_gpus 4 x search_batch_sizes 64 x search_quantizations 4): shorten a list or ask twice",
  ]);
  expect(answer(wide).searched.configurations).toBe(1024);
});
