import type { Blob, Text } from "@ecocompute/checkout";

/** One changed path, as git or GitHub lists it. */
export interface ListedFile {
  readonly path: string;
  readonly status: "added" | "removed" | "modified" | "renamed";
  /** Where it was at the merge base. */
  readonly previous_path: string;
  /** The unified diff, where the source gives one for nothing. */
  readonly patch?: Patch;
  /** Git's ids of both sides, where the source knows them; null: that side has no such file. */
  readonly blobs?: { readonly base: Blob | null; readonly head: Blob | null };
}

export interface Patch {
  readonly text: string;
  readonly additions: number;
  readonly deletions: number;
  /** Git's id of the head side. */
  readonly head_blob: string;
}

export interface Comparison {
  /** null: there was nothing before. */
  readonly merge_base_sha: string | null;
  readonly files: readonly ListedFile[];
  /** What was not listed, in sentences; empty when the list is complete. */
  readonly partial: readonly string[];
}

export interface Sides {
  /** null: that side has no such file. */
  readonly base: Text | null;
  readonly head: Text | null;
}

/** Lines of the head that a hunk of the diff shows. */
export interface Hunk {
  readonly from: number;
  readonly to: number;
}

const HUNK = /^@@ -\d{1,9}(?:,\d{1,9})? \+(\d{1,9})(?:,(\d{1,9}))? @@/gm;
export const hunksOf = (patch: string): readonly Hunk[] =>
  [...patch.matchAll(HUNK)].map(([, from = "0", length = "1"]) => ({
    from: Number(from),
    to: Number(from) + Number(length) - 1,
  }));

export interface Unchanged {
  readonly files: readonly { readonly path: string; readonly content: string }[];
  readonly partial: readonly string[];
}

/** Where the two sides are read from: the checkout's git, or GitHub's API. */
export interface Source {
  readonly name: "git" | "api";
  /** Commit or branch that is compared with; null: there is nothing before. */
  readonly base: string | null;
  compare(): Promise<Comparison>;
  /** Both sides of each file, in the order of the files. */
  read(files: readonly ListedFile[], mergeBase: string | null): Promise<readonly Sides[]>;
  /** Unchanged files that changed ones may stand in relation to, and what of them was not looked at. */
  unchanged(changed: readonly ListedFile[], isWanted: (path: string) => boolean): Promise<Unchanged>;
  /** What the diff of a file shows of its head; empty where that is not known. */
  hunks(file: ListedFile, mergeBase: string | null): Promise<readonly Hunk[]>;
  /** One file at a commit; null where there is none. */
  readAt(path: string, sha: string): Promise<Text | null>;
}

/** Two branches without a common commit have no merge base to compare with. */
export class NoSharedHistory extends Error {
  constructor() {
    super(
      "The base and the head of this pull request share no history: rebase the head onto the base, then push it again.",
    );
  }
}
