import { architecture, gpu, model, precision, row } from "../../../../test/support/toy-evidence.ts";
import { type Catalogue, indexCatalogue } from "../domain/catalogue.ts";
import type { Deployment, Fact, Facts, Position } from "../domain/deployment.ts";
import type { Gpu } from "../domain/gpu.ts";
import type { Measurement } from "../domain/measurement.ts";
import type { Model } from "../domain/model.ts";
import type { PrecisionId } from "../domain/precision.ts";
import type { Resolved } from "../domain/request.ts";
import type { Workload } from "../domain/workload.ts";
import { COEFFICIENTS } from "../physics/coefficients.ts";
import type { RuleSubject } from "./rule.ts";

const card = (id: string, vram_gb: number): Gpu => gpu({ id, name: id.toUpperCase(), vram_gb });

const sized = (id: string, params: number): Model =>
  model({
    id,
    params_b_total: params,
    params_b_active: params,
    architecture: architecture({
      id: `test-${params}`,
      layers: 32,
      hidden_size: 4096,
      heads: 32,
      kv_heads: 8,
      head_dim: 128,
      kv_bytes_per_token_bf16: 131_072,
    }),
    context_window: 32_768,
  });

/** One row of `card-a`; `energy` in J per output token, gross. */
const measured = (
  id: string,
  model_id: string,
  precision: PrecisionId,
  energy: number,
  fp16_partner: string | null,
  batch_size = 1,
): Measurement =>
  row({
    id,
    gpu: "card-a",
    model_id,
    precision,
    batch_size,
    throughput_tok_s: 20,
    power_w: energy * 20,
    power_basis: "derived",
    energy_j_per_token: energy,
    energy_j_per_token_published: energy,
    energy_j_per_token_std: 0,
    fp16_partner,
  });

/**
 * Two cards: on `card-a` NF4 saves from about 4B and default INT8 doubles the energy; `card-b` has no row.
 * `small` 1B, `middle` 3B, `large` 8B, `huge` 70B.
 */
export const fixtureCatalogue: Catalogue = indexCatalogue({
  dataset_version: "fixture",
  precisions: [
    precision("fp16", 2),
    precision("int8_default", 1),
    precision("int8_pure", 1),
    precision("nf4", 0.5),
    precision("awq", 0.5),
  ],
  gpus: [card("card-a", 24), card("card-b", 80)],
  models: [sized("org/small", 1), sized("org/middle", 3), sized("org/large", 8), sized("org/huge", 70)],
  sources: [],
  measurements: [
    measured("small-fp16", "org/small", "fp16", 1, null),
    measured("small-nf4", "org/small", "nf4", 1.4, "small-fp16"),
    measured("middle-fp16", "org/middle", "fp16", 2, null),
    measured("middle-nf4", "org/middle", "nf4", 2.2, "middle-fp16"),
    measured("large-fp16", "org/large", "fp16", 4, null),
    measured("large-nf4", "org/large", "nf4", 3.2, "large-fp16"),
    measured("large-int8", "org/large", "int8_default", 8, "large-fp16"),
    measured("large-pure", "org/large", "int8_pure", 5, "large-fp16"),
    measured("large-batch8", "org/large", "fp16", 0.8, null, 8),
  ],
  regions: [],
  claims: [],
  held_out: [],
  thresholds: Object.fromEntries(
    Object.entries({
      available_replicas: 2,
      usual_tokens: 6144,
      long_context_times_need: 4,
      few_full_sequences: 8,
    }).map(([name, value]) => [name, { value, unit: "1", meaning: "fixture", basis: "fixture" }]),
  ),
  // Only the memory's coefficients are read by these tests; the others must be there.
  physics: Object.fromEntries(
    COEFFICIENTS.map((name) => [
      name,
      { value: name.startsWith("unquantized") ? 0 : 1, unit: "1", meaning: "fixture", basis: "fixture" },
    ]),
  ),
});

/** The fixture's catalogue with other rows, of the toy card and the toy model. */
export const measuredBy = (...measurements: readonly Measurement[]): Catalogue =>
  indexCatalogue({ ...fixtureCatalogue, gpus: [gpu()], models: [model()], measurements });

const AT: Position = { path: "app.py", line: 7, column: 5, end_line: 7 };
export const fact = <T>(value: T, line = AT.line): Fact<T> => ({ value, at: { ...AT, line, end_line: line } });

export const workloadOf = (modelId: string, gpuId: string, more: Partial<Workload> = {}): Workload => {
  const [chosenModel, chosenGpu] = [fixtureCatalogue.modelById.get(modelId), fixtureCatalogue.gpuById.get(gpuId)];
  if (!chosenModel || !chosenGpu) throw new Error(`the fixture has no ${modelId} or ${gpuId}`);
  return {
    model: chosenModel,
    gpu: chosenGpu,
    num_gpus: 1,
    precision: "fp16",
    framework: "transformers",
    batch_size: 1,
    sequence_length: 512,
    generation_length: 256,
    calibration: null,
    ...more,
  };
};

function resolvedOf(workload: Workload, assumed: readonly string[]): Resolved {
  const demand = {
    requests_per_month: 1_000_000,
    pue: 1,
    electricity_usd_per_kwh: null,
    grid_gco2_per_kwh: null,
    region: "us",
    gpu_hour_usd: null,
    replicas: 1,
  };
  return {
    workload,
    demand,
    configuration: {
      model_id: workload.model.id,
      hardware_platform: workload.gpu.id,
      num_gpus: workload.num_gpus,
      quantization: workload.precision,
      precision: "fp16",
      framework: workload.framework,
      batch_size: workload.batch_size,
      sequence_length: workload.sequence_length,
      generation_length: workload.generation_length,
      requests_per_month: demand.requests_per_month,
      region: demand.region,
      pue: demand.pue,
      electricity_usd_per_kwh: null,
      grid_gco2_per_kwh: null,
      replicas: 1,
      use_case: null,
      assumed,
    },
    warnings: [],
  };
}

/** What a rule sees of a deployment with these facts; without a workload nothing could be resolved. */
export function subjectOf(
  facts: Facts,
  workload: Workload | null = null,
  more: Partial<RuleSubject> & { readonly assumed?: readonly string[]; readonly purpose?: Deployment["purpose"] } = {},
): RuleSubject {
  const { assumed = [], purpose = "inference", ...rest } = more;
  return {
    deployment: {
      id: "app.py#module/1",
      name: "app",
      format: "python/transformers",
      path: "app.py",
      at: AT,
      facts: { framework: fact("transformers" as const), ...facts },
      unresolved: [],
      purpose,
    },
    resolved: workload && resolvedOf(workload, assumed),
    fleet: null,
    catalogue: fixtureCatalogue,
    ...rest,
  };
}
