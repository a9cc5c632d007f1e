import type { Catalogue } from "../domain/catalogue.ts";
import type { Confidence } from "../domain/estimate.ts";
import { formatNumber, formatPercent } from "../domain/format.ts";
import type { PrecisionId } from "../domain/precision.ts";
import type { Warning } from "../domain/problem.ts";
import type { Resolved } from "../domain/request.ts";
import type { Workload } from "../domain/workload.ts";
import { energyRatio } from "../evidence/ratio.ts";
import { memoryGb } from "../physics/memory.ts";
import { accuracyWarning } from "./accuracy-warning.ts";
import { evaluate, vary } from "./candidate.ts";
import type { Detection } from "./diagnose-patterns.ts";
import { sixteenBit } from "./grid.ts";
import { nameOf } from "./paradox.ts";

export interface RankedFix {
  readonly title: string;
  readonly code: string;
  readonly expected: string;
  /** What then runs. */
  readonly after: Workload;
  /** Energy after over energy before; below 1 saves. */
  readonly energy_ratio: number;
  readonly throughput_ratio: number | null;
  /** Same-session pairs behind the ratio. */
  readonly n: number;
  /** Of the effect: high where one session measured both sides, else what the rung behind it allows. */
  readonly confidence: Confidence;
  readonly warnings: readonly Warning[];
}

const BATCHES = [8, 32] as const;

const TITLES: { readonly [P in PrecisionId]?: string } = {
  fp16: "Load in FP16 instead",
  bf16: "Load in BF16 instead",
  nf4: "Use NF4 (4-bit) instead",
  int8_pure: "Set llm_int8_threshold=0.0 (pure INT8)",
};

/** Another precision for the same workload: the gain comes from one session where both were measured. */
function precisionFix(resolved: Resolved, to: PrecisionId, catalogue: Catalogue): RankedFix | null {
  const [before, after] = [resolved, vary(resolved, { precision: to })];
  if (!memoryGb(after.workload, catalogue).fits) return null;
  const ratio = energyRatio(after.workload, before.workload, catalogue);
  const [was, becomes] = [evaluate(before, catalogue), evaluate(after, catalogue)];
  if (!ratio || ratio.ratio.value >= 1 || was.kind !== "estimated" || becomes.kind !== "estimated") return null;
  const t = [was.candidate.metrics.throughput_tok_s, becomes.candidate.metrics.throughput_tok_s] as const;
  const throughput_ratio = t[0] && t[1] ? t[1].value / t[0].value : null;
  const percent = (x: number) => formatPercent(100 * (x - 1));
  return {
    title: TITLES[to] ?? `Use ${nameOf(to)}`,
    code: catalogue.precisionById.get(to)?.how_to_set ?? "",
    expected: `${percent(ratio.ratio.value)} energy (90 %: ${percent(ratio.ratio.low)} to ${percent(ratio.ratio.high)})${throughput_ratio === null ? "" : `, ${percent(throughput_ratio)} throughput`}: ${ratio.n > 0 ? `measured, ${ratio.evidence.join(" against ")}` : "by physics, no session measured both"}.`,
    after: after.workload,
    energy_ratio: ratio.ratio.value,
    throughput_ratio,
    n: ratio.n,
    confidence: ratio.n > 0 ? (ratio.basis === "same session" ? "high" : "medium") : "low",
    warnings: catalogue.precisionById.get(to)?.quantized === true ? [accuracyWarning(after.workload, catalogue)] : [],
  };
}

function batchFix(resolved: Resolved, batch: number, catalogue: Catalogue): RankedFix | null {
  const after = vary(resolved, { batch_size: batch });
  const [was, becomes] = [evaluate(resolved, catalogue), evaluate(after, catalogue)];
  if (was.kind !== "estimated" || becomes.kind !== "estimated" || resolved.workload.batch_size >= batch) return null;
  const energy_ratio =
    becomes.candidate.metrics.energy_j_per_1k_tokens.value / was.candidate.metrics.energy_j_per_1k_tokens.value;
  const t = [was.candidate.metrics.throughput_tok_s, becomes.candidate.metrics.throughput_tok_s] as const;
  const throughput_ratio = t[0] && t[1] ? t[1].value / t[0].value : null;
  const { tier, evidence } = becomes.candidate.basis;
  return {
    title: `Batch ${batch} concurrent requests`,
    code: `# one generate() for ${batch} prompts\ninputs = tokenizer(prompts[:${batch}], return_tensors="pt", padding=True).to(model.device)\noutputs = model.generate(**inputs, max_new_tokens=${resolved.workload.generation_length})\n# or serve: vllm serve ${resolved.workload.model.id} --max-num-seqs ${batch}`,
    expected: `${formatPercent(100 * (energy_ratio - 1))} energy per token${throughput_ratio === null ? "" : `, ${formatNumber(throughput_ratio)} times the throughput`} (${tier}${evidence[0] ? `, ${evidence[0]}` : ""}).`,
    after: after.workload,
    energy_ratio,
    throughput_ratio,
    n: tier === "measured" || tier === "interpolated" ? evidence.length : 0,
    confidence: becomes.candidate.basis.confidence,
    warnings: [],
  };
}

const ranked = (fixes: readonly (RankedFix | null)[]): RankedFix[] =>
  fixes.filter((fix) => fix !== null).sort((a, b) => a.energy_ratio - b.energy_ratio);

/** What to change, the largest measured gain first. */
export function fixesFor(detection: Detection, resolved: Resolved, catalogue: Catalogue): readonly RankedFix[] {
  const base = sixteenBit(resolved.workload);
  if (detection.pattern === "int8_default_overhead") {
    const from = vary(resolved, { precision: "int8_default" });
    return ranked([base, "nf4" as const, "int8_pure" as const].map((to) => precisionFix(from, to, catalogue)));
  }
  if (detection.pattern === "nf4_small_model") return ranked([precisionFix(resolved, base, catalogue)]);
  if (detection.pattern === "batch_size_one")
    return ranked(BATCHES.map((batch) => batchFix(resolved, batch, catalogue)));
  return [];
}
