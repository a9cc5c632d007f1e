import { type CommentOptions, changesAnything, renderComment, renderNothing } from "@ecocompute/engine";
import { MARKER_BYTES, type Note } from "./comment-protocol.ts";
import { type Degraded, degradedIf } from "./degraded.ts";
import { type Audited, noticesOf } from "./deliver.ts";
import type { ChangeEvent } from "./event.ts";
import type { Environment, Inputs } from "./inputs.ts";
import { fileUrl, methodUrl } from "./links.ts";

/** GitHub refuses 65,536 characters; the rest is room for what it may add. */
const COMMENT_BYTES = 60_000;
/** An upload above 1,024 KiB is dropped whole. */
const SUMMARY_BYTES = 1_000 * 1_024;

export interface Texts {
  readonly summary: string;
  /** What of it the bounds of GitHub left out. */
  readonly shortened: readonly Degraded[];
  readonly note: Note;
}

export function renderTexts(audited: Audited, event: ChangeEvent, inputs: Inputs, env: Environment): Texts {
  const { report, judgement, changed, deciding } = audited;
  const options: CommentOptions = {
    ...judgement,
    notices: noticesOf(audited),
    head_sha: event.head_sha,
    merge_base_sha: changed.merge_base_sha,
    file_url: fileUrl(env, event, event.head_sha),
    method_url: methodUrl(env),
    max_bytes: COMMENT_BYTES - MARKER_BYTES,
    rest_at: "the job summary",
  };
  const speaks =
    inputs.comment === "always" ||
    changesAnything(report) ||
    judgement.violations.length > 0 ||
    deciding.notices.length > 0 ||
    // Silence over what was not looked at would pass for "no change".
    report.coverage.partial.length > 0;
  const summary = renderComment(report, { ...options, max_bytes: SUMMARY_BYTES, rest_at: "the JSON report" });
  const text = speaks ? renderComment(report, options) : null;
  const whole = renderComment(report, { ...options, max_bytes: Number.POSITIVE_INFINITY });
  const isWhole = Buffer.byteLength(whole) <= options.max_bytes;
  return {
    summary,
    shortened: [
      ...degradedIf(Buffer.byteLength(whole) > SUMMARY_BYTES, "summary-shortened"),
      ...degradedIf(inputs.comment !== "never" && text !== null && !isWhole, "comment-shortened"),
    ],
    note: {
      key: inputs.commentKey,
      sha: event.head_sha,
      run: { id: number(env.GITHUB_RUN_ID), attempt: number(env.GITHUB_RUN_ATTEMPT) },
      text,
      nothing: renderNothing(report, options),
      outdated: `**A newer commit was pushed while this report was written.** Its own run writes here; what it found is in the job summary of that run.`,
      even_closed: inputs.comment === "always",
    },
  };
}

const number = (text: string | undefined): number => (/^\d{1,15}$/.test(text ?? "") ? Number(text) : 0);
