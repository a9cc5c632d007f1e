// The contract's rules about parameters, on the real evidence, without a host.

import { type Quantity, renderMarkdown } from "@ecocompute/engine";
import { describe, expect, test } from "vitest";
import { ISSUE, LLAMA, MISTRAL } from "./support/questions.ts";
import { catalogue, codesOf, outcomeOf, problemOf, reportOf, warningOf } from "./support/run-protocol.ts";

describe("names", () => {
  test.each([
    ["4090", "rtx4090"],
    ["NVIDIA-H100-80GB-HBM3", "h100-sxm"],
    ["h100", "h100-sxm"],
    ["a100", "a100-80gb"],
    ["RTX 4090D", "rtx4090d"],
  ])("GPU %s is %s, told", (name, id) => {
    const report = reportOf("estimate", { model_id: MISTRAL, hardware_platform: name });
    expect(report.configuration.hardware_platform).toBe(id);
    expect(warningOf(report, "gpu-alias")).toContain(name);
  });

  test("a card of two memory sizes: the smaller, told", () => {
    const report = reportOf("estimate", { model_id: MISTRAL, hardware_platform: "v100" });
    expect(warningOf(report, "gpu-memory-variant")).toMatch(/16 and 32 GB; the smaller/);
    expect(report.configuration.gpu_vram_gb).toBe(16);
  });

  test.each(["Mistral-7B", "mistralai/Mistral-7B"])("model %s is the newest of that architecture, told", (name) => {
    const report = reportOf("estimate", { model_id: name, hardware_platform: "a800" });
    expect(report.configuration.model_id).toBe("mistralai/Mistral-7B-Instruct-v0.3");
    expect(warningOf(report, "model-alias")).toContain("newest id of that architecture");
  });

  test("meta-llama/Llama-3-8B is Llama-3.1-8B-Instruct, told", () => {
    const report = reportOf("estimate", { model_id: "meta-llama/Llama-3-8B", hardware_platform: "a800" });
    expect(report.configuration.model_id).toBe(LLAMA);
    expect(warningOf(report, "model-alias")).toContain("meta-llama/Llama-3-8B");
  });

  test("a name without a precision is not taken for a quantized checkpoint", () => {
    const report = reportOf("optimize", {
      model_id: "Qwen/Qwen3-235B-A22B",
      hardware_platform: "h200",
      framework: "vllm",
      num_gpus: 8,
    });
    expect(report.configuration).toMatchObject({ quantization: "fp16", model_params_b: 235.09 });
    expect(report.configuration.model_id).not.toContain("FP8");
  });

  test("a model that nobody knows: parameters from its name, told, and a wider interval", () => {
    const report = reportOf("estimate", { model_id: "SomeOrg/Unknown-13B", hardware_platform: "a800" });
    expect(report.configuration).toMatchObject({ model_id: "SomeOrg/Unknown-13B", model_params_b: 13 });
    expect(warningOf(report, "parameters-from-name")).toContain("13B parameters");
    const known = reportOf("estimate", { model_id: "Qwen/Qwen2-7B", hardware_platform: "a800" });
    const factor = ({ value, high }: Quantity) => high / value;
    expect(report.current.basis).toMatchObject({ tier: "modelled", confidence: "low" });
    expect(factor(report.current.metrics.energy_j_per_1k_tokens)).toBeGreaterThan(
      factor(known.current.metrics.energy_j_per_1k_tokens),
    );
  });

  test.each(["foo", "Org/0x7B", "Org/0B"])("%s states no parameters: an error that says so", (model_id) => {
    const [error] = problemOf("estimate", { model_id }).errors;
    expect(error).toMatchObject({ parameter: "model_id", received: model_id });
    expect(error?.message).toContain("states no number of parameters");
  });

  test("versions of one architecture share their evidence, told", () => {
    const { basis } = reportOf("estimate", { model_id: MISTRAL, hardware_platform: "rtx4090d" }).current;
    expect(basis.notes.join("\n")).toContain(
      "measured mistralai/Mistral-7B-Instruct-v0.3, which has the same architecture.",
    );
  });
});

describe("rows of an unstated A100 or V100 never answer for another", () => {
  const unstated = new Set(catalogue.gpus.flatMap((gpu) => (gpu.variant_unstated ? gpu.id : [])));
  // Every model that has such a row, asked on every stated board of the family.
  const models = [...new Set(catalogue.usable.flatMap((row) => (unstated.has(row.gpu) ? row.model_id : [])))];

  test("the entries exist and answer to their id alone", () => {
    expect([...unstated].sort()).toEqual(["a100-unstated", "v100-unstated"]);
    expect(reportOf("compare", { model_id: MISTRAL, hardware_platform: "a100" }).configuration.hardware_platform).toBe(
      "a100-80gb",
    );
  });

  test.each(["a100-40gb", "a100-80gb", "a100-pcie", "v100", "a800"])("%s", (hardware_platform) => {
    for (const model_id of [...models, MISTRAL]) {
      for (const framework of ["transformers", "vllm"]) {
        const outcome = outcomeOf("estimate", { model_id, hardware_platform, framework, num_gpus: 1 });
        if (!outcome.ok) continue;
        const gpus = outcome.value.current.basis.evidence.map((id) => catalogue.measurementById.get(id)?.gpu ?? "");
        expect(
          gpus.filter((gpu) => unstated.has(gpu)),
          `${model_id} under ${framework}`,
        ).toEqual([]);
      }
    }
  });
});

describe("fp16 and bf16 answer for each other, noted", () => {
  const asked = { model_id: LLAMA, hardware_platform: "h100-sxm", framework: "vllm" };
  test.each([64, 48])("at batch %i", (batch_size) => {
    const at = (quantization: string) => reportOf("estimate", { ...asked, quantization, batch_size }).current;
    const [fp16, bf16] = [at("fp16"), at("bf16")];
    expect(fp16.metrics.energy_j_per_1k_tokens).toEqual(bf16.metrics.energy_j_per_1k_tokens);
    expect(fp16.basis.notes.join("\n")).toContain("ran in bf16, which moves the same bytes as fp16.");
    expect(bf16.basis.notes.join("\n")).not.toContain("same bytes");
  });
});

describe("traffic and place", () => {
  test("requests_per_day counts 30.4 days a month", () => {
    const { configuration } = reportOf("estimate", { model_id: MISTRAL, requests_per_day: 1000 });
    expect(configuration.requests_per_month).toBeCloseTo(30_400, 9);
    expect(configuration.assumed).not.toContain("requests_per_month");
  });

  test("both a day's and a month's requests are refused", () => {
    const [error] = problemOf("estimate", { model_id: MISTRAL, requests_per_day: 1, requests_per_month: 1 }).errors;
    expect(error?.message).toContain("not both");
  });

  test("no traffic given: 1,000,000 a month, stated as assumed", () => {
    const report = reportOf("estimate", { model_id: MISTRAL });
    expect(report.configuration).toMatchObject({ requests_per_month: 1_000_000 });
    expect(warningOf(report, "assumed-requests")).toContain("1,000,000");
  });

  test.each([
    ["us", 0.12, 390],
    ["china", 0.085, 555],
  ])("%s has the skill's price and intensity", (region, price, grid) => {
    const { configuration } = reportOf("estimate", { model_id: MISTRAL, region });
    expect(configuration).toMatchObject({ region, electricity_usd_per_kwh: price, grid_gco2_per_kwh: grid });
  });

  test.each([
    ["DEU", "DEU"],
    ["de", "DEU"],
    ["Germany", "DEU"],
    ["europe-west1", "gcp:europe-west1"],
  ])("region %s has an intensity and no price: cost_usd is null, told", (name, id) => {
    const report = reportOf("estimate", { model_id: MISTRAL, region: name });
    expect(report.configuration.region).toBe(id);
    expect(report.current.monthly.cost_usd).toBeNull();
    expect(report.savings.cost_usd).toBeNull();
    expect(report.current.monthly.carbon_kgco2e?.value).toBeGreaterThan(0);
    expect(warningOf(report, "no-electricity-price")).toContain("Give electricity_usd_per_kwh");
  });

  test("a price of one's own wins over the region's", () => {
    const report = reportOf("estimate", { model_id: MISTRAL, region: "DEU", electricity_usd_per_kwh: 0.3 });
    const { energy_kwh, cost_usd } = report.current.monthly;
    expect(cost_usd?.value).toBeCloseTo(0.3 * energy_kwh.value, 9);
    expect(codesOf(report)).not.toContain("no-electricity-price");
  });

  test("an unknown region is refused, with a suggestion where one is near", () => {
    expect(problemOf("estimate", { model_id: MISTRAL, region: "gcp:us-east12" }).errors[0]?.did_you_mean).toBe(
      "gcp:us-east1",
    );
    expect(problemOf("estimate", { model_id: MISTRAL, region: "???" }).errors[0]).not.toHaveProperty("did_you_mean");
  });

  test.each([
    ["a800", {}, 1.1],
    ["rtx4090d", {}, 1],
    ["a6000", {}, 1],
    ["a800", { deployment: "local" }, 1],
    ["rtx4090d", { deployment: "cloud" }, 1.1],
    ["a800", { deployment: "local", pue: 1.5 }, 1.5],
  ])("PUE of %s with %o is %f", (hardware_platform, asked, pue) => {
    expect(reportOf("estimate", { model_id: MISTRAL, hardware_platform, ...asked }).configuration.pue).toBe(pue);
  });

  test("rental is kept apart from electricity, and absent where no price was given", () => {
    const bare = reportOf("estimate", ISSUE).current.monthly;
    expect(bare).not.toHaveProperty("rental_usd");
    const rented = reportOf("estimate", { ...ISSUE, gpu_hour_usd: 2 }).current.monthly;
    expect(rented.cost_usd).toEqual(bare.cost_usd);
    expect(rented.rental_usd?.value).toBeCloseTo(2 * (bare.gpu_hours?.value ?? 0), 9);
  });
});

describe("lengths", () => {
  test("64 input tokens are below the bound", () => {
    expect(problemOf("estimate", { model_id: MISTRAL, sequence_length: 64 }).errors).toEqual([
      { parameter: "sequence_length", message: "expected at least 128", received: "64" },
    ]);
  });

  test("8192 input tokens: accepted with a warning and a wider interval", () => {
    const usual = reportOf("estimate", { model_id: MISTRAL }).current.metrics.energy_j_per_1k_tokens;
    const report = reportOf("estimate", { model_id: MISTRAL, sequence_length: 8192 });
    expect(warningOf(report, "length-beyond-measured")).toContain("8192");
    const long = report.current.metrics.energy_j_per_1k_tokens;
    expect(long.high / long.low).toBeGreaterThan(usual.high / usual.low);
  });

  test("beyond the context window is refused", () => {
    const [error] = problemOf("estimate", { model_id: MISTRAL, sequence_length: 40_000 }).errors;
    expect(error).toMatchObject({ parameter: "sequence_length", received: "40000" });
    expect(error?.message).toContain("context window of 32768");
  });

  test("input + output beyond the window: a warning up to 4096, an error above", () => {
    const small = { model_id: "facebook/opt-6.7b", hardware_platform: "a800" };
    expect(codesOf(reportOf("estimate", { ...small, sequence_length: 1900, generation_length: 200 }))).toContain(
      "context-window",
    );
    const phi = { model_id: "microsoft/Phi-3-mini-4k-instruct", hardware_platform: "a800" };
    expect(codesOf(reportOf("estimate", { ...phi, sequence_length: 3840, generation_length: 256 }))).not.toContain(
      "context-window",
    );
    const [error] = problemOf("estimate", { ...phi, sequence_length: 4000, generation_length: 256 }).errors;
    expect(error?.message).toMatch(/4256 exceeds .* context window of 4096/);
  });
});

describe("savings", () => {
  test("of a token are of the tokens, not of a month that idles", () => {
    const input = { model_id: MISTRAL, hardware_platform: "a800", replicas: 1, requests_per_month: 20_000 };
    const report = reportOf("estimate", input);
    const [now, then] = [report.current, report.optimized].map((each) => each.metrics.energy_j_per_1k_tokens.value);
    const line = renderMarkdown(report)
      .split("\n")
      .find((text) => text.startsWith("| Energy (J/1k tokens)"));
    const shown = Number(/\| (-?[\d.]+) %[^|]*\|$/.exec(line ?? "")?.[1]);
    expect(shown).toBeCloseTo(100 * (1 - (then ?? 0) / (now ?? 1)), 0);
    expect(Math.abs(shown - report.savings.percent.value)).toBeGreaterThan(1);
  });
});

describe("COMPARE of what nobody measured", () => {
  test("says so, and not that it does not fit", () => {
    const input = { model_id: LLAMA, hardware_platform: "h100", framework: "vllm", quantization: "bf16" };
    const report = reportOf("compare", input);
    const nf4 = report.columns.find(({ quantization }) => quantization === "nf4");
    expect(nf4).toMatchObject({ fits: false, absence: "not measured", metrics: null });
    expect(renderMarkdown(report)).not.toContain("does not fit");
    expect(renderMarkdown(report)).toContain("Δ Energy vs BF16");
  });
});

describe("calibration", () => {
  test("a 16-bit run narrows nothing of a precision that nobody measured", () => {
    const fp32 = { model_id: MISTRAL, hardware_platform: "a100", precision: "fp32", batch_size: 1 };
    const own = { calibration_throughput_tok_s: 30, calibration_power_w: 150 };
    const [without, calibrated] = [fp32, { ...fp32, ...own }].map((input) => reportOf("estimate", input).current);
    expect(without?.basis.tier).toBe("modelled");
    expect(calibrated?.metrics).toEqual(without?.metrics);
  });

  const asked = { model_id: MISTRAL, hardware_platform: "rtx4090d" };

  test("at FP16, batch 1 the answer is the user's own run", () => {
    const { metrics, basis } = reportOf("estimate", {
      ...asked,
      calibration_throughput_tok_s: 20,
      calibration_power_w: 150,
    }).current;
    expect(metrics.throughput_tok_s?.value).toBeCloseTo(20, 9);
    expect(metrics.energy_j_per_1k_tokens.value).toBeCloseTo(7500, 6);
    expect(basis.notes[0]).toContain("0.69 times the evidence's host");
  });

  test("another precision is scaled by the evidence's own ratio", () => {
    const at = (quantization: string, calibration: object) =>
      reportOf("estimate", { ...asked, quantization, ...calibration }).current.metrics.energy_j_per_1k_tokens.value;
    const own = { calibration_throughput_tok_s: 20, calibration_power_w: 150 };
    expect(at("nf4", own) / at("fp16", own)).toBeCloseTo(at("nf4", {}) / at("fp16", {}), 9);
  });

  test("power alone is refused; under vLLM it is told that nothing is done with it", () => {
    expect(problemOf("estimate", { ...asked, calibration_power_w: 150 }).errors[0]?.parameter).toBe(
      "calibration_power_w",
    );
    const vllm = { model_id: LLAMA, hardware_platform: "h100", framework: "vllm", batch_size: 64 };
    const report = reportOf("estimate", { ...vllm, calibration_throughput_tok_s: 20 });
    expect(codesOf(report)).toContain("calibration-not-used");
    expect(report.current.metrics).toEqual(reportOf("estimate", vllm).current.metrics);
  });
});

describe("replicas: an always-on fleet under its traffic", () => {
  const fleet = (replicas: number, requests_per_month: number, more: object = {}) =>
    reportOf("estimate", {
      model_id: LLAMA,
      hardware_platform: "h100",
      framework: "vllm",
      batch_size: 64,
      replicas,
      requests_per_month,
      ...more,
    });

  test("doubling the replicas at the same traffic costs idle energy", () => {
    const [two, four] = [fleet(2, 100_000).current.monthly, fleet(4, 100_000).current.monthly];
    expect(four.energy_kwh.value).toBeGreaterThan(1.5 * two.energy_kwh.value);
    expect([two.gpu_hours?.value, four.gpu_hours?.value]).toEqual([2 * 730, 4 * 730]);
  });

  test("the fleet uses more than the same requests alone", () => {
    const alone = reportOf("estimate", {
      model_id: LLAMA,
      hardware_platform: "h100",
      framework: "vllm",
      batch_size: 64,
      requests_per_month: 100_000,
    });
    expect(fleet(1, 100_000).current.monthly.energy_kwh.value).toBeGreaterThan(alone.current.monthly.energy_kwh.value);
  });

  test("more traffic than capacity is told, with the replicas it needs; that many suffice", () => {
    const message = warningOf(fleet(1, 200_000_000), "overloaded");
    const needed = Number(/: ([\d,]+) are needed/.exec(message)?.[1]?.replaceAll(",", ""));
    expect(needed).toBeGreaterThan(1);
    expect(codesOf(fleet(needed, 200_000_000))).not.toContain("overloaded");
    expect(codesOf(fleet(needed - 1, 200_000_000))).toContain("overloaded");
  });

  test("an optimum is never a fleet that serves less of the traffic", () => {
    const asked = {
      model_id: MISTRAL,
      hardware_platform: "a800",
      batch_size: 1,
      replicas: 1,
      requests_per_month: 3_000_000,
    };
    expect(codesOf(reportOf("estimate", asked))).toContain("overloaded");
    expect(codesOf(reportOf("optimize", asked))).not.toContain("overloaded");
  });

  test("no replica at all: nothing is used, and that is told", () => {
    const report = fleet(0, 1000);
    expect(report.current.monthly.energy_kwh.value).toBe(0);
    expect(codesOf(report)).toContain("no-replicas");
  });
});
