import type { Catalogue } from "../domain/catalogue.ts";
import { type Quantity, quantity, sum } from "../domain/interval.ts";
import { BYTES_PER_GB } from "../domain/units.ts";
import type { Workload } from "../domain/workload.ts";
import { kvBytesPerSequence, mambaStateBytes, shapeOf } from "./architecture.ts";
import { coefficientsOf } from "./predict.ts";

/** Memory over all GPUs of the workload, in GB of 1e9 bytes. */
export interface MemoryNeed {
  readonly weights_gb: Quantity;
  /** Recurrent states of Mamba layers too. */
  readonly kv_cache_gb: Quantity;
  readonly overhead_gb: Quantity;
  readonly total_gb: Quantity;
  /** null where the card's memory is not known. A card's nominal GB (GiB in silicon) read as 1e9 bytes leaves 7 % to driver and context. */
  readonly available_gb: number | null;
  readonly fits: boolean;
}

const BYTES_16_BIT = 2;
const BILLION = 1e9;

/** Weights: total parameters at the precision's bytes; bitsandbytes leaves embeddings and head at 16 bit. */
function weightsGb(w: Workload, catalogue: Catalogue): Quantity {
  const c = coefficientsOf(catalogue);
  const precision = catalogue.precisionById.get(w.precision);
  const parameters = w.model.params_b_total;
  if (!precision || parameters === null) throw new RangeError(`${w.model.id}: weights of unknown size`);
  const at = (unquantized: number) =>
    (parameters *
      BILLION *
      (precision.bytes_per_weight * (1 - unquantized) +
        Math.max(precision.bytes_per_weight, BYTES_16_BIT) * unquantized)) /
    BYTES_PER_GB;
  if (!precision.quantized) return quantity(at(0), at(0), at(0));
  return quantity(at(c.unquantized_share), at(c.unquantized_share_low), at(c.unquantized_share_high));
}

/** Weights + caches + overhead against the memory of the GPUs. */
export function memoryGb(w: Workload, catalogue: Catalogue): MemoryNeed {
  const c = coefficientsOf(catalogue);
  const shape = shapeOf(w.model, catalogue);
  // A static eager batch holds every sequence at its full length; a paged cache holds them at their mean.
  const context =
    w.framework === "vllm" ? w.sequence_length + w.generation_length / 2 : w.sequence_length + w.generation_length;
  const cache = (bytes: number) =>
    (w.batch_size * (kvBytesPerSequence(shape, context, bytes) + mambaStateBytes(shape))) / BYTES_PER_GB;
  const weights_gb = weightsGb(w, catalogue);
  const kv_cache_gb = quantity(cache(shape.kv_bytes_per_token), cache(shape.kv_bytes_low), cache(shape.kv_bytes_high));
  const overhead_gb = quantity(
    c.memory_overhead_gb * w.num_gpus,
    c.memory_overhead_gb_low * w.num_gpus,
    c.memory_overhead_gb_high * w.num_gpus,
  );
  const total_gb = sum([weights_gb, kv_cache_gb, overhead_gb]);
  const available_gb = w.gpu.vram_gb === null ? null : w.gpu.vram_gb * w.num_gpus;
  return {
    weights_gb,
    kv_cache_gb,
    overhead_gb,
    total_gb,
    available_gb,
    fits: available_gb === null || total_gb.value <= available_gb,
  };
}
