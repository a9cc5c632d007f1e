import type { Catalogue } from "../domain/catalogue.ts";
import { including, type Quantity } from "../domain/interval.ts";
import type { Measurement } from "../domain/measurement.ts";
import type { Workload } from "../domain/workload.ts";
import { predict } from "../physics/predict.ts";

/** Lengths within 10 % are the same lengths. */
const SAME_LENGTH = 0.1;
/** Lengths for rows that do not publish theirs, so that what they say does not depend on who asks. */
export const TYPICAL_LENGTHS = { sequence_length: 512, generation_length: 256 } as const;

/** The skill's usual range; hardly a row is longer. */
const USUAL = { sequence_length: 4096, generation_length: 2048 } as const;

/** Exponent ≥ 1 on an interval's factor: one more half for each doubling of a length beyond the usual range. */
export function beyondMeasuredLengths(w: Workload): number {
  const doublings = (asked: number, usual: number) => Math.max(0, Math.log2(asked / usual));
  return (
    1 +
    (doublings(w.sequence_length, USUAL.sequence_length) + doublings(w.generation_length, USUAL.generation_length)) / 2
  );
}

/** Did the row run requests at least as long as the asked ones? */
export const reaches = (row: Measurement, w: Workload): boolean =>
  w.sequence_length <= (1 + SAME_LENGTH) * (row.input_tokens ?? TYPICAL_LENGTHS.sequence_length) &&
  w.generation_length <= (1 + SAME_LENGTH) * (row.output_tokens ?? TYPICAL_LENGTHS.generation_length);

/** Energy per token at the asked lengths over energy at the row's, by physics; 1 where physics cannot say. */
export function lengthRatio(w: Workload, row: Measurement, catalogue: Catalogue): number {
  const asked = predict(w, catalogue);
  const there = predict(
    {
      ...w,
      sequence_length: row.input_tokens ?? TYPICAL_LENGTHS.sequence_length,
      generation_length: row.output_tokens ?? TYPICAL_LENGTHS.generation_length,
    },
    catalogue,
  );
  return asked && there ? asked.energy_j_per_token / there.energy_j_per_token : 1;
}

/** The interval of a row's energy, stretched so that it also holds the interval of what physics makes of it at the asked lengths. */
export function stretchedToLengths(energy: Quantity, w: Workload, row: Measurement, catalogue: Catalogue): Quantity {
  const ratio = lengthRatio(w, row, catalogue);
  return including(energy, [energy.low * ratio, energy.high * ratio]);
}

/** What the reader has to know about the row's lengths; null where they are the asked ones. */
export function lengthNote(w: Workload, row: Measurement): string | null {
  const differs = (asked: number, there: number | null) => there !== null && Math.abs(there / asked - 1) > SAME_LENGTH;
  if (row.input_tokens === null || row.output_tokens === null) {
    const known =
      row.output_tokens === null ? "" : ` (it generated ${Math.round(row.output_tokens)} tokens on average)`;
    return `${row.id} does not publish all of its lengths${known}: the interval allows for yours.`;
  }
  if (differs(w.sequence_length, row.input_tokens) || differs(w.generation_length, row.output_tokens)) {
    return `${row.id} ran ${Math.round(row.input_tokens)} + ${Math.round(row.output_tokens)} tokens: the interval is widened to your ${w.sequence_length} + ${w.generation_length}.`;
  }
  return null;
}
