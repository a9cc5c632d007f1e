import { execFileSync } from "node:child_process";
import type { GitRepository } from "./git-repository.ts";
import { blobSha, type ChangedFile, changedFiles, type Tree } from "./repository.ts";

/** What stands at a path. A link that leads to a file of the repository is that file, as GitHub answers. */
export type Entry =
  | { readonly type: "file"; readonly sha: string; readonly size: number; readonly bytes: () => Buffer }
  | { readonly type: "symlink" | "submodule" | "dir" };

/** The commits that a fake GitHub answers from. */
export interface Contents {
  readonly merge_base_sha: string;
  /** `base...head` that may be compared. */
  readonly ranges: readonly string[];
  files(): readonly ChangedFile[];
  entry(path: string, ref: string): Entry | null;
  tree(ref: string): readonly { readonly path: string; readonly type: string; readonly mode: string }[] | null;
}

/** Plain texts at three commits that have no history. */
export function treeContents(
  trees: ReadonlyMap<string, Tree>,
  { merge_base_sha, ranges, head_sha }: Pick<Contents, "merge_base_sha" | "ranges"> & { readonly head_sha: string },
): Contents {
  let listed: readonly ChangedFile[] | undefined;
  return {
    merge_base_sha,
    ranges,
    files: () => {
      listed ??= changedFiles(trees.get(merge_base_sha) ?? {}, trees.get(head_sha) ?? {});
      return listed;
    },
    entry: (path, ref) => {
      const text = trees.get(ref)?.[path];
      return text === undefined
        ? null
        : { type: "file", sha: blobSha(text), size: Buffer.byteLength(text), bytes: () => Buffer.from(text) };
    },
    tree: (ref) => {
      const tree = trees.get(ref);
      return tree ? Object.keys(tree).map((path) => ({ path, type: "blob", mode: "100644" })) : null;
    },
  };
}

const STATUS: Readonly<Record<string, ChangedFile["status"]>> = {
  A: "added",
  D: "removed",
  M: "modified",
  R: "renamed",
  T: "changed",
};
/** A file whose diff is longer has no patch. */
const MAX_PATCH = 200_000;

/** The commits of a real repository, as GitHub shows them: kinds of files, renames with an edit, bytes that are no text. */
export function gitContents({ folder, git }: GitRepository, base: string, head: string): Contents {
  const raw = (...args: string[]) => execFileSync("git", ["-C", folder, ...args], { maxBuffer: 512 * 1_048_576 });
  const mergeBase = git("merge-base", base, head);
  const listTree = (ref: string) =>
    raw("ls-tree", "-r", "-z", "--full-tree", ref)
      .toString("utf8")
      .split("\0")
      .filter((line) => line !== "")
      .map((line) => {
        const [mode = "", type = "", sha = ""] = line.slice(0, line.indexOf("\t")).split(" ");
        return { path: line.slice(line.indexOf("\t") + 1), type, mode, sha };
      });
  function files(): ChangedFile[] {
    const fields = raw("diff-tree", "-r", "-z", "--raw", "-M", mergeBase, head).toString("utf8").split("\0");
    const found: ChangedFile[] = [];
    for (let i = 0; i + 1 < fields.length; ) {
      const [oldMode = "", newMode = "", oldId = "", newId = "", letter = ""] = (fields[i] ?? "").slice(1).split(" ");
      const isMoved = letter.startsWith("R");
      const previous = fields[i + 1] ?? "";
      const filename = isMoved ? (fields[i + 2] ?? "") : previous;
      i += isMoved ? 3 : 2;
      const sameText = oldId === newId;
      found.push({
        filename,
        // GitHub's word for a new mode or kind.
        status: sameText && oldMode !== newMode && !isMoved ? "changed" : (STATUS[letter.charAt(0)] ?? "modified"),
        sha: letter === "D" ? oldId : newId,
        ...(isMoved ? { previous_filename: previous } : {}),
        ...patchOf(isMoved ? [previous, filename] : [filename]),
      });
    }
    return found;
  }
  function patchOf(paths: readonly string[]): Pick<ChangedFile, "additions" | "deletions" | "changes" | "patch"> {
    const counts = raw("diff", "--numstat", "-M", mergeBase, head, "--", ...paths).toString("utf8");
    const [additions = 0, deletions = 0] = counts
      .split("\t")
      .slice(0, 2)
      .map((each) => Number(each) || 0);
    const both = { additions, deletions, changes: additions + deletions };
    if (both.changes === 0) return both;
    const text = raw("diff", "-M", "-U3", mergeBase, head, "--", ...paths).toString("utf8");
    const patch = text.slice(text.indexOf("\n@@") + 1).replace(/\n$/, "");
    return patch.length > MAX_PATCH ? both : { ...both, patch };
  }
  function entry(path: string, ref: string): Entry | null {
    const tree = listTree(ref);
    const found = tree.find((each) => each.path === path);
    if (!found) return tree.some((each) => each.path.startsWith(`${path}/`)) ? { type: "dir" } : null;
    if (found.mode === "160000") return { type: "submodule" };
    if (found.mode === "120000") {
      const target = new URL(raw("cat-file", "blob", found.sha).toString("utf8"), `file:///${path}`).pathname.slice(1);
      const followed = tree.find((each) => each.path === target && each.mode.startsWith("100"));
      return followed ? fileOf(followed.sha) : { type: "symlink" };
    }
    return fileOf(found.sha);
  }
  const fileOf = (sha: string): Entry => ({
    type: "file",
    sha,
    size: Number(raw("cat-file", "-s", sha).toString("utf8")),
    bytes: () => raw("cat-file", "blob", sha),
  });
  return {
    merge_base_sha: mergeBase,
    ranges: [`${base}...${head}`],
    files,
    entry,
    tree: (ref) => listTree(ref).map(({ path, type, mode }) => ({ path, type, mode })),
  };
}
