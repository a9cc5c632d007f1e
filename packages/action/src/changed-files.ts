import type { FileText } from "@ecocompute/engine";
import type { PullRequestEvent } from "./event.ts";
import { messageOf, type Octokit, statusOf } from "./github.ts";

/** The pull request API lists no more. */
const MAX_LISTED = 3_000;
/** The compare API lists no more; it is asked for files only when the token may not read pull requests. */
const MAX_COMPARED = 300;
/** A file that describes a deployment is smaller; above 1 MB the contents API leaves the text out. */
const MAX_BYTES = 1_048_576;
/** Text audited at both sides together, in UTF-16 units: hostile text costs seconds a megabyte to parse. */
const MAX_TOTAL = 8 * 1_048_576;
/** Files read at both sides; each costs one or two requests of the token's budget. */
const MAX_READ = 200;
const CONCURRENT_READS = 8;

export interface Skipped {
  readonly path: string;
  readonly why: string;
}

export interface ChangedFiles {
  readonly merge_base_sha: string;
  readonly base: readonly FileText[];
  readonly head: readonly FileText[];
  readonly renames: readonly { readonly from: string; readonly to: string }[];
  readonly skipped: readonly Skipped[];
  /** Changed files that are not worth reading. */
  readonly unlisted: readonly { readonly why: string; readonly files: number }[];
  /** What the service did not list; empty when the list is complete. */
  readonly partial: readonly string[];
  readonly listed: number;
}

interface ListedFile {
  readonly filename: string;
  readonly status: string;
  readonly previous_filename?: string | undefined;
}

type Repository = Pick<PullRequestEvent, "owner" | "repo">;

/** Two branches without a common commit have no merge base to compare with. */
export class NoSharedHistory extends Error {
  constructor() {
    super(
      "The base and the head of this pull request share no history: rebase the head onto the base, then push it again.",
    );
  }
}

/** Reads both sides of what the pull request changes since its merge base. Throws when a side cannot be read. */
export async function readChangedFiles(
  octokit: Octokit,
  event: PullRequestEvent,
  whyNotWanted: (path: string) => string | null,
): Promise<ChangedFiles> {
  const repository = { owner: event.owner, repo: event.repo };
  const comparison = await octokit.rest.repos
    .compareCommitsWithBasehead({ ...repository, basehead: `${event.base_sha}...${event.head_sha}` })
    .catch((cause: unknown) => {
      throw statusOf(cause) === 404 && /no common ancestor/i.test(messageOf(cause)) ? new NoSharedHistory() : cause;
    });
  const mergeBase = comparison.data.merge_base_commit?.sha;
  if (!mergeBase) throw new NoSharedHistory();

  const partial: string[] = [];
  const files = await listFiles(octokit, event, comparison.data.files ?? [], partial);
  const isWanted = (path: string | undefined) => path !== undefined && whyNotWanted(path) === null;
  const wanted = files.filter((file) => isWanted(file.filename) || isWanted(file.previous_filename));
  const others = files.filter((file) => !wanted.includes(file)).map((file) => whyNotWanted(file.filename) ?? "");
  const read = wanted.slice(0, MAX_READ);
  if (read.length < wanted.length) {
    partial.push(`only the first ${MAX_READ} of ${wanted.length} changed files that may hold a deployment were read`);
  }
  const skipped = new Map<string, string>();
  const sides = await mapConcurrently(read, async (file) => ({
    base:
      file.status === "added" || file.status === "copied"
        ? null
        : await readAt(file.previous_filename ?? file.filename, mergeBase),
    head: file.status === "removed" ? null : await readAt(file.filename, event.head_sha),
  }));

  async function readAt(path: string, sha: string): Promise<FileText | null> {
    const text = await readText(octokit, repository, path, sha);
    if (text.kind === "text") return { path, content: text.content };
    skipped.set(path, text.why);
    return null;
  }

  const within = withinTotal(sides, (path) => {
    skipped.set(path, "the changed deployment files exceed 8 MB together");
  });
  return {
    merge_base_sha: mergeBase,
    base: within.flatMap((side) => side.base ?? []),
    head: within.flatMap((side) => side.head ?? []),
    renames: read.flatMap((file) =>
      file.status === "renamed" && file.previous_filename ? [{ from: file.previous_filename, to: file.filename }] : [],
    ),
    skipped: [...skipped].map(([path, why]): Skipped => ({ path, why })).sort((a, b) => (a.path < b.path ? -1 : 1)),
    unlisted: others.map((why) => ({ why, files: 1 })),
    partial,
    listed: files.length,
  };
}

interface Sides {
  readonly base: FileText | null;
  readonly head: FileText | null;
}

/** Files, both sides of each, until the total is reached: smaller ones first, so that one huge file hides no other. */
function withinTotal(sides: readonly Sides[], refuse: (path: string) => void): Sides[] {
  const sizeOf = ({ base, head }: Sides) => (base?.content.length ?? 0) + (head?.content.length ?? 0);
  let total = 0;
  const kept = new Set<Sides>();
  for (const side of sides.toSorted((a, b) => sizeOf(a) - sizeOf(b))) {
    total += sizeOf(side);
    if (total <= MAX_TOTAL) kept.add(side);
    else refuse((side.head ?? side.base)?.path ?? "");
  }
  return sides.filter((side) => kept.has(side));
}

async function listFiles(
  octokit: Octokit,
  event: PullRequestEvent,
  compared: readonly ListedFile[],
  partial: string[],
): Promise<readonly ListedFile[]> {
  try {
    const files: readonly ListedFile[] = await octokit.paginate(octokit.rest.pulls.listFiles, {
      owner: event.owner,
      repo: event.repo,
      pull_number: event.number,
      per_page: 100,
    });
    if (files.length >= MAX_LISTED) partial.push(`GitHub lists no more than ${MAX_LISTED} changed files`);
    return files;
  } catch (cause) {
    // `contents: read` alone may compare, and may not read the pull request.
    const status = statusOf(cause);
    if (status !== 403 && status !== 404) throw cause;
    if (compared.length >= MAX_COMPARED) {
      partial.push(
        `without the permission "pull-requests: read" GitHub lists no more than ${MAX_COMPARED} changed files`,
      );
    }
    return compared;
  }
}

type Text = { readonly kind: "text"; readonly content: string } | { readonly kind: "skipped"; readonly why: string };
const skip = (why: string): Text => ({ kind: "skipped", why });

async function readText(octokit: Octokit, repository: Repository, path: string, sha: string): Promise<Text> {
  // Encoded here segment by segment: the client's template would send the slashes as %2F, which proxies refuse.
  const route = `/repos/${repository.owner}/${repository.repo}/contents/${path.split("/").map(encodeURIComponent).join("/")}`;
  const { data } = await octokit.request(`GET ${route}`, { ref: sha });
  if (Array.isArray(data) || data?.type === "dir") return skip("it is a folder");
  if (data?.type !== "file") return skip(`it is a ${data?.type ?? "thing without content"}`);
  if (data.size > MAX_BYTES || data.encoding === "none") return skip("it is larger than 1 MB");
  if (data.encoding !== "base64" || typeof data.content !== "string") {
    throw new Error(`the contents API gave ${path} in an unexpected encoding: ${JSON.stringify(data.encoding)}`);
  }
  try {
    const content = new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(data.content, "base64"));
    return content.includes("\0") ? skip("it is binary") : { kind: "text", content };
  } catch {
    return skip("it is not UTF-8 text");
  }
}

/** Runs `work` on all items, a few at a time; results stand in the order of the items. */
async function mapConcurrently<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results = new Array<R>(items.length);
  const queue = [...items.entries()];
  const worker = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) results[next[0]] = await work(next[1]);
  };
  await Promise.all(Array.from({ length: CONCURRENT_READS }, worker));
  return results;
}
