/** A comment as the service keeps it. */
export interface StoredComment {
  readonly id: number;
  readonly body: string;
  /** Login of who wrote it. */
  readonly author: string;
  readonly url: string;
}

/** Where comments are kept. Everything may happen between two calls. */
export interface CommentStore {
  /** All of them, oldest first. */
  list(): Promise<readonly StoredComment[]>;
  create(body: string): Promise<StoredComment>;
  /** null: it is gone. */
  update(id: number, body: string): Promise<StoredComment | null>;
  /** One that is gone is no failure. */
  remove(id: number): Promise<void>;
  /** Login of the token's own identity. */
  identity(): Promise<string>;
  /** Is the commit that this run describes still the head? */
  headIs(): Promise<HeadState>;
}
export type HeadState = "current" | "outdated" | "closed" | "unknown";

/** A run of a workflow: a later one, or a later attempt of it, has the higher numbers. */
export interface RunOrder {
  readonly id: number;
  readonly attempt: number;
}

/** What this run has to say. */
export interface Note {
  /** Tells the comments of one repository's uses of this action apart. */
  readonly key: string;
  readonly sha: string;
  readonly run: RunOrder;
  /** null: only an earlier comment is brought up to date, with `nothing`. */
  readonly text: string | null;
  readonly nothing: string;
  /** What a comment says when a newer commit came while it was written. */
  readonly outdated: string;
  /** Write though the pull request is closed. */
  readonly even_closed: boolean;
}

export type Written =
  | { readonly kind: "created" | "updated" | "unchanged"; readonly url: string }
  | { readonly kind: "none"; readonly why: "no-change" | "outdated" | "closed" };

/** The closing blank keeps `a` from matching `a-b`. */
const markerStart = (key: string): string => `<!-- ecocompute:${key} `;

const markerOf = ({ key, sha, run }: Pick<Note, "key" | "sha" | "run">): string =>
  `${markerStart(key)}sha=${sha} run=${run.id}.${run.attempt} -->`;

/** Bytes that the marker takes of a comment. */
export const MARKER_BYTES = 200;

const MARKER = /^<!-- ecocompute:[A-Za-z0-9_-]{1,40} sha=([0-9a-f]{40,64})(?: run=(\d{1,15})\.(\d{1,6}))? -->/;

interface Own extends StoredComment {
  readonly sha: string;
  readonly run: RunOrder;
}

function ownOf(comments: readonly StoredComment[], key: string, author: string): Own[] {
  return comments.flatMap((comment) => {
    if (comment.author !== author || !comment.body.startsWith(markerStart(key))) return [];
    const [, sha = "", id = "0", attempt = "0"] = MARKER.exec(comment.body) ?? [];
    return [{ ...comment, sha, run: { id: Number(id), attempt: Number(attempt) } }];
  });
}

const isNewer = (a: RunOrder, b: RunOrder): boolean => a.id > b.id || (a.id === b.id && a.attempt > b.attempt);

/** GitHub may store other line ends and drops blanks at the end; the run in the marker is no content. */
const contentOf = (body: string): string =>
  body
    .replaceAll("\r\n", "\n")
    .trimEnd()
    .replace(/^(<!-- ecocompute:\S{1,40} sha=\S{1,64}) run=\S{1,24} -->/, "$1 -->");

/**
 * Brings the one comment of a key up to date. Runs at the same time end with one comment, that of the newest run: each
 * creates at most one, then removes what is older than the newest that it sees, and the last to look sees all. An edit
 * cannot be made only if nobody else edited: whoever finds after it that a newer commit came says so in the comment.
 */
export async function writeNote(store: CommentStore, note: Note): Promise<Written> {
  const listed = await store.list();
  const hasMarked = listed.some((comment) => comment.body.startsWith(markerStart(note.key)));
  if (!hasMarked && note.text === null) return { kind: "none", why: "no-change" };
  const head = await store.headIs();
  if (head === "outdated") return { kind: "none", why: "outdated" };
  if (head === "closed" && !note.even_closed) return { kind: "none", why: "closed" };
  const own = hasMarked ? ownOf(listed, note.key, await store.identity()) : [];
  const newest = newestOf(own);
  if (!newest && note.text === null) return { kind: "none", why: "no-change" };
  const overtaken = head === "unknown" && newest && newest.sha !== note.sha && isNewer(newest.run, note.run);
  if (overtaken) return { kind: "none", why: "outdated" };
  const body = `${markerOf(note)}\n${note.text ?? note.nothing}`;
  if (newest && own.length === 1 && contentOf(newest.body) === contentOf(body)) {
    return { kind: "unchanged", url: newest.url };
  }
  const updated = newest ? await store.update(newest.id, body) : null;
  if (updated) {
    for (const each of own) if (each.id !== updated.id) await store.remove(each.id);
    return (await isOvertaken(store)) ? giveWay(store, updated, note) : { kind: "updated", url: updated.url };
  }
  return settle(store, note, await store.create(body));
}

const newestOf = (own: readonly Own[]): Own | undefined =>
  own.reduce<Own | undefined>((best, each) => (best && !isNewer(each.run, best.run) ? best : each), undefined);

const isOvertaken = async (store: CommentStore): Promise<boolean> => (await store.headIs()) === "outdated";

/** A newer run may have written just before this edit: what stands there now must not pass for its report. */
async function giveWay(store: CommentStore, written: StoredComment, note: Note): Promise<Written> {
  const now = (await store.list()).find((each) => each.id === written.id);
  if (now && contentOf(now.body) === contentOf(written.body)) {
    await store.update(written.id, `${markerOf({ ...note, run: { id: 0, attempt: 0 } })}\n${note.outdated}`);
  }
  return { kind: "none", why: "outdated" };
}

/** After a creation: of all that were created at once the newest run's stays. */
async function settle(store: CommentStore, note: Note, created: StoredComment): Promise<Written> {
  const own = ownOf(await store.list(), note.key, created.author);
  const newest = newestOf(own);
  for (const each of own) if (newest && each.id !== newest.id) await store.remove(each.id);
  return !newest || newest.id === created.id
    ? { kind: "created", url: created.url }
    : { kind: "none", why: "outdated" };
}
