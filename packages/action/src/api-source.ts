import { decode, type Text } from "@ecocompute/checkout";
import { listPaths, readFileAt, readText } from "./api-files.ts";
import type { ChangeEvent } from "./event.ts";
import { messageOf, type Octokit, statusOf } from "./github.ts";
import { mapConcurrently } from "./map-concurrently.ts";
import { blobId, onlyLine, textAdded, textBefore } from "./patch.ts";
import type { Comparison, ListedFile, Sides, Source, Unchanged } from "./source.ts";
import { hunksOf, NoSharedHistory } from "./source.ts";

/** The pull request API lists no more. */
const MAX_LISTED = 3_000;
/** The compare API lists no more, in silence. */
const MAX_COMPARED = 300;
const CONCURRENT_READS = 8;
/** Unchanged files that are read for the sake of changed ones. */
const MAX_UNCHANGED = 60;

type Repository = Pick<ChangeEvent, "owner" | "repo">;
/** What `compare` and `pulls/files` have in common. */
interface ApiFile {
  readonly filename: string;
  readonly status: string;
  readonly sha: string | null;
  readonly additions: number;
  readonly deletions: number;
  readonly previous_filename?: string | undefined;
  readonly patch?: string | undefined;
}

/** GitHub's REST as a source: works without a checkout, and executes nothing of what it reads. */
export function apiSource(octokit: Octokit, event: ChangeEvent): Source {
  const repository = { owner: event.owner, repo: event.repo };
  return {
    name: "api",
    base: event.base,
    compare: () => compare(octokit, event),
    read: (files, mergeBase) =>
      mapConcurrently(files, CONCURRENT_READS, (file) =>
        readSides(octokit, repository, file, mergeBase, event.head_sha),
      ),
    unchanged: (changed, isWanted) => unchanged(octokit, event, changed, isWanted),
    hunks: async ({ patch }) => hunksOf(patch?.text ?? ""),
    readAt: (path, sha) => readFileAt(octokit, repository, path, sha),
  };
}

async function compare(octokit: Octokit, event: ChangeEvent): Promise<Comparison> {
  const repository = { owner: event.owner, repo: event.repo };
  if (event.base === null) return everything(octokit, repository, event.head_sha);
  const { data } = await octokit.rest.repos
    .compareCommitsWithBasehead({ ...repository, basehead: `${event.base}...${event.head_sha}` })
    .catch((cause: unknown) => {
      throw statusOf(cause) === 404 && /no common ancestor/i.test(messageOf(cause)) ? new NoSharedHistory() : cause;
    });
  const mergeBase = data.merge_base_commit?.sha;
  if (!mergeBase) throw new NoSharedHistory();
  const compared: readonly ApiFile[] = data.files ?? [];
  if (compared.length < MAX_COMPARED) {
    return { merge_base_sha: mergeBase, files: compared.map(listed), partial: [] };
  }
  return { merge_base_sha: mergeBase, ...(await listAll(octokit, event, compared)) };
}

/** A comparison ends at 300 files without a word; the pull request's own list goes on to 3,000. */
async function listAll(
  octokit: Octokit,
  event: ChangeEvent,
  compared: readonly ApiFile[],
): Promise<Pick<Comparison, "files" | "partial">> {
  const only = (why: string) => ({ files: compared.map(listed), partial: [why] });
  if (event.number === null) {
    return only(`${firstOf(MAX_COMPARED, event)}: GitHub compares no more. ${WHOLE}`);
  }
  try {
    const files: readonly ApiFile[] = await octokit.paginate(octokit.rest.pulls.listFiles, {
      owner: event.owner,
      repo: event.repo,
      pull_number: event.number,
      per_page: 100,
    });
    const partial =
      files.length < MAX_LISTED || files.length === event.changed_files
        ? []
        : [`${firstOf(MAX_LISTED, event)}: GitHub lists no more. ${WHOLE}`];
    return { files: files.map(listed), partial };
  } catch (cause) {
    // `contents: read` alone may compare, and may not read the pull request.
    const status = statusOf(cause);
    if (status !== 403 && status !== 404) throw cause;
    const why = 'GitHub lists no more without the permission "pull-requests: read"';
    return only(`${firstOf(MAX_COMPARED, event)}: ${why}. ${WHOLE}`);
  }
}

/** What to do about it. */
const WHOLE = "A checkout with fetch-depth: 0 gives them all";
const thousands = (count: number): string => count.toLocaleString("en-US");
const firstOf = (most: number, { changed_files: all }: ChangeEvent): string =>
  `first ${thousands(most)}${all === null ? "" : ` of ${thousands(all)}`} changed files`;

/** Every file of the head, as new: there was nothing before. */
async function everything(octokit: Octokit, repository: Repository, sha: string): Promise<Comparison> {
  const { paths, partial } = await listPaths(octokit, repository, sha);
  const files = paths.map((path): ListedFile => ({ path, previous_path: path, status: "added" }));
  return { merge_base_sha: null, files, partial };
}

const CHART = /(?:^|\/)Chart\.ya?ml$/;
const KUSTOMIZATION = /(?:^|\/)kustomization\.ya?ml$|(?:^|\/)Kustomization$/;
const COMPOSE = /(?:^|\/)(?:docker-)?compose[^/]{0,100}\.ya?ml$/;
const folderOf = (path: string): string => path.slice(0, path.lastIndexOf("/") + 1);

/**
 * The rest of the charts, the kustomizations and the Compose projects that a changed file belongs to. Each file costs a
 * request, so files that merely stand beside it are read from a checkout only.
 */
async function unchanged(
  octokit: Octokit,
  event: ChangeEvent,
  changed: readonly ListedFile[],
  isWanted: (path: string) => boolean,
): Promise<Unchanged> {
  const touched = changed.flatMap(({ path, previous_path }) => [path, previous_path]).filter(isWanted);
  if (touched.length === 0) return { files: [], partial: [] };
  const { paths } = await listPaths(octokit, event, event.head_sha);
  const charts = paths.filter((path) => CHART.test(path)).map(folderOf);
  const overlays = paths.filter((path) => KUSTOMIZATION.test(path)).map(folderOf);
  const isTouched = (folder: string) => touched.some((path) => path.startsWith(folder));
  const wholeFolders = charts.filter(isTouched);
  // A base and its overlays stand in sibling folders.
  const parents = overlays.map((folder) => folderOf(folder.slice(0, -1))).filter((folder) => folder !== "");
  const related = [...overlays, ...parents].filter(isTouched);
  const known = new Set(changed.map(({ path }) => path));
  const ofCompose = touched.filter((path) => COMPOSE.test(path) || /(?:^|\/)\.env/.test(path)).map(folderOf);
  const wanted = paths.filter(
    (path) =>
      !known.has(path) &&
      isWanted(path) &&
      ([...wholeFolders, ...related].some((folder) => path.startsWith(folder)) ||
        (ofCompose.includes(folderOf(path)) && (COMPOSE.test(path) || /(?:^|\/)\.env/.test(path)))),
  );
  const read = wanted.slice(0, MAX_UNCHANGED);
  const texts = await mapConcurrently(read, CONCURRENT_READS, (path) =>
    readFileAt(octokit, event, path, event.head_sha),
  );
  const files = read.flatMap((path, i) => {
    const found = texts[i];
    return found?.kind === "text" ? [{ path, content: found.content }] : [];
  });
  const left = wanted.length - read.length;
  return {
    files,
    partial: left > 0 ? [`${left} files of the charts and overlays that changed were not read. ${WHOLE}`] : [],
  };
}

function listed(file: ApiFile): ListedFile {
  const status =
    file.status === "added" || file.status === "copied"
      ? "added"
      : file.status === "removed" || file.status === "renamed"
        ? file.status
        : "modified";
  const { additions, deletions, sha } = file;
  // Moved and nothing else: the patch is empty, and left out.
  const patch = file.patch ?? (status === "renamed" && additions === 0 && deletions === 0 ? "" : undefined);
  return {
    path: file.filename,
    previous_path: status === "renamed" ? (file.previous_filename ?? file.filename) : file.filename,
    status,
    ...(patch === undefined ? {} : { patch: { text: patch, additions, deletions, head_blob: sha ?? "" } }),
  };
}

/** A patch saves a request where it is whole and shows a file; what it cannot give is read. */
async function readSides(
  octokit: Octokit,
  repository: Repository,
  file: ListedFile,
  mergeBase: string | null,
  head: string,
): Promise<Sides> {
  const { patch, status, path, previous_path: previous } = file;
  const link = { base: patch ? onlyLine(patch, "-") : null, head: patch ? onlyLine(patch, "+") : null };
  const readHead = () => readText(octokit, repository, path, head, patch?.head_blob);
  const readBase = () =>
    mergeBase === null
      ? null
      : readText(octokit, repository, previous, mergeBase, link.base === null ? undefined : blobId(link.base));
  if (status === "added") {
    const added = patch && link.head === null ? text(textAdded(patch)) : null;
    return { base: null, head: added ?? (await readHead()) };
  }
  if (status === "removed") {
    const removed = patch && link.base === null ? text(textBefore("", patch)) : null;
    return { base: removed ?? (await readBase()), head: null };
  }
  const after = await readHead();
  const before = after?.kind === "text" && patch && link.base === null ? text(textBefore(after.content, patch)) : null;
  return { base: before ?? (await readBase()), head: after };
}

/** As if it had been read: the same bound and the same look at what it is. */
const text = (content: string | null | undefined): Text | null =>
  content == null ? null : decode(Buffer.from(content, "utf8"));
