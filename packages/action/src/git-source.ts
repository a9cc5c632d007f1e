import { type Blob, entriesAt, GitFailed, git, listTree, readBlobs } from "@ecocompute/checkout";
import {
  type Comparison,
  hunksOf,
  type ListedFile,
  NoSharedHistory,
  type Sides,
  type Source,
  type Unchanged,
} from "./source.ts";

/** git knows it without having it. */
const EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
/** Unchanged files that are read for the sake of changed ones, and their text in UTF-16 units. */
const MAX_UNCHANGED = 2_000;
const MAX_UNCHANGED_TEXT = 4 * 1_048_576;
const STATUS: Readonly<Record<string, ListedFile["status"]>> = { A: "added", D: "removed", R: "renamed", C: "added" };

/**
 * The checkout as a source. Throws GitFailed where it does not hold what is needed: without a checkout, in a shallow
 * clone (whose merge base may be a wrong one), without the commits.
 */
export async function openGit(folder: string, base: string | null, head: string): Promise<Source> {
  const isShallow = (await git(folder, ["rev-parse", "--is-shallow-repository"])).toString("utf8").trim();
  if (isShallow !== "false") throw new GitFailed("the checkout is shallow: set fetch-depth: 0 to read from it");
  const headCommit = await commitOf(folder, head);
  const baseCommit = base === null ? null : await commitOf(folder, base);
  return {
    name: "git",
    base: baseCommit,
    compare: () => compare(folder, baseCommit, headCommit),
    read: (files, mergeBase) => read(folder, files, mergeBase),
    unchanged: (changed, isWanted) => unchanged(folder, headCommit, changed, isWanted),
    hunks: async ({ path, previous_path }, mergeBase) => {
      const args = ["diff", "--no-ext-diff", "--no-textconv", "--no-color", "-M", "-U3", mergeBase ?? EMPTY_TREE];
      return hunksOf((await git(folder, [...args, headCommit, "--", previous_path, path])).toString("utf8"));
    },
    readAt: async (path, sha) => {
      const [blob] = await entriesAt(folder, sha, [path]);
      if (!blob) return null;
      const [text] = await readBlobs(folder, [blob]);
      return text ?? null;
    },
  };
}

/** The commit that a commit id or a branch of the remote names. */
async function commitOf(folder: string, name: string): Promise<string> {
  const refs = /^[0-9a-f]{40,64}$/.test(name) ? [name] : [`refs/remotes/origin/${name}`, `refs/heads/${name}`];
  for (const [index, ref] of refs.entries()) {
    try {
      return (await git(folder, ["rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`]))
        .toString("utf8")
        .trim();
    } catch (cause) {
      if (!(cause instanceof GitFailed) || index < refs.length - 1) continue;
      throw new GitFailed(`the checkout has no commit ${name}: set fetch-depth: 0 to read from it`);
    }
  }
  throw new GitFailed(`the checkout has no commit ${name}`);
}

async function compare(folder: string, base: string | null, head: string): Promise<Comparison> {
  const mergeBase = base === null ? null : await mergeBaseOf(folder, base, head);
  const args = ["diff-tree", "-r", "-z", "--raw", "-M", "--no-ext-diff", "--no-textconv", "--full-index"];
  const raw = await git(folder, [...args, mergeBase ?? EMPTY_TREE, head]);
  return { merge_base_sha: mergeBase, files: parseRaw(raw.toString("utf8")), partial: [] };
}

async function mergeBaseOf(folder: string, base: string, head: string): Promise<string> {
  try {
    return (await git(folder, ["merge-base", base, head])).toString("utf8").trim();
  } catch (cause) {
    // It says nothing and ends with 1 where there is none.
    if (cause instanceof GitFailed && cause.status === 1) throw new NoSharedHistory();
    throw cause;
  }
}

/** `:mode mode id id S[score]\0path\0` and, for a rename, one more path. */
export function parseRaw(raw: string): ListedFile[] {
  const fields = raw.split("\0");
  const files: ListedFile[] = [];
  for (let i = 0; i + 1 < fields.length; ) {
    const [oldMode = "", newMode = "", oldId = "", newId = "", status = ""] = (fields[i] ?? "").slice(1).split(" ");
    const letter = status.charAt(0);
    const first = fields[i + 1] ?? "";
    const moved = letter === "R" || letter === "C";
    const path = moved ? (fields[i + 2] ?? "") : first;
    i += moved ? 3 : 2;
    files.push({
      path,
      previous_path: letter === "R" ? first : path,
      status: STATUS[letter] ?? "modified",
      blobs: { base: letter === "C" ? null : blob(oldId, oldMode), head: blob(newId, newMode) },
    });
  }
  return files;
}

const blob = (id: string, mode: string): Blob | null => (/^0+$/.test(id) ? null : { id, mode });

async function read(folder: string, files: readonly ListedFile[], mergeBase: string | null): Promise<Sides[]> {
  const known = files.map(({ blobs }) => blobs ?? { base: null, head: null });
  const texts = await readBlobs(folder, [
    ...known.map(({ base }) => (mergeBase === null ? null : base)),
    ...known.map(({ head }) => head),
  ]);
  return files.map((_, i) => ({ base: texts[i] ?? null, head: texts[files.length + i] ?? null }));
}

/** Those near the changed files first, until they are enough. */
async function unchanged(
  folder: string,
  head: string,
  changed: readonly ListedFile[],
  isWanted: (path: string) => boolean,
): Promise<Unchanged> {
  const known = new Set(changed.map(({ path }) => path));
  const all = (await listTree(folder, head)).filter(({ path }) => !known.has(path) && isWanted(path));
  const near = nearTo([...known]);
  const entries = all.toSorted((a, b) => near(b.path) - near(a.path)).slice(0, MAX_UNCHANGED);
  const texts = await readBlobs(
    folder,
    entries.map(({ blob }) => blob),
  );
  const files: { path: string; content: string }[] = [];
  let total = 0;
  for (const [i, { path }] of entries.entries()) {
    const text = texts[i];
    if (text?.kind !== "text" || total + text.content.length > MAX_UNCHANGED_TEXT) continue;
    total += text.content.length;
    files.push({ path, content: text.content });
  }
  return { files, partial: [] };
}

/** How many folders a path shares with the changed file that is nearest to it. */
function nearTo(changed: readonly string[]): (path: string) => number {
  const folders = new Set<string>();
  for (const path of changed) {
    const parts = path.split("/").slice(0, -1);
    for (let depth = 0; depth <= parts.length; depth++) folders.add(parts.slice(0, depth).join("/"));
  }
  return (path) => {
    const parts = path.split("/").slice(0, -1);
    let depth = parts.length;
    while (depth > 0 && !folders.has(parts.slice(0, depth).join("/"))) depth -= 1;
    return depth;
  };
}
