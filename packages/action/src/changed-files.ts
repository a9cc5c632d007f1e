import { type BesideFiles, type FileText, isReadBeside } from "@ecocompute/engine";
import type { Hunk, ListedFile, Sides, Source } from "./source.ts";

/** Text audited at both sides together, in UTF-16 units: hostile text costs seconds a megabyte to parse. */
const MAX_TOTAL = 8 * 1_048_576;
/** Files read at both sides: through the API each costs one or two requests of the token's budget. */
const MAX_READ = { git: 5_000, api: 200 } as const;

export interface Skipped {
  readonly path: string;
  readonly why: string;
}

export interface ChangedFiles {
  /** null: there was nothing before. */
  readonly merge_base_sha: string | null;
  readonly base: readonly FileText[];
  readonly head: readonly FileText[];
  /** Files that others may take values from: unchanged ones, and changed ones that are not audited themselves. */
  readonly beside: BesideFiles;
  readonly renames: readonly { readonly from: string; readonly to: string }[];
  readonly skipped: readonly Skipped[];
  /** Changed files that are not worth reading. */
  readonly unlisted: readonly { readonly why: string; readonly files: number }[];
  /** What was not listed or not read at all; empty when all was. */
  readonly partial: readonly string[];
  /** All paths that changed, with what is known of each. */
  readonly listed: readonly ListedFile[];
  /** What the diff shows of the head of a file. */
  readonly hunks: (path: string) => Promise<readonly Hunk[]>;
}

/** Reads both sides of what changes since the merge base. Throws when a side cannot be read. */
export async function readChangedFiles(
  source: Source,
  whyNotWanted: (path: string) => string | null,
): Promise<ChangedFiles> {
  const { merge_base_sha, files, partial } = await source.compare();
  const isWanted = (path: string) => whyNotWanted(path) === null;
  const isAudited = (file: ListedFile) => isWanted(file.path) || isWanted(file.previous_path);
  const isBeside = (file: ListedFile) => isReadBeside(file.path) || isReadBeside(file.previous_path);
  const wanted = files.filter(isAudited);
  const related = files.some(isBeside) ? await source.unchanged(files, isReadBeside) : { files: [], partial: [] };
  const most = MAX_READ[source.name];
  const read = [...wanted, ...files.filter((file) => !isAudited(file) && isBeside(file))].slice(0, most);
  const skipped: Skipped[] = [];
  const all = await source.read(read, merge_base_sha);
  const sides = read.map((file, i) => ({ file, ...textsOf(file, all[i] ?? { base: null, head: null }, skipped) }));
  const within = withinTotal(sides, (path) => {
    skipped.push({ path, why: "the changed deployment files exceed 8 MB together" });
  });
  const audited = within.filter(({ file }) => isAudited(file));
  const others = within.filter(({ file }) => !isAudited(file));
  const notRead = wanted.length - Math.min(wanted.length, most);
  return {
    merge_base_sha,
    base: audited.flatMap((side) => side.base ?? []),
    head: audited.flatMap((side) => side.head ?? []),
    beside: {
      base: [...related.files, ...others.flatMap((side) => side.base ?? [])],
      head: [...related.files, ...others.flatMap((side) => side.head ?? [])],
      mayDepend: isWanted,
    },
    renames: read.flatMap(({ status, path, previous_path }) =>
      status === "renamed" ? [{ from: previous_path, to: path }] : [],
    ),
    skipped: [...new Map(skipped.map((each) => [each.path, each])).values()].sort((a, b) => (a.path < b.path ? -1 : 1)),
    unlisted: files
      .filter((file) => !isAudited(file))
      .map((file) => ({ why: whyNotWanted(file.path) ?? "", files: 1 })),
    partial: [
      ...partial,
      ...related.partial,
      ...(notRead > 0
        ? [`only the first ${most} of ${wanted.length} changed files that may hold a deployment were read`]
        : []),
    ],
    listed: files,
    hunks: async (path) => {
      const file = files.find((each) => each.path === path);
      return file ? source.hunks(file, merge_base_sha) : [];
    },
  };
}

interface FileSides {
  readonly base: FileText | null;
  readonly head: FileText | null;
}

function textsOf(file: ListedFile, { base, head }: Sides, skipped: Skipped[]): FileSides {
  const side = (path: string, text: Sides["base"]): FileText | null => {
    if (text === null) return null;
    if (text.kind === "text") return { path, content: text.content };
    skipped.push({ path, why: text.why });
    return null;
  };
  return { base: side(file.previous_path, base), head: side(file.path, head) };
}

/** Files, both sides of each, until the total is reached: smaller ones first, so that one huge file hides no other. */
function withinTotal<T extends FileSides>(sides: readonly T[], refuse: (path: string) => void): T[] {
  const sizeOf = ({ base, head }: FileSides) => (base?.content.length ?? 0) + (head?.content.length ?? 0);
  let total = 0;
  const kept = new Set<T>();
  for (const side of sides.toSorted((a, b) => sizeOf(a) - sizeOf(b))) {
    total += sizeOf(side);
    if (total <= MAX_TOTAL) kept.add(side);
    else refuse((side.head ?? side.base)?.path ?? "");
  }
  return sides.filter((side) => kept.has(side));
}
