import { decode, MAX_BYTES, skip, type Text, tooLarge } from "@ecocompute/checkout";
import type { ChangeEvent } from "./event.ts";
import { messageOf, type Octokit, statusOf } from "./github.ts";

type Repository = Pick<ChangeEvent, "owner" | "repo">;

/** Paths of all files at a commit. */
export async function listPaths(
  octokit: Octokit,
  repository: Repository,
  sha: string,
): Promise<{ readonly paths: readonly string[]; readonly partial: readonly string[] }> {
  const { owner, repo } = repository;
  const { data } = await octokit.rest.git.getTree({ owner, repo, tree_sha: sha, recursive: "true" });
  const paths = data.tree.flatMap((entry) => (entry.type === "blob" && entry.mode !== "120000" ? entry.path : []));
  const partial = data.truncated ? ["GitHub's list of the repository's files is cut: use a checkout to read all"] : [];
  return { paths, partial };
}

/** One file at a commit; null where there is none. */
export const readFileAt = (octokit: Octokit, repository: Repository, path: string, sha: string): Promise<Text | null> =>
  readText(octokit, repository, path, sha).catch((cause: unknown) => {
    if (statusOf(cause) === 404) return null;
    throw cause;
  });

/** @param blob git's id of what stands there: GitHub follows a symlink, and then shows another. */
export async function readText(
  octokit: Octokit,
  repository: Repository,
  path: string,
  sha: string,
  blob?: string,
): Promise<Text | null> {
  // Encoded here segment by segment: the client's template would send the slashes as %2F, which proxies refuse.
  const route = `/repos/${repository.owner}/${repository.repo}/contents/${path.split("/").map(encodeURIComponent).join("/")}`;
  const answer = await octokit.request(`GET ${route}`, { ref: sha }).catch((cause: unknown) => {
    if (isTooLarge(cause)) return null;
    throw cause;
  });
  if (answer === null) return tooLarge();
  const { data } = answer;
  if (Array.isArray(data) || data?.type === "dir") return skip("it is a folder");
  if (data?.type !== "file") return skip(`it is a ${data?.type ?? "thing without content"}`);
  if (blob && data.sha !== blob) return skip("it is a symlink");
  if (data.size > MAX_BYTES || data.encoding === "none") return tooLarge();
  if (data.encoding !== "base64" || typeof data.content !== "string") {
    throw new Error(`the contents API gave ${path} in an unexpected encoding: ${JSON.stringify(data.encoding)}`);
  }
  return decode(Buffer.from(data.content, "base64"));
}

/** Beyond 100 MB the contents API refuses, with the status of a missing permission. */
const isTooLarge = (cause: unknown): boolean => statusOf(cause) === 403 && /too[ _]large/i.test(messageOf(cause));
