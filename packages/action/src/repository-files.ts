import { existsSync } from "node:fs";
import { join } from "node:path";
import { GitFailed, listTree, readBlobs, skip, type Text } from "@ecocompute/checkout";
import { isSelected, type RepositoryInput, whyNotAuditable } from "@ecocompute/engine";
import { listPaths, readFileAt } from "./api-files.ts";
import { type Degraded, degraded } from "./degraded.ts";
import type { RepositoryEvent } from "./event.ts";
import type { Octokit } from "./github.ts";
import type { Environment, Inputs } from "./inputs.ts";
import { log } from "./log.ts";
import { mapConcurrently } from "./map-concurrently.ts";

/** Text of a repository that is audited, in UTF-16 units. */
const MAX_TOTAL = 32 * 1_048_576;
/** Through the API each file costs a request of the 1,000 that a token has in an hour. */
const MAX_READ = { git: 10_000, api: 400 } as const;
const CONCURRENT_READS = 8;

/** A commit's files, from the checkout where it has the commit, else through the API. */
export interface Tree {
  readonly name: "git" | "api";
  readonly paths: readonly string[];
  readonly partial: readonly string[];
  readonly degraded: readonly Degraded[];
  read(paths: readonly string[]): Promise<readonly (Text | null)[]>;
}

export async function openTree(
  env: Environment,
  event: RepositoryEvent,
  connected: () => Promise<Octokit>,
): Promise<Tree> {
  const folder = env.GITHUB_WORKSPACE ?? "";
  let degradedBy: readonly Degraded[] = [];
  if (folder !== "" && existsSync(join(folder, ".git"))) {
    try {
      return await gitTree(folder, event.head_sha);
    } catch (cause) {
      if (!(cause instanceof GitFailed)) throw cause;
      const message = `Reading through GitHub's API, because ${cause.message}.`;
      log.info(message);
      degradedBy = [degraded("checkout-not-used", message)];
    }
  }
  const octokit = await connected();
  const { paths, partial } = await listPaths(octokit, event, event.head_sha);
  return {
    name: "api",
    paths,
    partial,
    degraded: degradedBy,
    read: (wanted) =>
      mapConcurrently(wanted, CONCURRENT_READS, (path) => readFileAt(octokit, event, path, event.head_sha)),
  };
}

/** Needs one commit only, so a shallow checkout will do. */
async function gitTree(folder: string, sha: string): Promise<Tree> {
  const entries = await listTree(folder, sha);
  const blobs = new Map(entries.map(({ path, blob }) => [path, blob]));
  return {
    name: "git",
    paths: entries.map(({ path }) => path),
    partial: [],
    degraded: [],
    read: (wanted) =>
      readBlobs(
        folder,
        wanted.map((path) => blobs.get(path) ?? null),
      ),
  };
}

/** All files that may hold a deployment. What is not read is counted with the reason. */
export async function readRepository(tree: Tree, inputs: Inputs): Promise<RepositoryInput> {
  const why = (path: string) =>
    whyNotAuditable(path) ?? (isSelected(path, inputs.paths) ? null : "left out by the input paths");
  const wanted = tree.paths.filter((path) => why(path) === null);
  const most = MAX_READ[tree.name];
  const read = wanted.slice(0, most);
  const texts = await tree.read(read);
  const files: { path: string; content: string }[] = [];
  const skipped: { path: string; why: string }[] = [];
  let total = 0;
  for (const [index, path] of read.entries()) {
    const text = texts[index] ?? skip("it is not there");
    if (text.kind === "skipped") skipped.push({ path, why: text.why });
    else if (total + text.content.length > MAX_TOTAL) skipped.push({ path, why: "the files before it exceed 32 MB" });
    else {
      total += text.content.length;
      files.push({ path, content: text.content });
    }
  }
  const left = wanted.length - read.length;
  const how = tree.name === "api" ? "; a checkout gives them all" : "";
  return {
    files,
    skipped,
    unlisted: tree.paths.flatMap((path) => {
      const reason = why(path);
      return reason === null ? [] : [{ why: reason, files: 1 }];
    }),
    partial:
      left > 0
        ? [
            ...tree.partial,
            `only the first ${most} of ${wanted.length} files that may hold a deployment were read${how}`,
          ]
        : tree.partial,
  };
}
