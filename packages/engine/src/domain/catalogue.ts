import type { ClaimResult } from "./claim.ts";
import type { Gpu } from "./gpu.ts";
import type { HeldOut, Slice } from "./held-out.ts";
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
  /** Where rules start to speak, each with its basis: data/rules/. */
  readonly thresholds: PhysicsCoefficients;
  /** The error of each rung on rows it had not seen; intervals come from it. */
  readonly held_out: readonly HeldOut[];
  /** The same error by card, precision and batch: served, read by no estimate. */
  readonly slices?: readonly Slice[];
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
  /** Rows that the user brought to this one question; null for the published evidence alone. */
  readonly own: OwnEvidence | null;
}

export interface OwnEvidence {
  readonly ids: ReadonlySet<string>;
  /** The same catalogue without them. */
  readonly published: Catalogue;
}

/** Did the user measure this row? Then it ranks above published ones for its GPU. */
export const isOwn = (row: Measurement, catalogue: Catalogue): boolean => catalogue.own?.ids.has(row.id) === true;

/** Rows of one key differ only in batch, lengths, session and precision's 16-bit twin. */
export const evidenceKey = (
  architectureId: string,
  gpu: string,
  numGpus: number,
  framework: string,
  precision: string,
): string => `${architectureId}|${gpu}|${numGpus}|${framework}|${precision === "bf16" ? "fp16" : precision}`;

/** A model known by its parameters only is an architecture of its own. */
const parametersOnly = (modelId: string): string => `only:${modelId}`;
export const architectureId = (model: Model): string => model.architecture?.id ?? parametersOnly(model.id);

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
    own: null,
  };
}

/** The catalogue with the user's own rows beside the published ones. Their ids are not in it yet. */
export function withOwnMeasurements(published: Catalogue, rows: readonly Measurement[]): Catalogue {
  const superseded = new Set(rows.map((row) => row.supersedes));
  const usable = rows.filter((row) => isUsable(row) && !superseded.has(row.id));
  const evidence = new Map(published.evidence);
  for (const row of usable) {
    const model = published.modelById.get(row.model_id);
    const architecture = model ? architectureId(model) : parametersOnly(row.model_id);
    const key = evidenceKey(architecture, row.gpu, row.num_gpus, row.framework, row.precision);
    evidence.set(key, [...(evidence.get(key) ?? []), row]);
  }
  return {
    ...published,
    dataset_version: `${published.dataset_version}+own.${rows.length}`,
    measurements: [...published.measurements, ...rows],
    measurementById: new Map([...published.measurementById, ...rows.map((row) => [row.id, row] as const)]),
    evidence,
    usable: [...published.usable, ...usable],
    own: { ids: new Set(rows.map(({ id }) => id)), published },
  };
}
