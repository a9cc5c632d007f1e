import type { ChangeEvent } from "./event.ts";
import { type Octokit, type Refusal, refusalOf, statusOf } from "./github.ts";
import { ownLogin } from "./identity.ts";
import type { Suggestion } from "./suggestions.ts";

export interface SuggestResult {
  readonly posted: number;
  /** Those that GitHub did not take: the fixes stand in the comment and in the summary. */
  readonly refused: number;
  readonly why: Refusal | null;
}

/** Posts what does not stand there yet: all in one review, and one by one where GitHub refuses the review for one of them. */
export async function postSuggestions(
  octokit: Octokit,
  token: string,
  { owner, repo, number, head_sha }: ChangeEvent & { readonly number: number },
  suggestions: readonly Suggestion[],
): Promise<SuggestResult> {
  const pull = { owner, repo, pull_number: number };
  if (suggestions.length === 0) return { posted: 0, refused: 0, why: null };
  try {
    const there = await octokit.paginate(octokit.rest.pulls.listReviewComments, { ...pull, per_page: 100 });
    const marked = there.filter((each) => each.body.startsWith("<!-- ecocompute-suggestion:"));
    const login = marked.length > 0 ? await ownLogin(octokit, token) : null;
    const own = marked.filter((each) => each.user?.login === login);
    const missing = suggestions.filter(
      ({ marker, path }) => !own.some((each) => each.path === path && each.body.startsWith(marker)),
    );
    if (missing.length === 0) return { posted: 0, refused: 0, why: null };
    const comments = missing.map(({ path, body, line, start_line }) => ({
      path,
      body,
      line,
      side: "RIGHT" as const,
      ...(start_line === undefined ? {} : { start_line, start_side: "RIGHT" as const }),
    }));
    if (comments.length > 1) {
      const what = `${comments.length} fixes that EcoCompute checked: each can be applied with a click.`;
      try {
        await octokit.rest.pulls.createReview({ ...pull, commit_id: head_sha, event: "COMMENT", body: what, comments });
        return { posted: comments.length, refused: 0, why: null };
      } catch (cause) {
        if (statusOf(cause) !== 422) throw cause;
      }
    }
    let posted = 0;
    for (const comment of comments) {
      try {
        await octokit.rest.pulls.createReviewComment({ ...pull, commit_id: head_sha, ...comment });
        posted += 1;
      } catch (cause) {
        if (statusOf(cause) !== 422) throw cause;
      }
    }
    const refused = comments.length - posted;
    return { posted, refused, why: refused > 0 ? "service-error" : null };
  } catch (cause) {
    const why = refusalOf(cause);
    if (why === null) throw cause;
    return { posted: 0, refused: suggestions.length, why };
  }
}
