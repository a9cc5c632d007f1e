import { messageOf, type Octokit, refusalOf, statusOf } from "./github.ts";
import { ownLogin } from "./identity.ts";

/** The report's issue as GitHub keeps it. */
export interface StoredIssue {
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly state: "open" | "closed";
  readonly url: string;
}

export interface IssueText {
  readonly title: string;
  readonly body: string;
  /** null: it stays as it is, and a new one is open. */
  readonly state: "open" | "closed" | null;
}

export const ISSUE_SKIP_REASONS = [
  "disabled",
  "issues-disabled",
  "read-only-token",
  "bad-credentials",
  "not-found",
  "rate-limit",
  "service-error",
] as const;

export type IssueResult =
  | { readonly kind: "created" | "updated" | "unchanged"; readonly url: string }
  | { readonly kind: "skipped"; readonly reason: (typeof ISSUE_SKIP_REASONS)[number]; readonly message: string };

/** Where issues are kept. Everything may happen between two calls. */
export interface IssueStore {
  /** Own issues that begin with the marker, in the order of their numbers. */
  list(): Promise<readonly StoredIssue[]>;
  create(text: IssueText): Promise<StoredIssue>;
  update(number: number, text: IssueText): Promise<StoredIssue>;
}

export const issueMarker = (key: string): string => `<!-- ecocompute-report:${key} -->`;

/**
 * Writes the one issue of a key. Runs at the same time end with one: the lowest number stays, and whoever created another
 * sees the lower one, closes its own and writes there.
 */
export async function writeIssue(
  store: IssueStore,
  own: StoredIssue | null,
  text: IssueText,
): Promise<{ readonly kind: "created" | "updated" | "unchanged"; readonly url: string }> {
  if (own) {
    const wanted = { ...text, state: text.state ?? own.state };
    const isSame = own.title === text.title && own.state === wanted.state && sameText(own.body, text.body);
    if (isSame) return { kind: "unchanged", url: own.url };
    return { kind: "updated", url: (await store.update(own.number, text)).url };
  }
  const created = await store.create({ ...text, state: null });
  const first = (await store.list()).find((each) => each.number < created.number);
  const kept = first ?? created;
  if (first) {
    // Without the marker it is nobody's report any more.
    const body = `The report is in #${first.number}: two runs created an issue at the same time.`;
    await store.update(created.number, { title: text.title, body, state: "closed" });
  }
  if (first || text.state === "closed") await store.update(kept.number, text);
  return { kind: first ? "updated" : "created", url: kept.url };
}

const sameText = (a: string, b: string): boolean => a.replaceAll("\r\n", "\n").trimEnd() === b.trimEnd();

interface Repository {
  readonly owner: string;
  readonly repo: string;
}

/** The issues of a repository that this token's identity wrote for a key. */
export function issueStore(octokit: Octokit, token: string, { owner, repo }: Repository, key: string): IssueStore {
  const repository = { owner, repo };
  const marker = issueMarker(key);
  let login: Promise<string> | undefined;
  return {
    async list() {
      const all = await octokit.paginate(octokit.rest.issues.listForRepo, {
        ...repository,
        state: "all",
        sort: "created",
        direction: "asc",
        per_page: 100,
      });
      const marked = all.filter((issue) => !issue.pull_request && issue.body?.startsWith(marker));
      if (marked.length === 0) return [];
      login ??= ownLogin(octokit, token);
      const author = await login;
      return marked
        .filter((issue) => issue.user?.login === author)
        .map(stored)
        .sort((a, b) => a.number - b.number);
    },
    create: async ({ title, body }) => stored((await octokit.rest.issues.create({ ...repository, title, body })).data),
    update: async (issue_number, { title, body, state }) => {
      const change = { ...repository, issue_number, title, body, ...(state === null ? {} : { state }) };
      return stored((await octokit.rest.issues.update(change)).data);
    },
  };
}

interface ApiIssue {
  readonly number: number;
  readonly title: string;
  readonly body?: string | null | undefined;
  readonly state: string;
  readonly html_url: string;
}
const stored = ({ number, title, body, state, html_url }: ApiIssue): StoredIssue => ({
  number,
  title,
  body: body ?? "",
  state: state === "closed" ? "closed" : "open",
  url: html_url,
});

const GONE = 410;

/** Why no issue could be read or written, and what to do. Anything that is no answer of the service is a bug and goes on. */
export function issueRefused(cause: unknown): IssueResult & { readonly kind: "skipped" } {
  const refusal = refusalOf(cause);
  if (refusal === null) throw cause;
  const skipped = (reason: (typeof ISSUE_SKIP_REASONS)[number], message: string) =>
    ({ kind: "skipped", reason, message }) as const;
  if (statusOf(cause) === GONE) {
    return skipped("issues-disabled", "issues are disabled in this repository: enable them, or set comment: never.");
  }
  switch (refusal) {
    case "bad-credentials":
      return skipped("bad-credentials", "the token was not accepted (401). Check the input github-token.");
    case "forbidden":
    case "locked":
      return skipped(
        "read-only-token",
        'the token may not write issues (403). Give the job "permissions: contents: read, issues: write".',
      );
    case "not-found":
      return skipped(
        "not-found",
        'the token cannot see the issues (404). Give the job "permissions: contents: read, issues: write".',
      );
    case "rate-limit":
      return skipped("rate-limit", "GitHub limits the requests of this token for now. Run the job again later.");
    case "service-error":
      return skipped(
        "service-error",
        `the issue could not be written: GitHub answered ${statusOf(cause) ?? "nothing"} (${messageOf(cause)}). Run the job again.`,
      );
  }
}
