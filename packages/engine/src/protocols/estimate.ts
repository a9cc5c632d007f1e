import type { Catalogue } from "../domain/catalogue.ts";
import { formatNumber, formatPercent } from "../domain/format.ts";
import { difference, exactly, savedPercent } from "../domain/interval.ts";
import type { Outcome } from "../domain/problem.ts";
import type { Candidate, EstimateReport } from "../domain/report.ts";
import type { Resolved } from "../domain/request.ts";
import { energyRatio } from "../evidence/ratio.ts";
import { evaluate, vary } from "./candidate.ts";
import { WorkloadRequestSchema } from "./parameters.ts";
import { parse } from "./parse.ts";
import type { Protocol } from "./protocol.ts";
import { doesNotFitProblem, unknownProblem } from "./refusal.ts";
import { resolveParsed } from "./resolve.ts";
import { bestWithin, NO_BUDGETS, warningsOf } from "./search.ts";

/** Less than this share of saving is rounding, not an optimization. */
const NOTICEABLE = 1 - 1e-4;

const zero = exactly(0);
function savingsOf(current: Candidate, optimized: Candidate): EstimateReport["savings"] {
  const [a, b] = [current.monthly, optimized.monthly];
  if (current === optimized) {
    return { energy_kwh: zero, cost_usd: a.cost_usd && zero, carbon_kgco2e: a.carbon_kgco2e && zero, percent: zero };
  }
  const energy_kwh = difference(a.energy_kwh, b.energy_kwh);
  return {
    energy_kwh,
    cost_usd: a.cost_usd && b.cost_usd && difference(a.cost_usd, b.cost_usd),
    carbon_kgco2e: a.carbon_kgco2e && b.carbon_kgco2e && difference(a.carbon_kgco2e, b.carbon_kgco2e),
    percent: savedPercent(a.energy_kwh, b.energy_kwh),
  };
}

/** A step that differs from its one-session ratio by more percentage points than this is told to mix sessions. */
const SESSION_GAP_POINTS = 5;

const energyPer1k = (candidate: Candidate): number => candidate.metrics.energy_j_per_1k_tokens.value;

/** What changed between the two configurations, one change after another, each with its own effect. */
function breakdownOf(
  resolved: Resolved,
  current: Candidate,
  optimized: Resolved,
  catalogue: Catalogue,
): EstimateReport["breakdown"] {
  const steps: {
    change: string;
    why: (before: Candidate, after: Candidate) => string;
    to: Partial<Resolved["workload"]>;
  }[] = [];
  const [from, to] = [resolved.workload, optimized.workload];
  if (from.precision !== to.precision) {
    steps.push({
      change: `quantization ${from.precision} → ${to.precision}`,
      to: { precision: to.precision },
      why: (before, after) => {
        const ratio = energyRatio({ ...from, precision: to.precision }, from, catalogue);
        if (!ratio || ratio.n === 0) return "By physics: no session measured both on this GPU.";
        const session = 100 * (ratio.ratio.value - 1);
        const shown = 100 * (energyPer1k(after) / energyPer1k(before) - 1);
        const said = `${ratio.evidence.slice(0, 2).join(" against ")}: ${formatPercent(session)} energy in one session.`;
        return Math.abs(shown - session) <= SESSION_GAP_POINTS
          ? said
          : `${said} The rest of the step is between sessions: the two estimates rest on ${before.basis.evidence[0] ?? "physics"} and ${after.basis.evidence[0] ?? "physics"}.`;
      },
    });
  }
  if (from.batch_size !== to.batch_size) {
    steps.push({
      change: `batch ${from.batch_size} → ${to.batch_size}`,
      to: { precision: to.precision, batch_size: to.batch_size },
      why: (before, after) =>
        `Each decode step reads the weights once for the whole batch: ${formatNumber(before.metrics.energy_j_per_1k_tokens.value)} → ${formatNumber(after.metrics.energy_j_per_1k_tokens.value)} J per 1k tokens (${after.basis.tier}${after.basis.evidence[0] ? `, ${after.basis.evidence[0]}` : ""}).`,
    });
  }
  let before = current;
  // A step that cannot be estimated alone is told together with the next.
  let untold: string[] = [];
  return steps.flatMap((step) => {
    const next = evaluate(vary(resolved, step.to), catalogue);
    const change = [...untold, step.change].join(", ");
    if (next.kind !== "estimated") {
      untold = [...untold, step.change];
      return [];
    }
    untold = [];
    const effect =
      (100 * (next.candidate.monthly.energy_kwh.value - before.monthly.energy_kwh.value)) /
      current.monthly.energy_kwh.value;
    const told = { change, effect_percent: effect, why: step.why(before, next.candidate) };
    before = next.candidate;
    return [told];
  });
}

/** Energy, cost and carbon of a month, now and optimized. */
export function estimateReport(resolved: Resolved, catalogue: Catalogue): Outcome<EstimateReport> {
  const now = evaluate(resolved, catalogue);
  if (now.kind === "unknown") return { ok: false, problem: unknownProblem(now) };
  if (now.kind === "does-not-fit") return { ok: false, problem: doesNotFitProblem(now, resolved, catalogue) };
  const current = now.candidate;
  const best = bestWithin(resolved, NO_BUDGETS, catalogue).best;
  const better =
    best !== null && best.candidate.monthly.energy_kwh.value < current.monthly.energy_kwh.value * NOTICEABLE
      ? best
      : null;
  const optimized = better?.candidate ?? current;
  return {
    ok: true,
    value: {
      protocol: "estimate",
      dataset_version: catalogue.dataset_version,
      configuration: resolved.configuration,
      warnings: [
        ...resolved.warnings,
        ...now.warnings,
        ...(better
          ? warningsOf(better, catalogue).filter((warning) => now.warnings.every(({ code }) => code !== warning.code))
          : [
              { code: "already-best", message: "No configuration of the default search uses less energy on this GPU." },
            ]),
      ],
      current,
      optimized,
      savings: savingsOf(current, optimized),
      breakdown: better ? breakdownOf(resolved, current, better.resolved, catalogue) : [],
    },
  };
}

export const estimateProtocol: Protocol<EstimateReport> = {
  id: "estimate",
  title: "Cost and carbon of a month",
  description:
    "Energy (kWh), electricity cost and carbon of a deployment per month, now and optimized, each with a 90 % interval and its evidence.",
  schema: WorkloadRequestSchema,
  run: (input, { catalogue }) => {
    const parsed = parse(WorkloadRequestSchema, input);
    if (!parsed.ok) return parsed;
    const resolved = resolveParsed(parsed.value, catalogue);
    return resolved.ok ? estimateReport(resolved.value, catalogue) : resolved;
  },
};
