import * as z from "zod";
import type { Catalogue } from "../domain/catalogue.ts";
import { formatNumber, formatPercent } from "../domain/format.ts";
import type { Quantity } from "../domain/interval.ts";
import { probabilityBelow } from "../domain/probability.ts";
import type { Outcome } from "../domain/problem.ts";
import type { Candidate, DiagnoseReport, Observation } from "../domain/report.ts";
import type { Resolved } from "../domain/request.ts";
import { G_PER_KG, TOKENS_PER_KILOTOKEN } from "../domain/units.ts";
import { asCode, howToMeasure, measureCommand } from "../evidence/how-to-measure.ts";
import { evaluate } from "./candidate.ts";
import { fixesFor, type RankedFix } from "./diagnose-fixes.ts";
import { type Detection, detect } from "./diagnose-patterns.ts";
import { nameOf } from "./paradox.ts";
import { commonParameters } from "./parameters.ts";
import { invalid, parse } from "./parse.ts";
import type { Protocol } from "./protocol.ts";
import { doesNotFitProblem, unknownProblem } from "./refusal.ts";
import { resolveParsed } from "./resolve.ts";

export const DiagnoseRequestSchema = z.strictObject({
  ...commonParameters,
  observed_throughput_tok_s: z
    .number()
    .min(1e-3)
    .max(1e9)
    .describe("Output tokens per second of the whole batch")
    .optional(),
  observed_power_w: z.number().min(1e-3).max(1e7).describe("Board power, summed over the GPUs").optional(),
  observed_energy_j_per_1k_tokens: z.number().min(1e-3).max(1e12).describe("Energy per 1,000 output tokens").optional(),
});

/** Energy follows from power and throughput where the user did not give it. */
function observationOf(request: z.infer<typeof DiagnoseRequestSchema>): Observation {
  const throughput = request.observed_throughput_tok_s ?? null;
  const power = request.observed_power_w ?? null;
  const energy = request.observed_energy_j_per_1k_tokens ?? null;
  return {
    throughput_tok_s: throughput,
    power_w: power,
    energy_j_per_1k_tokens:
      energy ?? (throughput !== null && power !== null ? (TOKENS_PER_KILOTOKEN * power) / throughput : null),
  };
}

const deviation = (observed: number | null, expected: number | undefined): number | null =>
  observed === null || expected === undefined ? null : 100 * (observed / expected - 1);

function deviationsOf(observed: Observation, expected: Candidate): DiagnoseReport["deviation_percent"] {
  const m = expected.metrics;
  return {
    throughput: deviation(observed.throughput_tok_s, m.throughput_tok_s?.value),
    energy: deviation(observed.energy_j_per_1k_tokens, m.energy_j_per_1k_tokens.value),
    power: deviation(observed.power_w, m.power_w?.value),
  };
}

/** 50 is as expected; below it lie slower, less hungry or weaker ones. */
function percentilesOf(observed: Observation, { metrics: m }: Candidate): DiagnoseReport["expected_percentile"] {
  const percentile = (seen: number | null, expected: Quantity | null): number | null =>
    seen === null || expected === null ? null : Number((100 * probabilityBelow(expected, seen)).toFixed(1));
  return {
    throughput: percentile(observed.throughput_tok_s, m.throughput_tok_s),
    energy: percentile(observed.energy_j_per_1k_tokens, m.energy_j_per_1k_tokens),
    power: percentile(observed.power_w, m.power_w),
  };
}

function improvementOf(
  resolved: Resolved,
  observed: Observation,
  expected: Candidate,
  fix: RankedFix | undefined,
): DiagnoseReport["improvement"] {
  if (!fix) return null;
  const energyNow = observed.energy_j_per_1k_tokens ?? expected.metrics.energy_j_per_1k_tokens.value;
  const energyThen = energyNow * fix.energy_ratio;
  const throughputNow = observed.throughput_tok_s ?? expected.metrics.throughput_tok_s?.value ?? null;
  const savedKwh =
    expected.monthly.energy_kwh.value *
    (energyNow / expected.metrics.energy_j_per_1k_tokens.value) *
    (1 - fix.energy_ratio);
  const { electricity_usd_per_kwh, grid_gco2_per_kwh } = resolved.demand;
  return {
    throughput:
      throughputNow === null || fix.throughput_ratio === null
        ? null
        : {
            current: throughputNow,
            expected: throughputNow * fix.throughput_ratio,
            percent: 100 * (fix.throughput_ratio - 1),
          },
    energy: { current: energyNow, expected: energyThen, percent: 100 * (fix.energy_ratio - 1) },
    monthly: {
      energy_kwh: savedKwh,
      cost_usd: electricity_usd_per_kwh === null ? null : savedKwh * electricity_usd_per_kwh,
      carbon_kgco2e: grid_gco2_per_kwh === null ? null : (savedKwh * grid_gco2_per_kwh) / G_PER_KG,
    },
    based_on: fix.n,
    confidence: fix.confidence,
    energy_from: observed.energy_j_per_1k_tokens === null ? "evidence" : "observation",
  };
}

/** What to see after the first fix, from what was seen before it; without a fix, what the evidence has. */
function verificationOf(
  resolved: Resolved,
  fix: RankedFix | undefined,
  observed: Observation,
  looksLike: Candidate,
): string[] {
  const evidence = { power: looksLike.metrics.power_w?.value, throughput: looksLike.metrics.throughput_tok_s?.value };
  const throughput = fix
    ? times(observed.throughput_tok_s ?? evidence.throughput, fix.throughput_ratio)
    : (evidence.throughput ?? null);
  const power = fix
    ? times(times(observed.power_w ?? evidence.power, fix.energy_ratio), fix.throughput_ratio)
    : (evidence.power ?? null);
  const say = (value: number | null | undefined, unit: string) =>
    value == null ? "not measured" : `${formatNumber(value)} ${unit}`;
  const currently = (value: number | null, unit: string) =>
    value === null ? "currently not reported" : `currently ${say(value, unit)}`;
  const command = measureCommand(fix?.after ?? resolved.workload);
  return [
    `${fix ? "Apply the first fix and measure" : "Measure"} with: nvidia-smi dmon -s pucvmet -d 1`,
    ...(command === null
      ? []
      : [`Throughput, power and energy at once: ${asCode(command, resolved.workload.model.id)}`]),
    `Expected power draw: ${say(power, "W")} (${currently(observed.power_w, "W")}).`,
    `Expected throughput: ${say(throughput, "tok/s")} (${currently(observed.throughput_tok_s, "tok/s")}) at batch ${resolved.workload.batch_size}.`,
    "If the results differ by more than 10 %, report them to this project's issue tracker with the rows you measured.",
  ];
}

const times = (x: number | null | undefined, k: number | null): number | null =>
  x == null || k === null ? null : x * k;

function rootCause(resolved: Resolved, detection: Detection, deviations: DiagnoseReport["deviation_percent"]): string {
  const { workload: w } = resolved;
  if (detection.pattern !== null) return detection.root_cause;
  if (detection.as_expected) {
    return `This is as expected: ${detection.root_cause}`;
  }
  const known = [
    deviations.throughput === null ? null : `throughput ${formatPercent(deviations.throughput)}`,
    deviations.energy === null ? null : `energy ${formatPercent(deviations.energy)}`,
    deviations.power === null ? null : `power ${formatPercent(deviations.power)}`,
  ].filter((text) => text !== null);
  return `No known pattern of ${nameOf(w.precision)} on the ${w.gpu.name} matches (${known.join(", ")} against the evidence). ${detection.root_cause}`;
}

export function diagnoseReport(
  resolved: Resolved,
  observed: Observation,
  catalogue: Catalogue,
): Outcome<DiagnoseReport> {
  const outcome = evaluate(resolved, catalogue);
  if (outcome.kind === "unknown") return { ok: false, problem: unknownProblem(outcome) };
  if (outcome.kind === "does-not-fit") return { ok: false, problem: doesNotFitProblem(outcome, resolved, catalogue) };
  const expected = outcome.candidate;
  const deviations = deviationsOf(observed, expected);
  const detection = detect(resolved, observed, expected, catalogue);
  const fixes = fixesFor(detection, resolved, catalogue);
  const best = fixes[0];
  const evidence = [...new Set([...detection.evidence, ...expected.basis.evidence])];
  return {
    ok: true,
    value: {
      protocol: "diagnose",
      dataset_version: catalogue.dataset_version,
      configuration: resolved.configuration,
      warnings: [...resolved.warnings, ...outcome.warnings, ...(best?.warnings ?? [])],
      pattern: detection.pattern,
      confidence: detection.confidence,
      match_percent: detection.match_percent,
      observed,
      expected,
      deviation_percent: deviations,
      expected_percentile: percentilesOf(observed, expected),
      root_cause: rootCause(resolved, detection, deviations),
      secondary_factors: detection.secondary_factors,
      measurement_evidence: evidence.flatMap((id) => {
        const row = catalogue.measurementById.get(id);
        if (!row) return [];
        const throughput = row.throughput_tok_s === null ? "" : `${formatNumber(row.throughput_tok_s)} tok/s, `;
        return [
          {
            id,
            summary: `${row.model_id}, ${row.gpu}, ${row.precision}, batch ${formatNumber(row.batch_size)}: ${throughput}${formatNumber(row.energy_j_per_token * TOKENS_PER_KILOTOKEN, 4)} J per 1k tokens (gross)`,
          },
        ];
      }),
      fixes: fixes.map(({ title, code, expected: effect }) => ({ title, code, expected: effect })),
      improvement: improvementOf(resolved, observed, detection.looks_like, best),
      verification: verificationOf(resolved, best, observed, detection.looks_like),
      how_to_measure: detection.pattern === null ? howToMeasure(resolved.workload) : null,
    },
  };
}

export const diagnoseProtocol: Protocol<DiagnoseReport> = {
  id: "diagnose",
  title: "Performance troubleshooting",
  description:
    "Compares an observed throughput, power or energy with the evidence, names the known pattern behind it (default INT8, NF4 on a small model, batch 1), and ranks fixes by measured gain.",
  schema: DiagnoseRequestSchema,
  run: (input, { catalogue }) => {
    const parsed = parse(DiagnoseRequestSchema, input);
    if (!parsed.ok) return parsed;
    const observed = observationOf(parsed.value);
    if (observed.throughput_tok_s === null && observed.power_w === null && observed.energy_j_per_1k_tokens === null) {
      return invalid([
        {
          parameter: "observed_throughput_tok_s",
          message:
            "expected at least one of observed_throughput_tok_s, observed_power_w, observed_energy_j_per_1k_tokens",
          received: "(nothing)",
        },
      ]);
    }
    const {
      observed_throughput_tok_s: _t,
      observed_power_w: _p,
      observed_energy_j_per_1k_tokens: _e,
      ...request
    } = parsed.value;
    const resolved = resolveParsed(request, catalogue);
    return resolved.ok ? diagnoseReport(resolved.value, observed, catalogue) : resolved;
  },
};
