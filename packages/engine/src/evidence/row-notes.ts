import { isMultimodal, type Measurement } from "../domain/measurement.ts";
import type { Workload } from "../domain/workload.ts";
import { samePrecision } from "./held-out.ts";
import { isOlderVllm } from "./match.ts";
import { OLDER_NOTE } from "./software.ts";

/** What a reader has to know of a row behind an answer, whichever rung used it. */
export const rowNotes = (row: Measurement, w: Workload): string[] => [
  ...(row.model_id === w.model.id ? [] : [`${row.id} measured ${row.model_id}, which has the same architecture.`]),
  ...(row.precision !== w.precision && samePrecision(row.precision, w.precision)
    ? [`${row.id} ran in ${row.precision}, which moves the same bytes as ${w.precision}.`]
    : []),
  ...(isMultimodal(row) ? [`${row.id} was measured with image or video input (${row.workload}).`] : []),
  ...(isOlderVllm(row) ? [`${row.id} ${OLDER_NOTE}`] : []),
  ...(row.num_gpus > 1 ? [`${row.id} ran its ${row.num_gpus} GPUs as ${parallelismOf(row)}.`] : []),
  ...(row.flag === null ? [] : [`${row.id} is flagged ${row.flag.replaceAll("_", " ")}.`]),
  ...(row.published_convention === "unknown"
    ? [`The source of ${row.id} does not say whether idle power is included: it is taken as gross.`]
    : []),
];

/** "tensor parallel 8 and pipeline parallel 2"; a degree of one is none. */
function parallelismOf(row: Measurement): string {
  const degrees = [
    ["tensor", row.tensor_parallel],
    ["pipeline", row.pipeline_parallel],
    ["expert", row.expert_parallel],
    ["data", row.data_parallel],
  ] as const;
  const used = degrees.flatMap(([kind, degree]) =>
    degree !== null && degree > 1 ? [`${kind} parallel ${degree}`] : [],
  );
  return used.length === 0 ? "its source does not say" : used.join(" and ");
}
