import type { AuditReport } from "@ecocompute/engine";
import { MAX_ANSWER_BYTES } from "./limits.ts";

/** Lists of an audit, in the order in which a reader can do without their ends. */
const LISTS = ["deployments", "good_practices", "recommended_changes", "suppressed", "findings", "warnings"] as const;
/** Room for what the edge adds, and for the warning. */
const MAX_REPORT_BYTES = MAX_ANSWER_BYTES - 4 * 1024;

const bytesOf = (value: object): number => new TextEncoder().encode(JSON.stringify(value)).length;

/** An audit of many deployments, its lists cut to what one answer may hold; a warning says how much was left out. Findings go last. */
export function fitAnswer<R extends AuditReport>(report: R): R {
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
