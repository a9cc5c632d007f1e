import type { Catalogue } from "../domain/catalogue.ts";
import { formatNumber } from "../domain/format.ts";
import type { Warning } from "../domain/problem.ts";
import { shownToAsked } from "../evidence/lengths.ts";
import type { Evaluated } from "./candidate.ts";

/** What budgets are held against; null where nothing behind the answer says it. */
export interface BudgetFigures {
  readonly latency_ms: number | null;
  readonly throughput_tok_s: number | null;
  readonly vram_gb: number | null;
}

/** The figures that an answer shows, those that budgets are held against, and what to say where that matters. */
export interface Judged {
  readonly shown: BudgetFigures;
  readonly held: BudgetFigures;
  /** null: they are the same. */
  readonly warning: Warning | null;
  /** Different enough to be told even where both come to the same verdict. */
  readonly felt: boolean;
}

/** A figure that lengths change by less is not worth a word, unless it changes a verdict. */
const FELT = 0.1;

/**
 * Latency and throughput at the asked lengths: a measured row shows what it ran, and a request of twice the prompt takes
 * longer. Physics takes them there, as it does energy where configurations are compared.
 */
export function budgetFigures({ candidate, use }: Pick<Evaluated, "candidate" | "use">, catalogue: Catalogue): Judged {
  const { latency_ms_per_request: latency, throughput_tok_s: throughput, vram_gb } = candidate.metrics;
  const factor = throughput ? shownToAsked(use.workload, candidate.basis, catalogue, "throughput_tok_s") : 1;
  const shown: BudgetFigures = {
    latency_ms: latency?.value ?? null,
    throughput_tok_s: throughput?.value ?? null,
    vram_gb: vram_gb?.value ?? null,
  };
  const held: BudgetFigures = {
    ...shown,
    latency_ms: latency && latency.value / factor,
    throughput_tok_s: throughput && throughput.value * factor,
  };
  if (!latency || !throughput || factor === 1) return { shown, held, warning: null, felt: false };
  const { sequence_length, generation_length } = use.workload;
  const at = `at your ${sequence_length} + ${generation_length} tokens, by physics`;
  const message = `Budgets are held against figures ${at}: a request takes about ${formatNumber(latency.value / factor)} ms where the row behind the answer shows ${formatNumber(latency.value)} ms for its own, at ${formatNumber(throughput.value * factor)} against ${formatNumber(throughput.value)} tok/s.`;
  return {
    shown,
    held,
    warning: { code: "budgets-at-asked-lengths", message },
    felt: Math.abs(factor - 1) > FELT,
  };
}
