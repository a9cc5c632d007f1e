import { GitFailed, git, type Whose } from "./git.ts";
import { decode, MAX_BYTES, skip, type Text, tooLarge } from "./text.ts";

/** Bytes that one process hands over. */
const BATCH_BYTES = 16 * 1_048_576;

export interface Blob {
  readonly id: string;
  /** 100644, 100755, 120000 (symlink), 160000 (submodule) */
  readonly mode: string;
}

export interface TreeEntry {
  readonly path: string;
  readonly blob: Blob;
}

/** Every file of a commit. */
export const listTree = async (folder: string, sha: string, whose: Whose = "nobody"): Promise<TreeEntry[]> =>
  parseTree((await git(folder, ["ls-tree", "-r", "-z", "--full-tree", sha], { whose })).toString("utf8"));

/** What a commit has at these paths, in their order; null: nothing. */
export async function entriesAt(folder: string, sha: string, paths: readonly string[]): Promise<(Blob | null)[]> {
  const found = parseTree((await git(folder, ["ls-tree", "-z", "--full-tree", sha, "--", ...paths])).toString("utf8"));
  const entries = new Map(found.map(({ path, blob }) => [path, blob]));
  return paths.map((path) => entries.get(path) ?? null);
}

/** `mode type id\tpath\0` */
function parseTree(raw: string): TreeEntry[] {
  return raw.split("\0").flatMap((entry) => {
    const tab = entry.indexOf("\t");
    if (tab < 0) return [];
    const [mode = "", , id = ""] = entry.slice(0, tab).split(" ");
    return [{ path: entry.slice(tab + 1), blob: { id, mode } }];
  });
}

const NOT_A_FILE: Readonly<Record<string, Text>> = {
  "120000": skip("it is a symlink"),
  "160000": skip("it is a submodule"),
  "040000": skip("it is a folder"),
};

/** The texts of blobs, in their order; null stays null. Raw objects: no filter and no line-end conversion runs. */
export async function readBlobs(
  folder: string,
  blobs: readonly (Blob | null)[],
  { maxBytes = MAX_BYTES, whose = "nobody" }: { readonly maxBytes?: number; readonly whose?: Whose } = {},
): Promise<(Text | null)[]> {
  const ids = [...new Set(blobs.flatMap((each) => (each && !NOT_A_FILE[each.mode] ? each.id : [])))];
  const sizes = await sizesOf(folder, ids, whose);
  const texts = new Map<string, Text>();
  for (const batch of batches(ids, sizes, maxBytes)) {
    const output = await git(folder, ["cat-file", "--batch"], { input: `${batch.join("\n")}\n`, whose });
    let at = 0;
    for (const id of batch) {
      const end = output.indexOf(10, at) + 1;
      const size = sizes.get(id) ?? 0;
      texts.set(id, decode(output.subarray(end, end + size), maxBytes));
      at = end + size + 1;
    }
  }
  return blobs.map((each) => (each ? (NOT_A_FILE[each.mode] ?? texts.get(each.id) ?? tooLarge(maxBytes)) : null));
}

async function sizesOf(folder: string, ids: readonly string[], whose: Whose): Promise<Map<string, number>> {
  if (ids.length === 0) return new Map();
  const listing = await git(folder, ["cat-file", "--batch-check"], { input: `${ids.join("\n")}\n`, whose });
  const lines = listing.toString("utf8").split("\n");
  return new Map(
    ids.map((id, i) => {
      const [, type, size] = (lines[i] ?? "").split(" ");
      if (type !== "blob") throw new GitFailed(`the checkout lacks the object ${id}: it may be a partial clone`);
      return [id, Number(size)];
    }),
  );
}

/** Those that are small enough, in batches of a bounded size. */
function batches(ids: readonly string[], sizes: ReadonlyMap<string, number>, maxBytes: number): string[][] {
  const all: string[][] = [];
  let size = Number.POSITIVE_INFINITY;
  for (const id of ids) {
    const own = sizes.get(id) ?? 0;
    if (own > maxBytes) continue;
    if (size + own > BATCH_BYTES) {
      all.push([]);
      size = 0;
    }
    all.at(-1)?.push(id);
    size += own;
  }
  return all;
}
