import type { ClaimResult } from "./claim.ts";
import type { Gpu } from "./gpu.ts";
import type { HeldOut } from "./held-out.ts";
import type { Measurement } from "./measurement.ts";
import type { Model } from "./model.ts";
import type { PhysicsCoefficients } from "./physics-coefficients.ts";
import type { Precision } from "./precision.ts";
import type { Region } from "./region.ts";
import type { Source } from "./source.ts";

/** Everything the engine knows, as data/ compiles it: plain JSON. */
export interface CatalogueData {
  /** Content hash of data/, in the form YYYY.MM.DD+hash of the newest source's date. */
  readonly dataset_version: string;
  readonly precisions: readonly Precision[];
  readonly gpus: readonly Gpu[];
  readonly models: readonly Model[];
  readonly sources: readonly Source[];
  readonly measurements: readonly Measurement[];
  readonly regions: readonly Region[];
  readonly claims: readonly ClaimResult[];
  readonly physics: PhysicsCoefficients;
  /** The error of each rung on rows it had not seen; intervals come from it. */
  readonly held_out: readonly HeldOut[];
}

/** CatalogueData with its indexes; build it once with `indexCatalogue` and pass it to every call. */
export interface Catalogue extends CatalogueData {
  readonly gpuById: ReadonlyMap<string, Gpu>;
  readonly modelById: ReadonlyMap<string, Model>;
  readonly precisionById: ReadonlyMap<string, Precision>;
  readonly regionById: ReadonlyMap<string, Region>;
  readonly measurementById: ReadonlyMap<string, Measurement>;
  readonly sourceById: ReadonlyMap<string, Source>;
  /** Usable rows (gpu_board, not superseded, tier 1 or 2, no encoder-decoder), by `evidenceKey`. */
  readonly evidence: ReadonlyMap<string, readonly Measurement[]>;
  readonly usable: readonly Measurement[];
}

/** Rows of one key differ only in batch, lengths, session and precision's 16-bit twin. */
export const evidenceKey = (
  architectureId: string,
  gpu: string,
  numGpus: number,
  framework: string,
  precision: string,
): string => `${architectureId}|${gpu}|${numGpus}|${framework}|${precision === "bf16" ? "fp16" : precision}`;

/** A model known by its parameters only is an architecture of its own. */
export const architectureId = (model: Model): string => model.architecture?.id ?? `only:${model.id}`;

/** A run with torch.compile or without the KV cache is another workload: rules cite it beside its partner, no estimate uses it. */
export const isSwitched = (row: Measurement): boolean => row.torch_compile === true || row.use_cache === false;

/** May this row stand behind an estimate? Other energy scopes, tier 3, encoder-decoders and switched runs are shown, never used. */
export const isUsable = (row: Measurement): boolean =>
  row.energy_scope === "gpu_board" && row.tier < 3 && row.flag !== "encoder_decoder" && !isSwitched(row);

export function indexCatalogue(data: CatalogueData): Catalogue {
  const byId = <T extends { readonly id: string }>(items: readonly T[]) =>
    new Map(items.map((item) => [item.id, item]));
  const modelById = byId(data.models);
  const superseded = new Set(data.measurements.map((row) => row.supersedes));
  const usable = data.measurements.filter((row) => isUsable(row) && !superseded.has(row.id));
  const evidence = new Map<string, Measurement[]>();
  for (const row of usable) {
    const model = modelById.get(row.model_id);
    if (!model) continue;
    // FastChat on transformers is kept a framework of its own: another serving loop, PyTorch 2.0.
    const key = evidenceKey(architectureId(model), row.gpu, row.num_gpus, row.framework, row.precision);
    const rows = evidence.get(key);
    if (rows) rows.push(row);
    else evidence.set(key, [row]);
  }
  return {
    ...data,
    gpuById: byId(data.gpus),
    modelById,
    precisionById: byId(data.precisions),
    regionById: byId(data.regions),
    measurementById: byId(data.measurements),
    sourceById: byId(data.sources),
    evidence,
    usable,
  };
}
