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
