import { lstat, readdir, readFile, realpath } from "node:fs/promises";
import { join, sep } from "node:path";
import { decode, skip, type Text, tooLarge } from "@ecocompute/checkout";
import { type FileText, isReadBeside, isSelected, type RepositoryInput, whyNotAuditable } from "@ecocompute/engine";
import { Refused } from "./exit-code.ts";
import { fields, git } from "./git.ts";
import type { Progress } from "./progress.ts";
import type { Root } from "./root.ts";

/** Text held at once; the rest is told. */
const MAX_TOTAL = 128 * 1_048_576;
/** Without git there is no .gitignore to say what is not the team's own. */
const NOT_ONES_OWN: ReadonlySet<string> = new Set([".git", "node_modules", ".venv", "venv", "__pycache__", ".tox"]);
const LEFT_OUT = "left out by --paths";

export interface Selection {
  readonly globs: readonly string[];
  readonly maxBytes: number;
}

/** Why a path is not read, before it is opened; null: it may hold a deployment. */
export const whyNotRead = (path: string, { globs }: Selection): string | null =>
  whyNotAuditable(path) ?? (isSelected(path, globs) ? null : LEFT_OUT);

/** Every file of the tree that may hold a deployment, with what was left out and why, and what others may take values from. */
export async function readWorkingTree(root: Root, selection: Selection, progress: Progress): Promise<RepositoryInput> {
  const listed = await listTree(root, root.below);
  const counts = new Map<string, number>();
  const wanted: string[] = [];
  for (const path of listed.paths) {
    const why = whyNotRead(path, selection);
    if (why === null) wanted.push(path);
    else counts.set(why, (counts.get(why) ?? 0) + 1);
  }
  const { files, skipped } = await readTexts(root, wanted, selection, progress);
  const known = new Set(wanted);
  const everything = root.below === "" ? listed : await listTree(root, "");
  const others = everything.paths.filter((path) => isReadBeside(path) && !known.has(path));
  const beside = files.length === 0 ? [] : (await readTexts(root, others, selection, progress)).files;
  const unlisted = [...counts].map(([why, n]) => ({ why, files: n }));
  return { files, skipped, unlisted, beside, partial: listed.partial };
}

export const listTree = (root: Root, below: string): Promise<Listed> =>
  root.isGit ? listByGit(root, below) : listByWalk(root, below);

/** The texts of these paths as they are on disk now; one that is not there is left out. */
export async function readTexts(
  { top }: Root,
  paths: readonly string[],
  { maxBytes }: Selection,
  progress: Progress,
): Promise<Pick<RepositoryInput, "files" | "skipped">> {
  const files: FileText[] = [];
  const skipped: { path: string; why: string }[] = [];
  let total = 0;
  for (const [index, path] of paths.entries()) {
    progress.tell(`reading ${index + 1} of ${paths.length} files`);
    const text =
      total > MAX_TOTAL ? skip("the files before it hold 128 MiB of text") : await readText(top, path, maxBytes);
    if (text === null) continue;
    if (text.kind === "skipped") skipped.push({ path, why: text.why });
    else {
      files.push({ path, content: text.content });
      total += text.content.length;
    }
  }
  return { files, skipped };
}

interface Listed {
  readonly paths: readonly string[];
  readonly partial: readonly string[];
}

async function listByGit({ top }: Root, below: string): Promise<Listed> {
  const where = below === "" ? [] : [below];
  const answer = await git(top, ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", ...where]);
  if (!answer.ok) throw new Refused(3, `git could not list the files: ${answer.message}`);
  // A path in conflict is listed once for each side. What .gitignore leaves out can still be asked for by its own name.
  const paths = [...new Set(fields(answer.output))].sort();
  if (paths.length === 0 && below !== "" && (await lstat(join(top, below))).isFile())
    return { paths: [below], partial: [] };
  return { paths, partial: [] };
}

async function listByWalk({ top }: Root, below: string): Promise<Listed> {
  if (below !== "") return { paths: [below], partial: [] };
  const paths: string[] = [];
  const leftOut = new Set<string>();
  const folders = [""];
  const partial: string[] = [];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const entries = await readdir(join(top, folder), { withFileTypes: true }).catch((cause: NodeJS.ErrnoException) => {
      partial.push(`the folder ${JSON.stringify(folder)} could not be read (${cause.code ?? cause.message})`);
      return [];
    });
    for (const entry of entries) {
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (!entry.isDirectory()) paths.push(path);
      else if (NOT_ONES_OWN.has(entry.name)) leftOut.add(entry.name);
      else folders.push(path);
    }
  }
  if (leftOut.size > 0) {
    const names = [...leftOut].sort().join(", ");
    partial.push(`folders named ${names} were not looked at: no git says whether they are your own`);
  }
  return { paths: paths.sort(), partial };
}

/** null: there is no such file. Links are never followed: what they name inside the tree is read as itself. */
async function readText(top: string, path: string, maxBytes: number): Promise<Text | null> {
  const full = join(top, path);
  try {
    const found = await lstat(full);
    if (found.isSymbolicLink()) return skip(await linkReason(top, full));
    if (found.isDirectory()) return skip("a git submodule, which is a repository of its own");
    if (!found.isFile()) return skip("it is no regular file");
    // A folder above it may be a link as well.
    if ((await realpath(full)) !== full) return skip("behind a link, not followed");
    if (found.size > maxBytes) return tooLarge(maxBytes);
    return decode(await readFile(full), maxBytes);
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause;
    const { code } = cause as NodeJS.ErrnoException;
    if (code === "ENOENT") return null;
    return skip(code === "EACCES" ? "no permission to read it" : `it could not be read (${code ?? cause.message})`);
  }
}

async function linkReason(top: string, full: string): Promise<string> {
  const target = await realpath(full).catch(() => null);
  if (target === null) return "a link to nothing";
  return target.startsWith(top + sep)
    ? "a link: what it names is read by its own name"
    : "a link out of the tree, not followed";
}
