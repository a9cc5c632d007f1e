/** What the Action needs of a `pull_request` payload. */
export interface PullRequestEvent {
  readonly owner: string;
  readonly repo: string;
  readonly number: number;
  readonly base_sha: string;
  readonly head_sha: string;
}

export type EventRead =
  | { readonly kind: "pull-request"; readonly event: PullRequestEvent }
  | { readonly kind: "other"; readonly name: string }
  | { readonly kind: "malformed"; readonly message: string };

/** Under `pull_request_target` the head is read through the API only, and nothing of it is executed. */
const PULL_REQUEST_EVENTS = ["pull_request", "pull_request_target"];
const SHA = /^[0-9a-f]{40}([0-9a-f]{24})?$/;
const REPOSITORY = /^([A-Za-z0-9_.-]+)\/([A-Za-z0-9_.-]+)$/;

/** The value at `path` within parsed JSON, or undefined. */
function at(value: unknown, path: string): unknown {
  let current = value;
  for (const key of path.split(".")) {
    if (current === null || typeof current !== "object") return undefined;
    current = (current as Readonly<Record<string, unknown>>)[key];
  }
  return current;
}

/** @param text the file at GITHUB_EVENT_PATH @param repository GITHUB_REPOSITORY, where the payload names none */
export function parseEvent(name: string, text: string, repository: string | undefined): EventRead {
  if (!PULL_REQUEST_EVENTS.includes(name)) return { kind: "other", name };
  let payload: unknown;
  try {
    payload = JSON.parse(text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    return { kind: "malformed", message: `the event payload: expected JSON; ${why}` };
  }
  const wrong = (path: string, expected: string, received: unknown): EventRead => ({
    kind: "malformed",
    message: `the event payload: ${path}: expected ${expected}; received ${JSON.stringify(received)?.slice(0, 64) ?? "nothing"}`,
  });
  const fullName = at(payload, "repository.full_name") ?? repository;
  const names = typeof fullName === "string" ? REPOSITORY.exec(fullName) : null;
  if (!names?.[1] || !names[2]) return wrong("repository.full_name", "owner/name", fullName);
  const number = at(payload, "pull_request.number");
  if (typeof number !== "number" || !Number.isSafeInteger(number) || number < 1) {
    return wrong("pull_request.number", "a positive whole number", number);
  }
  const baseSha = at(payload, "pull_request.base.sha");
  if (typeof baseSha !== "string" || !SHA.test(baseSha)) return wrong("pull_request.base.sha", "a commit id", baseSha);
  const headSha = at(payload, "pull_request.head.sha");
  if (typeof headSha !== "string" || !SHA.test(headSha)) return wrong("pull_request.head.sha", "a commit id", headSha);
  return {
    kind: "pull-request",
    event: { owner: names[1], repo: names[2], number, base_sha: baseSha, head_sha: headSha },
  };
}
