/** What is compared: two commits of a repository. */
export interface ChangeEvent {
  readonly owner: string;
  readonly repo: string;
  /** The event's name. */
  readonly event: string;
  /** Of the pull request; null where there is none to comment on. */
  readonly number: number | null;
  /** Commit or branch; null: there is nothing before, so everything is new. */
  readonly base: string | null;
  readonly head_sha: string;
  /** How many files the payload says that the pull request changes; null: it does not. */
  readonly changed_files: number | null;
  /** The head is in another repository: its token may only read. */
  readonly is_fork: boolean;
  /** Under `pull_request_target` the checkout is the base and its token may write: the head is read through the API only. */
  readonly api_only: boolean;
}

/** A branch as it is: what a report is about. */
export interface RepositoryEvent {
  readonly owner: string;
  readonly repo: string;
  readonly event: string;
  readonly head_sha: string;
}

/** A finished workflow run of a pull request: the second stage of the recipe for forks. */
export interface WorkflowRunEvent {
  readonly owner: string;
  readonly repo: string;
  readonly head_sha: string;
  /** owner/name of where the head is; null: that repository is gone. */
  readonly head_repository: string | null;
  readonly head_branch: string | null;
}

export type EventRead =
  | { readonly kind: "change"; readonly event: ChangeEvent }
  | { readonly kind: "repository"; readonly event: RepositoryEvent }
  | { readonly kind: "workflow-run"; readonly event: WorkflowRunEvent }
  | { readonly kind: "other"; readonly name: string }
  | { readonly kind: "malformed"; readonly message: string };

export interface EventSource {
  readonly name: string;
  /** The file at GITHUB_EVENT_PATH. */
  readonly text: string;
  /** GITHUB_REPOSITORY, where the payload names none. */
  readonly repository: string | undefined;
  /** GITHUB_SHA and GITHUB_REF. */
  readonly sha: string | undefined;
  readonly ref: string | undefined;
}

const SHA = /^[0-9a-f]{40}([0-9a-f]{24})?$/;
const REPOSITORY = /^([A-Za-z0-9_.-]+)\/([A-Za-z0-9_.-]+)$/;
const NO_COMMIT = /^0+$/;
const SHOWN = 64;

/** Thrown and caught in this file: the event is not what it has to be. */
class Malformed extends Error {}

/** The value at `path` within parsed JSON, or undefined. */
function at(value: unknown, path: string): unknown {
  let current = value;
  for (const key of path.split(".")) {
    if (current === null || typeof current !== "object" || !Object.hasOwn(current, key)) return undefined;
    current = Reflect.get(current, key);
  }
  return current;
}

function wrong(place: string, expected: string, received: unknown): never {
  const shown = JSON.stringify(received)?.slice(0, SHOWN) ?? "nothing";
  throw new Malformed(`the event payload: ${place}: expected ${expected}; received ${shown}`);
}

const isSha = (value: unknown): value is string => typeof value === "string" && SHA.test(value);
const shaAt = (payload: unknown, place: string): string => {
  const value = at(payload, place);
  return isSha(value) ? value : wrong(place, "a commit id", value);
};
const textAt = (payload: unknown, place: string): string | null => {
  const value = at(payload, place);
  return typeof value === "string" ? value : null;
};

function ownerAndRepo(payload: unknown, repository: string | undefined): { owner: string; repo: string } {
  const fullName = at(payload, "repository.full_name") ?? repository;
  const names = typeof fullName === "string" ? REPOSITORY.exec(fullName) : null;
  return names?.[1] && names[2]
    ? { owner: names[1], repo: names[2] }
    : wrong("repository.full_name", "owner/name", fullName);
}

/** Reads the event of this run. Nothing in the payload is trusted to have its type. */
export function parseEvent(source: EventSource): EventRead {
  try {
    return readEvent(source);
  } catch (cause) {
    if (cause instanceof Malformed) return { kind: "malformed", message: cause.message };
    throw cause;
  }
}

function readEvent(source: EventSource): EventRead {
  const { name } = source;
  const read = READERS[name];
  if (!read) return { kind: "other", name };
  let payload: unknown;
  try {
    payload = JSON.parse(source.text);
  } catch (cause) {
    throw new Malformed(`the event payload: expected JSON; ${cause instanceof Error ? cause.message : String(cause)}`);
  }
  return read(payload, source, ownerAndRepo(payload, source.repository));
}

type Names = Pick<ChangeEvent, "owner" | "repo">;
type Reader = (payload: unknown, source: EventSource, names: Names) => EventRead;

type Change = Omit<ChangeEvent, "owner" | "repo" | "changed_files"> & Partial<Pick<ChangeEvent, "changed_files">>;
const change = (names: Names, event: Change): EventRead => ({
  kind: "change",
  event: { ...names, changed_files: null, ...event },
});

const pullRequest: Reader = (payload, { name }, names) => {
  const number = at(payload, "pull_request.number");
  if (typeof number !== "number" || !Number.isSafeInteger(number) || number < 1) {
    return wrong("pull_request.number", "a positive whole number", number);
  }
  const files = at(payload, "pull_request.changed_files");
  const headRepository = textAt(payload, "pull_request.head.repo.full_name");
  const baseRepository = textAt(payload, "pull_request.base.repo.full_name") ?? `${names.owner}/${names.repo}`;
  return change(names, {
    event: name,
    number,
    base: shaAt(payload, "pull_request.base.sha"),
    head_sha: shaAt(payload, "pull_request.head.sha"),
    changed_files: typeof files === "number" && Number.isSafeInteger(files) && files >= 0 ? files : null,
    // A payload without a head repository is of a fork that was deleted.
    is_fork: at(payload, "pull_request.head.repo") === null || (headRepository ?? baseRepository) !== baseRepository,
    api_only: name === "pull_request_target",
  });
};

const mergeGroup: Reader = (payload, { name }, names) =>
  change(names, {
    event: name,
    number: null,
    base: shaAt(payload, "merge_group.base_sha"),
    head_sha: shaAt(payload, "merge_group.head_sha"),
    is_fork: false,
    api_only: false,
  });

const branchOf = (ref: string | null | undefined): string | null =>
  ref?.startsWith("refs/heads/") ? ref.slice("refs/heads/".length) : null;

/** The branch that a new branch came from, where the payload says which is the default; null: this is the first of all. */
function defaultBranch(payload: unknown, branch: string | null): string | null {
  const main = textAt(payload, "repository.default_branch") ?? textAt(payload, "repository.master_branch");
  return main === branch ? null : main;
}

const push: Reader = (payload, { name, ref }, names) => {
  const after = shaAt(payload, "after");
  if (NO_COMMIT.test(after)) return { kind: "other", name: "push of a deleted branch" };
  const before = shaAt(payload, "before");
  const branch = branchOf(textAt(payload, "ref") ?? ref);
  return change(names, {
    event: name,
    number: null,
    base: NO_COMMIT.test(before) ? defaultBranch(payload, branch) : before,
    head_sha: after,
    is_fork: false,
    api_only: false,
  });
};

const repositoryAt = (source: EventSource, names: Names): EventRead => {
  if (!isSha(source.sha)) return wrong("GITHUB_SHA", "a commit id", source.sha);
  return { kind: "repository", event: { ...names, event: source.name, head_sha: source.sha } };
};

/** On the default branch there is nothing to compare with: a report is made at once. */
const dispatch: Reader = (payload, source, names) => {
  const branch = branchOf(textAt(payload, "ref") ?? source.ref);
  const base = defaultBranch(payload, branch);
  if (base === null) return repositoryAt(source, names);
  if (!isSha(source.sha)) return wrong("GITHUB_SHA", "a commit id", source.sha);
  const { name, sha } = source;
  return change(names, { event: name, number: null, base, head_sha: sha, is_fork: false, api_only: false });
};

const workflowRun: Reader = (payload, _, names) => ({
  kind: "workflow-run",
  event: {
    ...names,
    head_sha: shaAt(payload, "workflow_run.head_sha"),
    head_repository: textAt(payload, "workflow_run.head_repository.full_name"),
    head_branch: textAt(payload, "workflow_run.head_branch"),
  },
});

const READERS: Readonly<Record<string, Reader>> = {
  pull_request: pullRequest,
  pull_request_target: pullRequest,
  merge_group: mergeGroup,
  push,
  workflow_dispatch: dispatch,
  // Its payload may hold nothing but the schedule.
  schedule: (_, source, names) => repositoryAt(source, names),
  workflow_run: workflowRun,
};
