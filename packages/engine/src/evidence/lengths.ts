import type { Catalogue } from "../domain/catalogue.ts";
import type { Basis, Tier } from "../domain/estimate.ts";
import { type Quantity, within } from "../domain/interval.ts";
import type { Measurement } from "../domain/measurement.ts";
import { DEFAULT_LENGTHS, USUAL_LENGTHS, type Workload } from "../domain/workload.ts";
import type { CoefficientName, CoefficientValues } from "../physics/coefficients.ts";
import { coefficientsOf, type Prediction, predict } from "../physics/predict.ts";
import { heldOut, judged } from "./held-out.ts";
import type { RawEstimate } from "./raw.ts";

/** Lengths within 10 % are the same lengths. */
const SAME_LENGTH = 0.1;

/** Mean input tokens of workloads that publish none: fitted with the physics, named with its coefficients. */
const WORKLOAD_INPUT: ReadonlyMap<string, CoefficientName> = new Map([
  ["lm-arena-chat", "input_tokens_lm_arena_chat"],
  ["gpqa", "input_tokens_gpqa"],
  ["sourcegraph-fim", "input_tokens_sourcegraph_fim"],
  ["v2-chat", "input_tokens_v2_chat"],
  ["v2-code", "input_tokens_v2_code"],
]);

/** The lengths that a row ran, as published, else as its workload has them, else the contract's defaults, whoever asks. */
export function rowLengths(
  row: Measurement,
  c: CoefficientValues,
): Pick<Workload, "sequence_length" | "generation_length"> {
  const fitted = row.workload === null ? undefined : WORKLOAD_INPUT.get(row.workload);
  return {
    sequence_length: row.input_tokens ?? (fitted ? c[fitted] : DEFAULT_LENGTHS.sequence_length),
    generation_length: row.output_tokens ?? DEFAULT_LENGTHS.generation_length,
  };
}

/** Exponent ≥ 1 on an interval's factor: one more half for each doubling of a length beyond the usual range. */
export function beyondMeasuredLengths(w: Workload): number {
  const doublings = (asked: number, usual: number) => Math.max(0, Math.log2(asked / usual));
  return (
    1 +
    (doublings(w.sequence_length, USUAL_LENGTHS.sequence_length) +
      doublings(w.generation_length, USUAL_LENGTHS.generation_length)) /
      2
  );
}

/** Did the row run requests at least as long as the asked ones? */
export function reaches(row: Measurement, w: Workload, catalogue: Catalogue): boolean {
  const ran = rowLengths(row, coefficientsOf(catalogue));
  return (
    w.sequence_length <= (1 + SAME_LENGTH) * ran.sequence_length &&
    w.generation_length <= (1 + SAME_LENGTH) * ran.generation_length
  );
}

/** This workload at the lengths that the row ran, by physics; null where it cannot say. */
export const predictedAtRowLengths = (w: Workload, row: Measurement, catalogue: Catalogue): Prediction | null =>
  predict({ ...w, ...rowLengths(row, coefficientsOf(catalogue)) }, catalogue);

/** A figure at the asked lengths over that at the row's, by physics; 1 where physics cannot say. */
function lengthRatio(w: Workload, row: Measurement, catalogue: Catalogue, figure: Compared): number {
  const asked = predict(w, catalogue);
  const there = predictedAtRowLengths(w, row, catalogue);
  return asked && there ? asked[figure] / there[figure] : 1;
}
type Compared = "energy_j_per_token" | "throughput_tok_s";

/** The larger of the two lengths' distances, in doublings. */
function doublingsApart(w: Workload, row: Measurement, catalogue: Catalogue): number {
  const ran = rowLengths(row, coefficientsOf(catalogue));
  return Math.max(
    Math.abs(Math.log2(w.generation_length / ran.generation_length)),
    Math.abs(Math.log2(w.sequence_length / ran.sequence_length)),
  );
}
const sameLengths = (w: Workload, row: Measurement, catalogue: Catalogue): boolean =>
  doublingsApart(w, row, catalogue) <= Math.log2(1 + SAME_LENGTH);

/** How wrong physics may be between the row's lengths and the asked ones, as factors: what pairs of workloads showed, by the doubling. 1 for the same lengths, and where no such pairs were judged. */
export function lengthErrors(
  w: Workload,
  row: Measurement,
  catalogue: Catalogue,
): { readonly energy: number; readonly throughput: number } {
  const error = judged("ratio_lengths", w, catalogue);
  if (!error || sameLengths(w, row, catalogue)) return { energy: 1, throughput: 1 };
  const doublings = doublingsApart(w, row, catalogue);
  return {
    energy: error.interval_factor ** doublings,
    throughput: error.throughput_interval_factor ** doublings,
  };
}

/** Rungs that show what a row ran, at its own lengths; the others answer at the asked ones. */
const AS_IT_RAN: ReadonlySet<Tier> = new Set<Tier>(["measured", "interpolated"]);

/** A figure at the asked lengths over what the answer shows, by physics: 1 where the answer is at those lengths. Two answers are compared at the same lengths or not at all. */
export function lengthFactor(
  w: Workload,
  tier: Tier,
  row: Measurement | undefined,
  catalogue: Catalogue,
  figure: Compared = "energy_j_per_token",
): number {
  if (!row || !AS_IT_RAN.has(tier)) return 1;
  return sameLengths(w, row, catalogue) ? 1 : lengthRatio(w, row, catalogue, figure);
}

/** What a rung says of the asked lengths, where it shows a row's: for decisions, not for show. */
export function atAskedLengths(w: Workload, raw: RawEstimate, catalogue: Catalogue): Quantity {
  const [row] = raw.rows;
  const factor = lengthFactor(w, raw.tier, row, catalogue);
  if (!row || factor === 1) return raw.energy_j_per_token;
  const error = heldOut(raw.tier, w, catalogue).interval_factor * lengthErrors(w, row, catalogue).energy;
  return within(raw.energy_j_per_token.value * factor, error);
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

/** `lengthFactor` of an answer, from what it says of itself. */
export const shownToAsked = (
  w: Workload,
  { tier, evidence }: Basis,
  catalogue: Catalogue,
  figure: Compared = "energy_j_per_token",
): number => lengthFactor(w, tier, catalogue.measurementById.get(evidence[0] ?? ""), catalogue, figure);
