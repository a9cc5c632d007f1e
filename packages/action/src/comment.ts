import type { PullRequestEvent } from "./event.ts";
import { messageOf, type Octokit, refusalOf, statusOf } from "./github.ts";

/** Who writes when the workflow uses its own GITHUB_TOKEN. */
const ACTIONS_BOT = "github-actions[bot]";

export const SKIP_REASONS = [
  "disabled",
  "no-change",
  "read-only-token",
  "bad-credentials",
  "not-found",
  "locked",
  "service-error",
] as const;
export type SkipReason = (typeof SKIP_REASONS)[number];

export type CommentResult =
  | { readonly kind: "created" | "updated" | "unchanged"; readonly url: string }
  | { readonly kind: "skipped"; readonly reason: SkipReason; readonly message: string };

interface OwnComment {
  readonly id: number;
  readonly body: string;
  readonly html_url: string;
}

/** The closing blank keeps `a` from matching `a-b`. */
const markerStart = (key: string): string => `<!-- ecocompute:${key} `;

export const markerOf = (key: string, sha: string): string => `${markerStart(key)}sha=${sha} -->`;

/** GitHub may store other line ends and drops blanks at the end. */
const normalised = (body: string): string => body.replaceAll("\r\n", "\n").trimEnd();

/**
 * Writes `body`, which starts with the marker, to the one comment of this key; null: there is nothing to say, so only
 * an earlier comment is brought up to date with `nothing`. A refusal is a result, never thrown.
 */
export async function putComment(
  octokit: Octokit,
  event: PullRequestEvent,
  key: string,
  body: string | null,
  nothing: string,
): Promise<CommentResult> {
  const issue = { owner: event.owner, repo: event.repo, issue_number: event.number };
  try {
    const own = await findOwn(octokit, issue, key);
    if (!own && body === null) {
      return { kind: "skipped", reason: "no-change", message: "the pull request changes no deployment" };
    }
    const text = body ?? nothing;
    if (own && normalised(own.body) === normalised(text)) return { kind: "unchanged", url: own.html_url };
    const updated = own ? await update(octokit, issue, own.id, text) : null;
    if (updated !== null) return { kind: "updated", url: updated };
    const created = await octokit.rest.issues.createComment({ ...issue, body: text });
    return { kind: "created", url: created.data.html_url };
  } catch (cause) {
    return refused(cause);
  }
}

interface Issue {
  readonly owner: string;
  readonly repo: string;
  readonly issue_number: number;
}

/** The address of the edited comment; null when somebody deleted it since it was listed. */
async function update(octokit: Octokit, { owner, repo }: Issue, id: number, body: string): Promise<string | null> {
  try {
    return (await octokit.rest.issues.updateComment({ owner, repo, comment_id: id, body })).data.html_url;
  } catch (cause) {
    if (statusOf(cause) === 404) return null;
    throw cause;
  }
}

/** Looks through all pages; only a comment of the token's own identity that starts with the marker is ours. */
async function findOwn(octokit: Octokit, issue: Issue, key: string): Promise<OwnComment | null> {
  const comments = await octokit.paginate(octokit.rest.issues.listComments, { ...issue, per_page: 100 });
  const marked = comments.filter((comment) => comment.body?.startsWith(markerStart(key)));
  if (marked.length === 0) return null;
  const identity = await ownLogin(octokit);
  const own = marked.find((comment) => comment.user?.login === identity);
  return own ? { id: own.id, body: own.body ?? "", html_url: own.html_url } : null;
}

/** A workflow's GITHUB_TOKEN may not ask who it is, and is the Actions bot. */
async function ownLogin(octokit: Octokit): Promise<string> {
  try {
    return (await octokit.rest.users.getAuthenticated()).data.login;
  } catch (cause) {
    const status = statusOf(cause);
    if (status === 401 || status === 403 || status === 404) return ACTIONS_BOT;
    throw cause;
  }
}

/** Names what is missing. Anything that is not an answer of the service is a bug and goes on. */
function refused(cause: unknown): CommentResult {
  const skipped = (reason: SkipReason, message: string): CommentResult => ({ kind: "skipped", reason, message });
  switch (refusalOf(cause)) {
    case "locked":
      return skipped("locked", "the conversation is locked, so no comment can be written.");
    case "forbidden":
      return skipped(
        "read-only-token",
        'the token may not write comments. Give the job "permissions: pull-requests: write"; pull requests from forks get a read-only token in any case.',
      );
    case "bad-credentials":
      return skipped("bad-credentials", "the token was not accepted (401). Check the input github-token.");
    case "not-found":
      return skipped(
        "not-found",
        'the token cannot see this pull request (404). Give the job "permissions: pull-requests: write", or check the token\'s repository access.',
      );
    case "rate-limit":
    case "service-error":
      return skipped(
        "service-error",
        `the comment could not be written: GitHub answered ${statusOf(cause) ?? "nothing"} (${messageOf(cause)}).`,
      );
    case null:
      throw cause;
  }
}
