import type { Catalogue } from "../domain/catalogue.ts";
import type { Outcome } from "../domain/problem.ts";
import type { CompareReport } from "../domain/report.ts";
import type { Resolved } from "../domain/request.ts";
import { matchingRows } from "../evidence/match.ts";
import { outOfSupport } from "../evidence/support.ts";
import { barChart } from "./chart.ts";
import { columnPrecisions, columnsOf } from "./compare-columns.ts";
import { adviceOf, recommend } from "./compare-recommendation.ts";
import { nameOf, paradoxesOf } from "./paradox.ts";
import { WorkloadRequestSchema } from "./parameters.ts";
import { parse } from "./parse.ts";
import type { Protocol } from "./protocol.ts";
import { unknownProblem } from "./refusal.ts";
import { resolveParsed } from "./resolve.ts";

export function compareReport(resolved: Resolved, catalogue: Catalogue): Outcome<CompareReport> {
  const precisions = columnPrecisions(resolved);
  const [base = "fp16"] = precisions;
  const unsupported = outOfSupport(resolved.workload, catalogue);
  if (unsupported && matchingRows(resolved.workload, catalogue).length === 0)
    return { ok: false, problem: unknownProblem(unsupported) };
  const drafts = columnsOf(resolved, catalogue);
  const columns = drafts.map(({ column }) => column);
  const { recommendation, warnings } = recommend(drafts, catalogue);
  const fitting = columns.filter((column) => column.metrics !== null).map((column) => column.quantization);
  return {
    ok: true,
    value: {
      protocol: "compare",
      dataset_version: catalogue.dataset_version,
      configuration: resolved.configuration,
      warnings: [...resolved.warnings, ...warnings],
      columns,
      recommendation,
      paradox_warnings: paradoxesOf(
        resolved.workload,
        base,
        precisions.filter((precision) => fitting.includes(precision)),
        catalogue,
      ),
      advice: adviceOf(columns),
      chart: barChart(
        columns.map((column) => ({
          label: nameOf(column.quantization),
          value: column.metrics?.energy_j_per_1k_tokens.value ?? null,
        })),
        "J per 1k tokens",
      ),
    },
  };
}

export const compareProtocol: Protocol<CompareReport> = {
  id: "compare",
  title: "Precisions side by side",
  description:
    "Throughput, energy, memory and latency of FP16, NF4, INT8 (default) and INT8 (pure) for one model on one GPU, ranked by energy; says where two cannot be told apart.",
  schema: WorkloadRequestSchema,
  run: (input, { catalogue }) => {
    const parsed = parse(WorkloadRequestSchema, input);
    if (!parsed.ok) return parsed;
    const resolved = resolveParsed(parsed.value, catalogue);
    return resolved.ok ? compareReport(resolved.value, catalogue) : resolved;
  },
};
