// A5: where the evidence ends. A8: what a number of a large model or of several GPUs needs to say.
import { describe, expect, test } from "vitest";
import { app, ask, QUESTIONS, query } from "./support/ask-edge.ts";
import { LLAMA, MISTRAL } from "./support/questions.ts";

const body = async (protocol: string, question: object) => {
  const response = await ask(protocol, question);
  return { status: response.status, ...(await response.json()) };
};

describe("A5 abstain: a problem of type unknown with the nearest evidence", () => {
  const UNSUPPORTED = [
    ["a precision that nobody measured", { quantization: "awq" }],
    ["another", { quantization: "gptq" }],
    ["a vendor without a row", { hardware_platform: "mi300x" }],
    ["another", { hardware_platform: "gaudi3" }],
    ["no GPU at all", { hardware_platform: "tpu-v5e" }],
    ["kernels that this framework does not have", { hardware_platform: "h100", quantization: "mxfp4" }],
  ] as const;

  test.each(UNSUPPORTED)("%s: %j", async (_what, part) => {
    for (const protocol of ["estimate", "diagnose"] as const) {
      const problem = await body(protocol, { ...QUESTIONS[protocol], quantization: "fp16", ...part });
      expect(problem).toMatchObject({ status: 422, type: "/problems/unknown", missing: expect.any(String) });
      expect(problem.how_to_measure.length).toBeGreaterThan(40);
      expect(problem.nearest_evidence.length).toBeGreaterThan(0);
      for (const id of problem.nearest_evidence) expect((await app.request(`/v1/evidence/${id}`)).status).toBe(200);
    }
  });

  test.each(UNSUPPORTED.slice(2, 5))("OPTIMIZE and COMPARE: %s: %j", async (_what, part) => {
    for (const protocol of ["optimize", "compare"]) {
      expect(await body(protocol, { model_id: MISTRAL, ...part })).toMatchObject({
        status: 422,
        type: "/problems/unknown",
      });
    }
  });

  test("COMPARE says which columns are not measured, and gives them no number", async () => {
    const { columns } = await body("compare", { model_id: LLAMA, hardware_platform: "h100", framework: "vllm" });
    const absent = columns.filter(({ absence }: { absence: string | null }) => absence === "not measured");
    expect(absent.length).toBeGreaterThan(0);
    for (const { metrics, rank, why_not } of absent) {
      expect({ metrics, rank }).toEqual({ metrics: null, rank: null });
      expect(why_not.length).toBeGreaterThan(20);
    }
  });
});

describe("A5 or modelled, and widened", () => {
  const spread = ({ low, high }: { low: number; high: number }) => high / low;
  const estimate = async (part: object) =>
    (await body("estimate", { model_id: MISTRAL, hardware_platform: "a800", ...part })).current;

  test("a precision that was not measured, but whose bytes are known", async () => {
    const [known, guessed] = [await estimate({ quantization: "fp16" }), await estimate({ quantization: "fp32" })];
    expect(guessed.basis).toMatchObject({ tier: "modelled", confidence: "low" });
    expect(guessed.basis.evidence.length).toBeGreaterThan(0);
    expect(spread(guessed.metrics.energy_j_per_1k_tokens)).toBeGreaterThan(
      spread(known.metrics.energy_j_per_1k_tokens),
    );
  });

  test("a card without a row", async () => {
    const [known, guessed] = [await estimate({}), await estimate({ hardware_platform: "rtx3090" })];
    expect(guessed.basis).toMatchObject({ confidence: "low" });
    expect(["transferred", "modelled"]).toContain(guessed.basis.tier);
    expect(spread(guessed.metrics.energy_j_per_1k_tokens)).toBeGreaterThan(
      spread(known.metrics.energy_j_per_1k_tokens),
    );
  });
});

describe("A8 a mixture of experts", () => {
  const MOE = { hardware_platform: "h100", framework: "vllm", quantization: "bf16", num_gpus: 4, batch_size: 8 };

  test("total and active parameters stand in the answer: of the catalogue, and of a name", async () => {
    for (const [model_id, total, active] of [
      ["mistralai/Mixtral-8x7B-Instruct-v0.1", 46.7, 12.9],
      ["Org/Sparse-100B-A5B", 100, 5],
      ["Org/Mix-8x7B", 56, 14],
    ] as const) {
      const { current } = await body("estimate", { ...MOE, model_id });
      expect(current.configuration.model_params_b, model_id).toBeCloseTo(total, 0);
      expect(current.configuration.model_params_b_active, model_id).toBeCloseTo(active, 0);
    }
    const dense = await body("estimate", { ...MOE, model_id: LLAMA, num_gpus: 1 });
    expect(dense.current.configuration).not.toHaveProperty("model_params_b_active");
  });

  test("the active ones decide the energy, all of them the memory", async () => {
    const of = async (model_id: string) => (await body("estimate", { ...MOE, model_id })).current.metrics;
    const [sparse, dense] = [await of("Org/Sparse-100B-A5B"), await of("Org/Dense-100B")];
    expect(sparse.energy_j_per_1k_tokens.high).toBeLessThan(dense.energy_j_per_1k_tokens.low);
    expect(sparse.vram_gb.value / dense.vram_gb.value).toBeCloseTo(1, 1);
  });
});

describe("A8 several GPUs", () => {
  test("count and parallelism are told: of the row behind the answer, or as physics takes it", async () => {
    const { items } = await (await app.request("/v1/evidence?q=mlenergy-v3-0018")).json();
    const [row] = items;
    const { current } = await body("estimate", {
      model_id: row.model_id,
      hardware_platform: row.gpu,
      framework: row.framework,
      quantization: row.precision,
      num_gpus: row.num_gpus,
      batch_size: 8,
    });
    expect(current.configuration.num_gpus).toBe(row.num_gpus);
    expect(current.basis.evidence[0]).toBe(row.id);
    expect(current.basis.notes).toContain(
      `${row.id} ran its ${row.num_gpus} GPUs as expert parallel ${row.expert_parallel}.`,
    );
    const modelled = await body("estimate", {
      model_id: "Org/Dense-70B",
      hardware_platform: "h100",
      framework: "vllm",
      num_gpus: 4,
    });
    expect(modelled.current.basis.notes.join(" ")).toContain("The 4 GPUs are taken as tensor parallel");
  });
});

describe("A8 memory", () => {
  const BYTES_BF16 = 2;
  /** GB of the KV cache that one more sequence of `tokens` takes, as the answer has it. */
  const perSequence = async (question: object) => {
    const [one, two] = [
      await body("estimate", { ...question, batch_size: 1 }),
      await body("estimate", { ...question, batch_size: 2 }),
    ];
    return two.current.metrics.vram_gb.value - one.current.metrics.vram_gb.value;
  };

  test.each([MISTRAL, LLAMA, "Qwen/Qwen2-7B", "01-ai/Yi-6B"])(
    "%s: 2 × layers × KV heads × head dimension × bytes × tokens",
    async (model_id) => {
      const { items } = await (await app.request("/v1/models?limit=100&offset=0")).json();
      const more = await (await app.request("/v1/models?limit=100&offset=100")).json();
      const model = [...items, ...more.items].find(({ id }: { id: string }) => id === model_id);
      const { layers, kv_heads, head_dim } = model.architecture;
      const tokens = 512 + 256;
      const grown = await perSequence({
        model_id,
        hardware_platform: "a800",
        sequence_length: 512,
        generation_length: 256,
      });
      expect(grown).toBeCloseTo((2 * layers * kv_heads * head_dim * BYTES_BF16 * tokens) / 1e9, 9);
    },
  );

  test("a sliding window bounds the layers that have one", async () => {
    const at = (sequence_length: number) =>
      perSequence({
        model_id: "google/gemma-2-9b-it",
        hardware_platform: "a800",
        sequence_length,
        generation_length: 2048,
      });
    const [short, long] = [await at(2048), await at(6144)];
    // Twice the tokens, but half of the layers see 4,096 of them at most.
    expect(long / short).toBeCloseTo(1.5, 2);
  });

  test("a model known by its parameter count alone is told, and its interval is wider", async () => {
    const question = { hardware_platform: "a800", batch_size: 8 };
    const known = await body("estimate", { ...question, model_id: "Qwen/Qwen2-7B" });
    const named = await body("estimate", { ...question, model_id: "Org/Any-7.6B" });
    expect(named.warnings).toContainEqual(
      expect.objectContaining({ code: "parameters-from-name", message: expect.stringContaining("interval is wider") }),
    );
    const spread = (answer: typeof known, metric: string) =>
      answer.current.metrics[metric].high / answer.current.metrics[metric].low;
    for (const metric of ["vram_gb", "energy_j_per_1k_tokens"]) {
      expect(spread(named, metric), metric).toBeGreaterThan(spread(known, metric));
    }
  });

  test("a name without a size is refused, with what would do", async () => {
    const response = await app.request(`/v1/estimate?${query({ model_id: "Org/Nameless" })}`);
    expect(response.status).toBe(422);
    expect((await response.json()).errors[0]).toMatchObject({ parameter: "model_id", received: "Org/Nameless" });
  });
});
