import type { Catalogue } from "../domain/catalogue.ts";
import type { Gpu } from "../domain/gpu.ts";
import type { Outcome } from "../domain/problem.ts";
import type { Region } from "../domain/region.ts";
import type { Configuration, Resolved } from "../domain/request.ts";
import { DAYS_PER_MONTH } from "../domain/units.ts";
import type { Demand, Workload } from "../domain/workload.ts";
import { largestBatch } from "./batch-bound.ts";
import { DEFAULTS, PUE_BY_DEPLOYMENT, type WorkloadRequest, WorkloadRequestSchema } from "./parameters.ts";
import { invalid, parse } from "./parse.ts";
import { type Collector, checkBatch, checkCalibrationPower, checkLengths, isPowerOfTwo } from "./resolve-checks.ts";
import { resolveGpu } from "./resolve-gpu.ts";
import { resolveModel } from "./resolve-model.ts";
import { resolvePrecision } from "./resolve-precision.ts";
import { resolveRegion } from "./resolve-region.ts";
import { shown } from "./shown.ts";

function requestsPerMonth(request: WorkloadRequest, out: Collector): number {
  if (request.requests_per_day !== undefined && request.requests_per_month !== undefined) {
    out.errors.push({
      parameter: "requests_per_day",
      message: "expected either requests_per_day or requests_per_month, not both",
      received: shown(request.requests_per_day),
    });
  }
  if (request.requests_per_day !== undefined) return request.requests_per_day * DAYS_PER_MONTH;
  return request.requests_per_month ?? DEFAULTS.requests_per_month;
}

function pueOf(request: WorkloadRequest, gpu: Gpu): number {
  if (request.pue !== undefined) return request.pue;
  const deployment = request.deployment ?? (gpu.class === "datacenter" ? "cloud" : "local");
  return PUE_BY_DEPLOYMENT[deployment];
}

/** Price and grid: the request's own figures win, then the region's; a price that nobody knows stays null, told. */
function placeOf(
  request: WorkloadRequest,
  region: Region,
  out: Collector,
): Pick<Demand, "electricity_usd_per_kwh" | "grid_gco2_per_kwh"> {
  const electricity_usd_per_kwh = request.electricity_usd_per_kwh ?? region.electricity_usd_per_kwh;
  const grid_gco2_per_kwh = request.grid_gco2_per_kwh ?? region.grid_gco2_per_kwh;
  if (electricity_usd_per_kwh === null) {
    out.warnings.push({
      code: "no-electricity-price",
      message: `No electricity price is known for ${region.name}: cost_usd is null. Give electricity_usd_per_kwh.`,
    });
  }
  if (grid_gco2_per_kwh === null) {
    out.warnings.push({
      code: "no-grid-intensity",
      message: `No grid intensity is known for ${region.name}: carbon_kgco2e is null. Give grid_gco2_per_kwh.`,
    });
  }
  return { electricity_usd_per_kwh, grid_gco2_per_kwh };
}

const DEFAULTED = [
  "hardware_platform",
  "quantization",
  "batch_size",
  "sequence_length",
  "generation_length",
  "framework",
  "num_gpus",
] as const;

function assumedNames(request: WorkloadRequest): string[] {
  const assumed: string[] = DEFAULTED.filter((name) => request[name] === undefined);
  if (request.precision === undefined) assumed.push("precision");
  if (request.requests_per_day === undefined && request.requests_per_month === undefined)
    assumed.push("requests_per_month");
  const ownPlace = request.electricity_usd_per_kwh !== undefined && request.grid_gco2_per_kwh !== undefined;
  if (request.region === undefined && !ownPlace) assumed.push("region");
  if (request.pue === undefined && request.deployment === undefined) assumed.push("pue");
  return assumed;
}

/** Every look-up and cross-check that all protocols share, on a request that passed its schema. */
export function resolveParsed(request: WorkloadRequest, catalogue: Catalogue): Outcome<Resolved> {
  const out: Collector = { errors: [], warnings: [] };
  const model = resolveModel(request.model_id, catalogue);
  const gpu = resolveGpu(request.hardware_platform ?? DEFAULTS.hardware_platform, catalogue);
  const place = resolveRegion(request.region ?? DEFAULTS.region, catalogue);
  if ("error" in model) out.errors.push(model.error);
  else out.warnings.push(...model.warnings);
  if ("error" in gpu) out.errors.push(gpu.error);
  else out.warnings.push(...gpu.warnings);
  if ("error" in place) out.errors.push(place.error);
  else out.warnings.push(...place.warnings);
  const num_gpus = request.num_gpus ?? DEFAULTS.num_gpus;
  if (!isPowerOfTwo(num_gpus)) {
    out.errors.push({
      parameter: "num_gpus",
      message: "expected 1, 2, 4, 8, ... (a power of two)",
      received: shown(num_gpus),
    });
  }
  if (request.calibration_power_w !== undefined && request.calibration_throughput_tok_s === undefined) {
    out.errors.push({
      parameter: "calibration_power_w",
      message: "expected together with calibration_throughput_tok_s",
      received: shown(request.calibration_power_w),
    });
  }
  if (!("error" in gpu)) checkCalibrationPower(request.calibration_power_w, gpu.gpu, num_gpus, out);
  // An always-on vLLM replica that states no bound runs with the engine's own, as far as it was measured here.
  const served = request.replicas !== undefined && request.framework === "vllm";
  const most = "error" in gpu ? Number.POSITIVE_INFINITY : largestBatch("vllm", gpu.gpu, catalogue).bound;
  const unstated = served ? Math.min(DEFAULTS.vllm_max_num_seqs, most) : DEFAULTS.batch_size;
  const batch_size = request.batch_size ?? unstated;
  const sequence_length = request.sequence_length ?? DEFAULTS.sequence_length;
  const generation_length = request.generation_length ?? DEFAULTS.generation_length;
  const requests_per_month = requestsPerMonth(request, out);
  if (!("error" in gpu)) checkBatch(batch_size, request, gpu.gpu, catalogue, out);
  if (!("error" in model)) checkLengths(sequence_length, generation_length, model.model, out);
  if ("error" in model || "error" in gpu || "error" in place) return invalid(out.errors);
  const precision = resolvePrecision(request, model.model, gpu.gpu);
  if (precision.error) out.errors.push(precision.error);
  if (out.errors.length > 0 || precision.error) return invalid(out.errors);
  out.warnings.push(...precision.warnings);
  const region = place.region;
  const framework = request.framework ?? DEFAULTS.framework;
  const workload: Workload = {
    model: model.model,
    gpu: gpu.gpu,
    num_gpus,
    precision: precision.id,
    framework,
    batch_size,
    sequence_length,
    generation_length,
    calibration:
      request.calibration_throughput_tok_s === undefined
        ? null
        : { throughput_tok_s: request.calibration_throughput_tok_s, power_w: request.calibration_power_w ?? null },
  };
  const demand: Demand = {
    requests_per_month,
    pue: pueOf(request, gpu.gpu),
    ...placeOf(request, region, out),
    region: region.id,
    gpu_hour_usd: request.gpu_hour_usd ?? null,
    replicas: request.replicas ?? null,
  };
  if (workload.calibration && framework !== "transformers") {
    out.warnings.push({
      code: "calibration-not-used",
      message: "calibration_* describes an eager FP16 run: it says nothing about vLLM and is not used.",
    });
  }
  const assumed = assumedNames(request);
  if (assumed.includes("requests_per_month")) {
    out.warnings.push({
      code: "assumed-requests",
      message: `No traffic was given: ${DEFAULTS.requests_per_month.toLocaleString("en-US")} requests a month are assumed.`,
    });
  }
  return {
    ok: true,
    value: {
      workload,
      demand,
      configuration: configurationOf(workload, demand, precision.compute, request.use_case ?? null, assumed),
      warnings: out.warnings,
    },
  };
}

/** The configuration as an answer shows it. */
export function configurationOf(
  workload: Workload,
  demand: Demand,
  compute: string,
  useCase: string | null,
  assumed: readonly string[],
): Configuration {
  return {
    model_id: workload.model.id,
    hardware_platform: workload.gpu.id,
    num_gpus: workload.num_gpus,
    quantization: workload.precision,
    precision: compute,
    framework: workload.framework,
    batch_size: workload.batch_size,
    sequence_length: workload.sequence_length,
    generation_length: workload.generation_length,
    requests_per_month: demand.requests_per_month,
    region: demand.region,
    pue: demand.pue,
    electricity_usd_per_kwh: demand.electricity_usd_per_kwh,
    grid_gco2_per_kwh: demand.grid_gco2_per_kwh,
    replicas: demand.replicas,
    use_case: useCase,
    assumed,
    model_params_b: workload.model.params_b_total,
    ...(workload.model.params_b_active === workload.model.params_b_total
      ? {}
      : { model_params_b_active: workload.model.params_b_active }),
    gpu_name: workload.gpu.name,
    gpu_architecture: workload.gpu.architecture,
    gpu_vram_gb: workload.gpu.vram_gb,
  };
}

/** Validates and resolves a raw request that has only the common parameters. */
export function resolveRequest(input: unknown, catalogue: Catalogue): Outcome<Resolved> {
  const parsed = parse(WorkloadRequestSchema, input);
  return parsed.ok ? resolveParsed(parsed.value, catalogue) : parsed;
}
