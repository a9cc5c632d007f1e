import type { AuditReport, OptimizeReport, Report } from "@ecocompute/engine";
import { MAX_ANSWER_BYTES } from "./limits.ts";

/** Lists of an audit, in the order in which a reader can do without their ends. */
const LISTS = ["deployments", "good_practices", "recommended_changes", "suppressed", "findings", "warnings"] as const;
/** Room for what the edge adds, and for the warning. */
const MAX_REPORT_BYTES = MAX_ANSWER_BYTES - 4 * 1024;

const bytesOf = (value: object): number => new TextEncoder().encode(JSON.stringify(value)).length;

/** A report that one answer can hold; what was left out is told in its first warning. */
export function fitAnswer(report: Report): Report {
  if (report.protocol === "audit") return fitAudit(report);
  return report.protocol === "optimize" ? fitOptimize(report) : report;
}

/** A front of up to so many leaves an answer half empty: it is not written twice to be measured. */
const SHORT_FRONT = 12;

/** A front of many configurations, thinned evenly between its ends. */
function fitOptimize(report: OptimizeReport): OptimizeReport {
  const { pareto_front: all } = report;
  if (all.length <= SHORT_FRONT) return report;
  const thinned = (count: number): OptimizeReport => {
    const step = (all.length - 1) / Math.max(1, count - 1);
    const kept = new Set(Array.from({ length: count }, (_, i) => Math.round(i * step)));
    return { ...report, pareto_front: all.filter((_, i) => kept.has(i)) };
  };
  if (bytesOf(report) <= MAX_REPORT_BYTES) return report;
  const count = largest(all.length, (n) => bytesOf(thinned(n)) <= MAX_REPORT_BYTES);
  const message = `One answer holds ${MAX_ANSWER_BYTES / 1024} KiB, so it shows ${count} of the ${all.length} configurations of the front, evenly between its ends. Ask about fewer GPUs or batches for all of it.`;
  return { ...thinned(count), warnings: [{ code: "answer-cut", message }, ...report.warnings] };
}

/** An audit of many deployments, its lists cut to what one answer may hold; findings go last. */
function fitAudit(report: AuditReport): AuditReport {
  let fitted = report;
  const left: string[] = [];
  for (const name of LISTS) {
    if (bytesOf(fitted) <= MAX_REPORT_BYTES) break;
    const { [name]: all } = fitted;
    if (all.length === 0) continue;
    const kept = largest(
      all.length,
      (count) => bytesOf({ ...fitted, [name]: all.slice(0, count) }) <= MAX_REPORT_BYTES,
    );
    fitted = { ...fitted, [name]: all.slice(0, kept) };
    left.push(`${all.length - kept} of ${all.length} ${name.replaceAll("_", " ")}`);
  }
  if (left.length === 0) return report;
  const message = `One answer holds ${MAX_ANSWER_BYTES / 1024} KiB, so it leaves out ${left.join(", ")}. Ask with fewer files, or let the Action or the command audit the repository.`;
  return { ...fitted, warnings: [{ code: "answer-cut", message }, ...fitted.warnings] };
}

/** The largest count up to `most` that fits; 0 where none does. Fitting counts come before those that do not. */
function largest(most: number, fits: (count: number) => boolean): number {
  let [low, high] = [0, most];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}
