import {
  type CommentOptions,
  changesAnything,
  type PullRequestReport,
  renderComment,
  renderNothing,
  type Violation,
} from "@ecocompute/engine";
import { markerOf } from "./comment.ts";
import type { PullRequestEvent } from "./event.ts";
import type { Environment, Inputs } from "./inputs.ts";

/** GitHub refuses 65,536 characters; the rest is room for what it may add. */
const COMMENT_BYTES = 60_000;
/** An upload above 1,024 KiB is dropped whole. */
const SUMMARY_BYTES = 1_000 * 1_024;

export interface Texts {
  readonly summary: string;
  /** null: the pull request brings about nothing that is worth a comment. */
  readonly comment: string | null;
  /** For an earlier comment that is no longer true. */
  readonly nothing: string;
}

export function renderTexts(
  report: PullRequestReport,
  violations: readonly Violation[],
  mergeBase: string,
  event: PullRequestEvent,
  inputs: Inputs,
  env: Environment,
): Texts {
  const server = env.GITHUB_SERVER_URL || "https://github.com";
  const blob = `${server}/${event.owner}/${event.repo}/blob/${event.head_sha}`;
  const marker = `${markerOf(inputs.commentKey, event.head_sha)}\n`;
  const options: CommentOptions = {
    violations,
    head_sha: event.head_sha,
    merge_base_sha: mergeBase,
    file_url: (path, line) => `${blob}/${path.split("/").map(encodeSegment).join("/")}#L${line}`,
    method_url: methodUrl(server, env),
    max_bytes: COMMENT_BYTES - marker.length,
    rest_at: "the job summary",
  };
  const speaks = inputs.comment === "always" || changesAnything(report) || violations.length > 0;
  return {
    summary: renderComment(report, { ...options, max_bytes: SUMMARY_BYTES, rest_at: "the JSON report" }),
    comment: speaks ? marker + renderComment(report, options) : null,
    nothing: marker + renderNothing(report, options),
  };
}

/** The page of the version that runs; null where the action is used from the workspace, which has no address. */
function methodUrl(server: string, { GITHUB_ACTION_REPOSITORY: repository, GITHUB_ACTION_REF: ref }: Environment) {
  return repository ? `${server}/${repository}/blob/${encodeURIComponent(ref || "HEAD")}/docs/method.md` : null;
}

/** Brackets would end a Markdown link. */
const encodeSegment = (segment: string): string =>
  encodeURIComponent(segment).replaceAll("(", "%28").replaceAll(")", "%29");
