import { type Catalogue, isOwn } from "../domain/catalogue.ts";
import { formatNumber } from "../domain/format.ts";
import type { Measurement } from "../domain/measurement.ts";
import type { Candidate, Transparency } from "../domain/report.ts";

const NOT_RECORDED = "not recorded";
const version = (name: string, value: string | null | undefined): string => `${name} ${value ?? NOT_RECORDED}`;

/** The source's method, with the number of runs where it does not state it itself. */
const methodOf = (method: string | undefined, runs: string | undefined): string =>
  method?.includes("n =") ? method : `${method ?? NOT_RECORDED}; n = ${runs ?? NOT_RECORDED}`;

const METERS = { nvml_counter: "NVML energy counter", nvml_power: "NVML power" } as const;

/** What a user's own row says of its method: it has no source record. */
function ownMethod(row: Measurement): string {
  const meter = row.energy_meter === undefined ? NOT_RECORDED : METERS[row.energy_meter];
  const rate = row.power_sample_hz === undefined ? "" : `, power read at ${formatNumber(row.power_sample_hz)} Hz`;
  return `your own measurement: ${meter}${rate}`;
}

/** Versions and method of the row behind an answer; "not recorded" where it does not say. */
export function transparencyOf(candidate: Candidate, catalogue: Catalogue): Transparency {
  const row = catalogue.measurementById.get(candidate.basis.evidence[0] ?? "");
  const source = row && catalogue.sourceById.get(row.source);
  const gpu = catalogue.gpuById.get(candidate.configuration.hardware_platform);
  const measuredHere = candidate.basis.tier === "measured" || candidate.basis.tier === "interpolated";
  return {
    hardware: gpu?.name ?? candidate.configuration.hardware_platform,
    driver: row?.driver_version ?? NOT_RECORDED,
    software: row
      ? [
          version("PyTorch", row.torch_version),
          version("CUDA", row.cuda_version),
          row.framework === "vllm"
            ? version("vLLM", row.framework_version)
            : version("transformers", row.transformers_version),
          ...(row.bitsandbytes_version ? [version("bitsandbytes", row.bitsandbytes_version)] : []),
        ].join(", ")
      : NOT_RECORDED,
    method: methodOf(row && isOwn(row, catalogue) ? ownMethod(row) : source?.method, row?.n_runs),
    baseline: row
      ? measuredHere
        ? `${row.id} (${row.model_id}, ${row.gpu}, ${row.precision}, batch ${Math.round(row.batch_size * 10) / 10}, ${row.date})`
        : `Extrapolated from ${row.id} (${row.model_id}, ${row.gpu}, ${row.precision}, batch ${Math.round(row.batch_size * 10) / 10})`
      : "Physics alone: no measured row is near",
    limitations: [
      "GPU board power only: CPU, DRAM, fans and network are not in the figure; PUE covers the building.",
      ...(source?.caveats ?? []),
      ...candidate.basis.notes,
    ],
  };
}
