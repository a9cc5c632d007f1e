import { type CommentStore, type HeadState, type Note, type StoredComment, writeNote } from "./comment-protocol.ts";
import type { ChangeEvent } from "./event.ts";
import { isAmbiguous, messageOf, type Octokit, refusalOf, statusOf } from "./github.ts";
import { ownLogin } from "./identity.ts";

export const SKIP_REASONS = [
  "disabled",
  "no-change",
  "no-pull-request",
  "outdated",
  "closed",
  "read-only-token",
  "bad-credentials",
  "not-found",
  "locked",
  "rate-limit",
  "service-error",
] as const;
export type SkipReason = (typeof SKIP_REASONS)[number];

export type CommentResult =
  | { readonly kind: "created" | "updated" | "unchanged"; readonly url: string }
  | { readonly kind: "skipped"; readonly reason: SkipReason; readonly message: string };

const skipped = (reason: SkipReason, message: string): CommentResult => ({ kind: "skipped", reason, message });

const WHY = {
  "no-change": "the pull request changes no deployment.",
  outdated: "a newer commit was pushed to the pull request; its own run comments.",
  closed: "the pull request was closed. comment: always writes all the same.",
} as const;

/** Writes the one comment of this key. A refusal is a result, never thrown. */
export async function putComment(
  octokit: Octokit,
  token: string,
  event: ChangeEvent & { readonly number: number },
  note: Note,
): Promise<CommentResult> {
  try {
    const written = await writeNote(commentStore(octokit, token, event), note);
    return written.kind === "none" ? skipped(written.why, WHY[written.why]) : written;
  } catch (cause) {
    return refused(cause, event);
  }
}

interface ApiComment {
  readonly id: number;
  readonly body?: string | undefined;
  readonly html_url: string;
  readonly user: { readonly login: string } | null;
}
const stored = ({ id, body, html_url, user }: ApiComment): StoredComment => ({
  id,
  body: body ?? "",
  author: user?.login ?? "",
  url: html_url,
});

/** The comments of a pull request. */
function commentStore(
  octokit: Octokit,
  token: string,
  { owner, repo, number, head_sha }: ChangeEvent & { readonly number: number },
): CommentStore {
  const issue = { owner, repo, issue_number: number };
  let login: Promise<string> | undefined;
  const identity = () => {
    login ??= ownLogin(octokit, token);
    return login;
  };
  const list = async () =>
    (await octokit.paginate(octokit.rest.issues.listComments, { ...issue, per_page: 100 })).map(stored);
  const create = async (body: string) => stored((await octokit.rest.issues.createComment({ ...issue, body })).data);
  return {
    list,
    identity,
    async create(body) {
      try {
        return await create(body);
      } catch (cause) {
        if (!isAmbiguous(cause)) throw cause;
        // The comment may be there though the answer was lost: look before trying again.
        const author = await identity();
        const there = (await list()).find((each) => each.author === author && each.body.trimEnd() === body.trimEnd());
        return there ?? (await create(body));
      }
    },
    async update(id, body) {
      try {
        return stored((await octokit.rest.issues.updateComment({ owner, repo, comment_id: id, body })).data);
      } catch (cause) {
        if (statusOf(cause) === 404) return null;
        throw cause;
      }
    },
    async remove(id) {
      try {
        await octokit.rest.issues.deleteComment({ owner, repo, comment_id: id });
      } catch (cause) {
        if (statusOf(cause) !== 404) throw cause;
      }
    },
    headIs: () => headState(octokit, { owner, repo, pull_number: number }, head_sha),
  };
}

async function headState(
  octokit: Octokit,
  pull: { readonly owner: string; readonly repo: string; readonly pull_number: number },
  sha: string,
): Promise<HeadState> {
  try {
    const { data } = await octokit.rest.pulls.get(pull);
    if (data.head?.sha !== sha) return "outdated";
    return data.state === "closed" ? "closed" : "current";
  } catch (cause) {
    if (refusalOf(cause) === null) throw cause;
    return "unknown";
  }
}

/** Names what is missing. Anything that is not an answer of the service is a bug and goes on. */
function refused(cause: unknown, event: ChangeEvent): CommentResult {
  switch (refusalOf(cause)) {
    case "locked":
      return skipped("locked", "the conversation is locked, so no comment can be written.");
    case "forbidden":
      return skipped(
        "read-only-token",
        event.is_fork
          ? "the token may not write comments (403): pull requests from forks get a read-only token. examples/fork-comment.yml shows how to comment on them safely."
          : 'the token may not write comments (403). Give the job "permissions: pull-requests: write"; Dependabot and forks get a read-only token in any case.',
      );
    case "bad-credentials":
      return skipped("bad-credentials", "the token was not accepted (401). Check the input github-token.");
    case "not-found":
      return skipped(
        "not-found",
        'the token cannot see this pull request (404). Give the job "permissions: pull-requests: write", or check the token\'s repository access.',
      );
    case "rate-limit":
      return skipped("rate-limit", "GitHub limits the requests of this token for now. Run the job again later.");
    case "service-error":
      return skipped(
        "service-error",
        `the comment could not be written: GitHub answered ${statusOf(cause) ?? "nothing"} (${messageOf(cause)}). Run the job again.`,
      );
    case null:
      throw cause;
  }
}
