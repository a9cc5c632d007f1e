import type { SkipReason } from "./comment.ts";
import type { Refusal } from "./github.ts";
import type { IssueResult } from "./issue.ts";

/** Code of each state in which less than all was looked at, or less than all reached its reader: what it means. Codes stay. */
export const DEGRADED = {
  partial: "Changed files were not listed or not read; `coverage.partial` says which",
  "deployments-not-judged": "The files hold more deployments than are judged; `coverage.files_skipped` lists the rest",
  "checkout-not-used": "There is a checkout and it lacks what is compared: read through the API, with its bounds",
  "configuration-unreadable": "The configuration of the base cannot be read: the defaults stand in",
  "summary-not-written": "The job summary could not be written; the files and the comment have the report",
  "summary-shortened": "The job summary would be too large: details are in this file only",
  "comment-shortened": "The comment would be too large: details are in the job summary",
  "comment-read-only-token": "The token may not write comments (403)",
  "comment-bad-credentials": "The token was not accepted (401)",
  "comment-not-found": "The token cannot see the pull request (404)",
  "comment-locked": "The conversation is locked",
  "comment-rate-limit": "GitHub limits the requests of the token, for longer than a run waits",
  "comment-service-error": "GitHub did not take the comment",
  "annotations-left-out": "More findings than the runner annotates in a step",
  "suggestions-read-only-token": "The token may not write suggested changes (403)",
  "suggestions-bad-credentials": "The token was not accepted (401) for suggested changes",
  "suggestions-not-found": "The token cannot see the pull request's review comments (404)",
  "suggestions-locked": "The conversation is locked for suggested changes",
  "suggestions-rate-limit": "GitHub limits the requests of the token before the suggested changes",
  "suggestions-service-error": "GitHub did not take some suggested changes; the fixes stand in the comment",
  "sarif-file-not-written": "The input `sarif-file` could not be written; the output `sarif` has the log",
  "issues-disabled": "Issues are disabled in the repository",
  "issue-read-only-token": "The token may not write issues (403)",
  "issue-bad-credentials": "The token was not accepted (401) for the issue",
  "issue-not-found": "The token cannot see the issues (404)",
  "issue-rate-limit": "GitHub limits the requests of the token before the issue",
  "issue-service-error": "GitHub did not take the issue",
} as const;
export type DegradedCode = keyof typeof DEGRADED;

/** A state in which less than all reached its reader as asked, by a name that stays. */
export interface Degraded {
  readonly code: DegradedCode;
  readonly message: string;
}

export const degraded = (code: DegradedCode, message: string = `${DEGRADED[code]}.`): Degraded => ({ code, message });
/** One where it is so, else none. */
export const degradedIf = (isSo: boolean, code: DegradedCode): readonly Degraded[] => (isSo ? [degraded(code)] : []);

/** A file behind so many deployments that it was not audited. */
export const isNotJudged = ({ why }: { readonly why: string }): boolean => why.startsWith("not audited: ");

/** As asked, or with nothing to say. */
export const QUIET = ["disabled", "no-change", "no-pull-request", "outdated", "closed"] as const;
type Quiet = (typeof QUIET)[number];
export const isQuiet = (reason: SkipReason): reason is Quiet => QUIET.some((quiet) => quiet === reason);

export const commentCode = (reason: Exclude<SkipReason, Quiet>): DegradedCode => `comment-${reason}`;

export const suggestionsCode = (refusal: Refusal): DegradedCode =>
  `suggestions-${refusal === "forbidden" ? "read-only-token" : refusal}`;

type Refused = Exclude<Extract<IssueResult, { readonly kind: "skipped" }>["reason"], "disabled">;
export const issueCode = (reason: Refused): DegradedCode => (reason === "issues-disabled" ? reason : `issue-${reason}`);
