import type { Warning } from "./problem.ts";
import type { Configuration } from "./request.ts";

/** What every answer about one configuration carries. */
export interface Envelope<P extends string> {
  readonly protocol: P;
  readonly dataset_version: string;
  readonly configuration: Configuration;
  readonly warnings: readonly Warning[];
}
