import { GitFailed, listTree as listCommit, readBlobs } from "@ecocompute/checkout";
import { type FileText, isReadBeside, type PullRequestInput } from "@ecocompute/engine";
import { Refused } from "./exit-code.ts";
import { fields, type GitAnswer, git } from "./git.ts";
import type { Progress } from "./progress.ts";
import type { Root } from "./root.ts";
import { listTree, readTexts, type Selection, whyNotRead } from "./working-tree.ts";

export interface Range {
  readonly merge_base_sha: string;
  readonly head_sha: string;
  /** The working tree holds more than its commit. */
  readonly is_dirty: boolean;
}

/** The commit where the working tree left `ref`. */
export async function findRange({ top, isGit }: Root, ref: string): Promise<Range> {
  if (!isGit) throw new Refused(3, "--base compares with a commit, and this folder is in no git repository");
  const commit = async (name: string) =>
    git(top, ["rev-parse", "--verify", "--quiet", "--end-of-options", `${name}^{commit}`]);
  const base = await commit(ref);
  if (!base.ok) {
    throw new Refused(
      2,
      `--base: no commit is called ${JSON.stringify(ref.slice(0, 64))} here; fetch it first, such as: git fetch origin main`,
    );
  }
  const head = await commit("HEAD");
  if (!head.ok) throw new Refused(3, "the repository has no commit yet");
  const shared = await git(top, ["merge-base", shaOf(base.output), shaOf(head.output)]);
  if (!shared.ok) {
    const hint = "a shallow clone lacks it: git fetch --unshallow, or fetch-depth: 0 in the checkout";
    throw new Refused(3, `the working tree and ${JSON.stringify(ref.slice(0, 64))} share no history (${hint})`);
  }
  const status = orRefuse(await git(top, ["status", "--porcelain", "-z", "--ignore-submodules=all"]));
  return { merge_base_sha: shaOf(shared.output), head_sha: shaOf(head.output), is_dirty: status.length > 0 };
}

const shaOf = (output: Buffer): string => output.toString("utf8").trim();

interface Change {
  readonly base: string | null;
  readonly head: string | null;
}

/** Both sides of what changed since the merge base, untracked files included; the Action's input, from a working tree. */
export async function readRange(
  root: Root,
  { merge_base_sha }: Range,
  selection: Selection,
  progress: Progress,
): Promise<PullRequestInput> {
  const changes = await listChanges(root, merge_base_sha);
  const whyNot = ({ base, head }: Change) => {
    const reasons = [head, base].flatMap((path) => (path === null ? [] : [whyNotRead(path, selection)]));
    return reasons.includes(null) ? null : (reasons[0] ?? null);
  };
  const isAudited = (change: Change) => whyNot(change) === null;
  const wanted = changes.filter(isAudited);
  const lookedUp = changes.filter((change) => !isAudited(change) && pathsOf([change]).some(isReadBeside));
  const base = await readCommit(root, merge_base_sha, sideOf([...wanted, ...lookedUp], "base"), selection.maxBytes);
  const head = await readTexts(root, sideOf([...wanted, ...lookedUp], "head"), selection, progress);
  const unchanged = await readUnchanged(root, changes, selection, progress);
  const audited = new Set(pathsOf(wanted));
  const own = (files: readonly FileText[]) => files.filter(({ path }) => audited.has(path));
  const others = (files: readonly FileText[]) => files.filter(({ path }) => !audited.has(path));
  return {
    base: own(base.files),
    head: own(head.files),
    beside: {
      base: [...unchanged, ...others(base.files)],
      head: [...unchanged, ...others(head.files)],
      mayDepend: (path) => whyNotRead(path, selection) === null,
    },
    renames: wanted.flatMap((change) =>
      change.base !== null && change.head !== null && change.base !== change.head
        ? [{ from: change.base, to: change.head }]
        : [],
    ),
    skipped: [...base.skipped.filter(({ path }) => !head.files.some((file) => file.path === path)), ...head.skipped],
    unlisted: changes.filter((change) => !isAudited(change)).map((change) => ({ why: whyNot(change) ?? "", files: 1 })),
    partial: [],
  };
}

const sideOf = (changes: readonly Change[], side: keyof Change): string[] =>
  changes.flatMap((change) => change[side] ?? []);
const pathsOf = (changes: readonly Change[]): string[] => [...sideOf(changes, "base"), ...sideOf(changes, "head")];

/** What did not change and may hold a deployment of values that did, or values of a deployment that did. */
async function readUnchanged(
  root: Root,
  changes: readonly Change[],
  selection: Selection,
  progress: Progress,
): Promise<readonly FileText[]> {
  const changed = new Set(pathsOf(changes));
  if (![...changed].some(isReadBeside)) return [];
  const { paths } = await listTree(root, "");
  const others = paths.filter((path) => isReadBeside(path) && !changed.has(path));
  return (await readTexts(root, others, selection, progress)).files;
}

async function listChanges({ top, below }: Root, sha: string): Promise<readonly Change[]> {
  const where = below === "" ? [] : [below];
  const options = [
    "--name-status",
    "-z",
    "--find-renames",
    "--no-ext-diff",
    "--no-textconv",
    "--ignore-submodules=all",
  ];
  const tracked = fields(orRefuse(await git(top, ["diff", ...options, sha, "--", ...where])));
  const changes: Change[] = [];
  for (let at = 0; at < tracked.length; ) {
    const status = tracked[at] ?? "";
    const path = tracked[at + 1] ?? "";
    const isPair = status.startsWith("R") || status.startsWith("C");
    const head = isPair ? (tracked[at + 2] ?? "") : path;
    at += isPair ? 3 : 2;
    if (status.startsWith("A") || status.startsWith("C")) changes.push({ base: null, head });
    else if (status.startsWith("D")) changes.push({ base: path, head: null });
    else changes.push({ base: path, head });
  }
  const others = await git(top, ["ls-files", "-z", "--others", "--exclude-standard", "--", ...where]);
  return [...changes, ...fields(orRefuse(others)).map((head) => ({ base: null, head }))];
}

function orRefuse(answer: GitAnswer): Buffer {
  if (answer.ok) return answer.output;
  throw new Refused(3, `git could not list what changed: ${answer.message}`);
}

/** Texts of a commit, by the ids of their blobs: no path is ever parsed as a revision. */
export async function readCommit({ top }: Pick<Root, "top">, sha: string, paths: readonly string[], maxBytes: number) {
  const files: FileText[] = [];
  const skipped: { path: string; why: string }[] = [];
  if (paths.length === 0) return { files, skipped };
  const texts = await textsAt(top, sha, paths, maxBytes).catch((cause: unknown) => {
    throw cause instanceof GitFailed ? new Refused(3, `git could not read what changed: ${cause.message}`) : cause;
  });
  for (const [i, path] of paths.entries()) {
    const text = texts[i];
    if (text?.kind === "text") files.push({ path, content: text.content });
    else if (text) skipped.push({ path, why: text.why });
  }
  return { files, skipped };
}

async function textsAt(top: string, sha: string, paths: readonly string[], maxBytes: number) {
  const entries = new Map((await listCommit(top, sha, "user")).map(({ path, blob }) => [path, blob]));
  const blobs = paths.map((path) => entries.get(path) ?? null);
  return readBlobs(top, blobs, { maxBytes, whose: "user" });
}
