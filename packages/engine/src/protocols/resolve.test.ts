import { describe, expect, test } from "vitest";
import { catalogueOf, gpu, model, row } from "../evidence/fixture-catalogue.test-data.ts";
import { resolveRequest } from "./resolve.ts";

const catalogue = catalogueOf({
  gpus: [
    gpu(),
    gpu({ id: "rtx4090d", name: "Desk Card", class: "consumer" }),
    gpu({ id: "served", name: "Served Card" }),
    gpu({ id: "unserved", name: "Unserved Card" }),
  ],
  models: [model(), model({ id: "toy/Short-2B", params_b_total: 2, context_window: 2048 })],
  measurements: [
    row(),
    row({ id: "v", gpu: "served", framework: "vllm", batch_size: 255.6 }),
    row({ id: "w", gpu: "card", framework: "vllm", batch_size: 96 }),
  ],
});
const ask = (input: object) => {
  const outcome = resolveRequest({ model_id: "toy/Seven-7B", ...input }, catalogue);
  return outcome.ok
    ? { ...outcome.value, codes: outcome.value.warnings.map(({ code }) => code), errors: [] }
    : { codes: [], errors: outcome.problem.errors.map(({ parameter }) => parameter), problem: outcome.problem };
};

test("the contract's defaults, each listed as assumed", () => {
  expect(ask({})).toMatchObject({
    configuration: {
      model_id: "toy/Seven-7B",
      hardware_platform: "rtx4090d",
      num_gpus: 1,
      quantization: "fp16",
      precision: "fp16",
      framework: "transformers",
      batch_size: 1,
      sequence_length: 512,
      generation_length: 256,
      requests_per_month: 1_000_000,
      region: "us",
      pue: 1,
      electricity_usd_per_kwh: 0.1,
      grid_gco2_per_kwh: 500,
      replicas: null,
      use_case: null,
    },
    codes: ["assumed-requests"],
  });
});

test("what the request gives is not assumed; both prices of one's own stand for a region", () => {
  const given = ask({
    hardware_platform: "card",
    quantization: "fp16",
    batch_size: 2,
    sequence_length: 512,
    generation_length: 256,
    precision: "fp16",
    framework: "transformers",
    num_gpus: 2,
    requests_per_day: 10,
    electricity_usd_per_kwh: 0.2,
    grid_gco2_per_kwh: 100,
    pue: 1.3,
  });
  expect(given).toMatchObject({ configuration: { assumed: [], pue: 1.3, requests_per_month: 304 }, codes: [] });
});

test("every error at once: model, GPU, region, count, calibration", () => {
  expect(
    ask({ model_id: "foo", hardware_platform: "nope", region: "nowhere", num_gpus: 3, calibration_power_w: 5 }).errors,
  ).toEqual(["model_id", "hardware_platform", "region", "num_gpus", "calibration_power_w"]);
});

describe("batch", () => {
  test.each([
    [{ batch_size: 64 }, []],
    [{ batch_size: 65 }, ["batch_size"]],
    [{ batch_size: 256, framework: "vllm", hardware_platform: "served" }, []],
    [{ batch_size: 257, framework: "vllm", hardware_platform: "served" }, ["batch_size"]],
    [{ batch_size: 96, framework: "vllm", hardware_platform: "unserved" }, []],
    [{ batch_size: 97, framework: "vllm", hardware_platform: "unserved" }, ["batch_size"]],
    [{ batch_size: 0 }, ["batch_size"]],
    [{ batch_size: 1.5 }, ["batch_size"]],
  ])("%o: errors %j", (input, errors) => {
    expect(ask(input).errors).toEqual(errors);
  });

  test("no power of two is noted under transformers, where batches are static", () => {
    expect(ask({ batch_size: 24 }).codes).toContain("batch-not-power-of-two");
    expect(ask({ batch_size: 32 }).codes).not.toContain("batch-not-power-of-two");
    expect(ask({ batch_size: 24, framework: "vllm" }).codes).not.toContain("batch-not-power-of-two");
  });

  test("batch 1 in production is flagged", () => {
    expect(ask({ use_case: "production_api" }).codes).toContain("batch-one-in-production");
    expect(ask({ use_case: "production_api", batch_size: 8 }).codes).not.toContain("batch-one-in-production");
    expect(ask({ use_case: "interactive_chat" }).codes).not.toContain("batch-one-in-production");
  });
});

describe("lengths", () => {
  test.each([
    [{ sequence_length: 127 }, ["sequence_length"], []],
    [{ sequence_length: 128 }, [], []],
    [{ generation_length: 0 }, ["generation_length"], []],
    [{ generation_length: 1 }, [], []],
    [{ sequence_length: 4097 }, [], ["length-beyond-measured"]],
    [{ generation_length: 2049 }, [], ["length-beyond-measured"]],
    [{ sequence_length: 8193 }, ["sequence_length"], []],
    [{ sequence_length: 8000, generation_length: 256 }, ["sequence_length"], []],
    [{ model_id: "toy/Short-2B", sequence_length: 1792 }, [], []],
    [{ model_id: "toy/Short-2B", sequence_length: 1800 }, [], ["context-window"]],
    [{ model_id: "toy/Short-2B", sequence_length: 3840 }, [], ["context-window"]],
    [{ model_id: "toy/Short-2B", sequence_length: 3841 }, ["sequence_length"], []],
    [{ model_id: "toy/Short-2B", sequence_length: 5000 }, ["sequence_length"], []],
  ])("%o: errors %j, warnings %j", (input, errors, warnings) => {
    const { codes, errors: found } = ask({ ...input, requests_per_month: 1 });
    expect({ errors: found, codes }).toEqual({ errors, codes: warnings });
  });
});

test.each([
  [{ hardware_platform: "card" }, 1.1],
  [{ hardware_platform: "rtx4090d" }, 1],
  [{ hardware_platform: "card", deployment: "local" }, 1],
  [{ hardware_platform: "rtx4090d", deployment: "cloud" }, 1.1],
  [{ hardware_platform: "card", deployment: "local", pue: 2 }, 2],
])("PUE of %o is %f", (input, pue) => {
  expect(ask(input)).toMatchObject({ demand: { pue } });
});
