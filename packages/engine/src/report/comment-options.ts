import type { Violation } from "../protocols/pull-request-policy.ts";

export interface CommentOptions {
  /** Policies that the pull request violates. */
  readonly violations: readonly Violation[];
  /** Limits that were passed at the base and are kept at the head. */
  readonly met_again?: readonly Violation[];
  /** What a reader must know of this report, in plain sentences. */
  readonly notices?: readonly string[];
  readonly head_sha: string;
  /** null: there was nothing before. */
  readonly merge_base_sha: string | null;
  /** Where a reader finds a line of the head, or null for plain text. Whatever it returns is used as a link. */
  readonly file_url: ((path: string, line: number) => string) | null;
  readonly method_url: string | null;
  /** UTF-8 bytes; details are left out in order until the text fits. */
  readonly max_bytes: number;
  /** Where the reader finds what was left out: "the job summary". */
  readonly rest_at: string;
}

/** How much of each part is shown. */
export interface Detail {
  readonly existing: boolean;
  readonly assumptions: boolean;
  /** Findings with their fix, the rest as one line each. */
  readonly fixes: number;
  readonly findings: number;
  readonly rows: number;
}

/** Least important first: details of what was there before, assumptions, fixes and rows of low impact. */
export const DETAILS: readonly Detail[] = [
  {
    existing: true,
    assumptions: true,
    fixes: Number.POSITIVE_INFINITY,
    findings: Number.POSITIVE_INFINITY,
    rows: Number.POSITIVE_INFINITY,
  },
  { existing: false, assumptions: true, fixes: 100, findings: 200, rows: 200 },
  { existing: false, assumptions: true, fixes: 20, findings: 60, rows: 60 },
  { existing: false, assumptions: false, fixes: 5, findings: 20, rows: 20 },
  { existing: false, assumptions: false, fixes: 1, findings: 10, rows: 10 },
  { existing: false, assumptions: false, fixes: 0, findings: 3, rows: 3 },
];
