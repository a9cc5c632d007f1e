import { createHash } from "node:crypto";

/** path → text. */
export type Tree = Readonly<Record<string, string>>;

export interface ChangedFile {
  readonly filename: string;
  readonly status: "added" | "removed" | "modified" | "renamed";
  readonly sha: string;
  readonly previous_filename?: string;
  readonly additions: number;
  readonly deletions: number;
  readonly changes: number;
}

/** Git's own id of a blob. */
export const blobSha = (content: string): string =>
  createHash("sha1")
    .update(`blob ${Buffer.byteLength(content)}\0`)
    .update(content)
    .digest("hex");

/** What GitHub lists between two trees; a rename is only seen when the content is unchanged, which is git's 100 % case. */
export function changedFiles(base: Tree, head: Tree): ChangedFile[] {
  const counts = { additions: 1, deletions: 1, changes: 2 };
  const removed = Object.keys(base).filter((path) => !(path in head));
  const files: ChangedFile[] = [];
  const renamedFrom = new Set<string>();
  for (const [path, content] of Object.entries(head)) {
    const sha = blobSha(content);
    if (path in base) {
      if (base[path] !== content) files.push({ filename: path, status: "modified", sha, ...counts });
      continue;
    }
    const previous = removed.find((old) => base[old] === content && !renamedFrom.has(old));
    if (previous === undefined) files.push({ filename: path, status: "added", sha, ...counts });
    else {
      renamedFrom.add(previous);
      files.push({ filename: path, status: "renamed", sha, previous_filename: previous, ...counts });
    }
  }
  for (const path of removed) {
    if (renamedFrom.has(path)) continue;
    files.push({ filename: path, status: "removed", sha: blobSha(base[path] ?? ""), ...counts });
  }
  return files.sort((a, b) => (a.filename < b.filename ? -1 : 1));
}
