import type { Position } from "./deployment.ts";

/**
 * "Yes, we know": one rule silenced for a place, with the reason. From a comment, a Kubernetes annotation or the
 * configuration file; the text is hostile like all text of a repository.
 */
export interface Suppression {
  /** A rule id as written; an unknown one is told with the nearest. */
  readonly rule: string;
  /** Glob of paths (`*`, `?`, `**`); absent = every path. */
  readonly path?: string;
  /** Name or id of a deployment; absent = every deployment. */
  readonly deployment?: string;
  /** Required: without one nothing is silenced, and that is told. */
  readonly reason?: string;
  /** The last day on which it holds, YYYY-MM-DD; absent = for good. */
  readonly until?: string;
  /** Where it is written. */
  readonly at?: Position;
}

/** A day of the calendar as YYYY-MM-DD: such texts sort as their days do. */
export function isDay(text: string): boolean {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text)?.map(Number) ?? [];
  if (year === undefined || month === undefined || day === undefined) return false;
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1];
  return days !== undefined && day >= 1 && day <= days;
}
