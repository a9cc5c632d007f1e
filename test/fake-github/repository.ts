import { createHash } from "node:crypto";

/** path → text. */
export type Tree = Readonly<Record<string, string>>;

export interface ChangedFile {
  readonly filename: string;
  readonly status: "added" | "removed" | "modified" | "renamed" | "changed";
  readonly sha: string;
  readonly previous_filename?: string;
  readonly additions: number;
  readonly deletions: number;
  readonly changes: number;
  /** Absent for what is binary or large, as GitHub does. */
  readonly patch?: string;
}

/** Git's own id of a blob. */
export const blobSha = (content: string): string =>
  createHash("sha1")
    .update(`blob ${Buffer.byteLength(content)}\0`)
    .update(content)
    .digest("hex");

const CONTEXT = 3;
const MAX_PATCH = 200_000;

interface Diff {
  readonly additions: number;
  readonly deletions: number;
  readonly changes: number;
  readonly patch?: string;
}

/** Lines with what git says of a text that does not end with a line end. */
const linesOf = (text: string): string[] => {
  if (text === "") return [];
  const lines = text.split("\n");
  return lines.at(-1) === ""
    ? lines.slice(0, -1)
    : [...lines.slice(0, -1), `${lines.at(-1)}\n\\ No newline at end of file`];
};

/** A unified diff of one hunk: all between the lines that both begin and end with. */
export function diffOf(base: string, head: string): Diff {
  const [before, after] = [linesOf(base), linesOf(head)];
  let first = 0;
  while (first < before.length && first < after.length && before[first] === after[first]) first += 1;
  let last = 0;
  const shorter = Math.min(before.length, after.length) - first;
  while (last < shorter && before.at(-1 - last) === after.at(-1 - last)) last += 1;
  const removed = before.slice(first, before.length - last);
  const added = after.slice(first, after.length - last);
  const counts = { additions: added.length, deletions: removed.length, changes: added.length + removed.length };
  if (counts.changes === 0 || base.includes("\0") || head.includes("\0")) return { ...counts };
  const from = Math.max(0, first - CONTEXT);
  const above = before.slice(from, first);
  const below = before.slice(before.length - last, before.length - last + CONTEXT);
  const range = (length: number) => {
    const all = above.length + length + below.length;
    return `${all === 0 ? from : from + 1},${all}`;
  };
  const lines = [
    `@@ -${range(removed.length)} +${range(added.length)} @@`,
    ...above.map((line) => ` ${line}`),
    ...removed.map((line) => `-${line}`),
    ...added.map((line) => `+${line}`),
    ...below.map((line) => ` ${line}`),
  ];
  const patch = lines.join("\n");
  return patch.length > MAX_PATCH ? counts : { ...counts, patch };
}

/** What GitHub lists between two trees; a rename is only seen when the content is unchanged, which is git's 100 % case. */
export function changedFiles(base: Tree, head: Tree): ChangedFile[] {
  const removed = Object.keys(base).filter((path) => !(path in head));
  const files: ChangedFile[] = [];
  const renamedFrom = new Set<string>();
  for (const [path, content] of Object.entries(head)) {
    const sha = blobSha(content);
    if (path in base) {
      if (base[path] !== undefined && base[path] !== content)
        files.push({ filename: path, status: "modified", sha, ...diffOf(base[path], content) });
      continue;
    }
    const previous = removed.find((old) => base[old] === content && !renamedFrom.has(old));
    if (previous === undefined) files.push({ filename: path, status: "added", sha, ...diffOf("", content) });
    else {
      renamedFrom.add(previous);
      files.push({ filename: path, status: "renamed", sha, previous_filename: previous, ...diffOf(content, content) });
    }
  }
  for (const path of removed) {
    if (renamedFrom.has(path)) continue;
    files.push({ filename: path, status: "removed", sha: blobSha(base[path] ?? ""), ...diffOf(base[path] ?? "", "") });
  }
  return files.sort((a, b) => (a.filename < b.filename ? -1 : 1));
}
