export type Octokit = InstanceType<typeof import("@actions/github/lib/utils").GitHub>;

const TIMEOUT_MS = 15_000;
/** Waits before the second and third try of a read, with up to as much again at random. Writes are repeated only by who can tell whether the first arrived. */
const RETRY_AFTER_MS = [250, 1_000];
/** All waiting for a rate limit in one run. Beyond it the report reaches its reader another way. */
const MAX_WAIT_MS = 60_000;
/** Where GitHub does not say how long. */
const UNSTATED_WAITS_MS = [1_000, 4_000];
/** GitHub asks for a second between two writes. */
const WRITE_EVERY_MS = 1_000;

/** Did a request fail, by an answer or by none? Anything else that is thrown is a bug. */
export const isRequestFailure = (cause: unknown): cause is Error =>
  cause instanceof Error && cause.name === "HttpError";

/** The HTTP status that a request was answered with; null where no answer came. */
export function statusOf(cause: unknown): number | null {
  // The client gives a lost connection the status 500, and no response.
  if (!isRequestFailure(cause) || !("response" in cause) || !cause.response) return null;
  return "status" in cause && typeof cause.status === "number" ? cause.status : null;
}

export type Refusal = "bad-credentials" | "forbidden" | "locked" | "rate-limit" | "not-found" | "service-error";

/** Why a request failed; null for anything that is not a failed request, which is a bug. */
export function refusalOf(cause: unknown): Refusal | null {
  if (!isRequestFailure(cause)) return null;
  const status = statusOf(cause);
  if (status === 401) return "bad-credentials";
  if (status === 404) return "not-found";
  if (status === 429) return "rate-limit";
  if (status !== 403) return "service-error";
  // GitHub also answers 403 to a locked conversation and to too many requests.
  if (/\blocked\b/i.test(cause.message)) return "locked";
  return /\brate limit\b|\babuse\b/i.test(cause.message) || headerOf(cause, "retry-after") !== null
    ? "rate-limit"
    : "forbidden";
}

const MESSAGE = 200;
/** What went wrong, in at most 200 characters: an answer may be a whole page. */
export const messageOf = (cause: unknown): string => {
  const message = cause instanceof Error ? cause.message : String(cause);
  return message.length > MESSAGE ? `${message.slice(0, MESSAGE - 1)}…` : message;
};

/** May the request have been carried out though it failed? */
export const isAmbiguous = (cause: unknown): boolean => isRequestFailure(cause) && (statusOf(cause) ?? 500) >= 500;

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

function headerOf(cause: unknown, name: string): string | null {
  if (!isRequestFailure(cause) || !("response" in cause)) return null;
  const { response } = cause;
  if (typeof response !== "object" || response === null || !("headers" in response)) return null;
  const { headers } = response;
  const value = typeof headers === "object" && headers !== null ? Reflect.get(headers, name) : undefined;
  return typeof value === "string" || typeof value === "number" ? String(value) : null;
}

/** How long GitHub asks to wait, in milliseconds; null where it does not say. */
function statedWait(cause: unknown): number | null {
  const after = Number(headerOf(cause, "retry-after") ?? Number.NaN);
  if (Number.isFinite(after)) return after * 1_000;
  const reset = Number(headerOf(cause, "x-ratelimit-reset") ?? Number.NaN);
  return Number.isFinite(reset) ? Math.max(0, reset * 1_000 - Date.now()) + 500 : null;
}

/** Has the name of the client's own failures and, like a lost connection, no response. */
class CutOffAnswer extends Error {
  override readonly name = "HttpError";
  readonly status = 500;
}

interface Answer {
  readonly status: number;
  readonly headers: { readonly "content-type"?: string | undefined };
  readonly data: unknown;
}

/** The client gives JSON that it could not read to its end as text, a page of HTML too, and its pagination takes "" for an empty list. */
const isCutOff = ({ status, headers, data }: Answer): boolean =>
  typeof data === "string" &&
  status !== 204 &&
  status !== 205 &&
  /^(?:application\/json|text\/html)\s*(;|$)/i.test(headers["content-type"] ?? "");

/** A client of GITHUB_API_URL with a time limit; it waits as GitHub asks, and tries reads again when the service fails. */
export async function connect(token: string): Promise<Octokit> {
  // Imported only here: it parses the event file while it is imported, and would throw before any error could be told.
  const { GitHub, getOctokitOptions } = await import("@actions/github/lib/utils");
  const octokit = new GitHub(getOctokitOptions(token));
  let waited = 0;
  let lastWrite = Number.NEGATIVE_INFINITY;
  octokit.hook.wrap("request", async (request, options) => {
    // GraphQL is only asked here, by POST.
    const isRead = options.method === "GET" || options.url.endsWith("/graphql");
    const afterFailure = isRead ? [...RETRY_AFTER_MS] : [];
    const afterLimit = [...UNSTATED_WAITS_MS];
    if (!isRead) {
      await pause(Math.max(0, lastWrite + WRITE_EVERY_MS - performance.now()));
      lastWrite = performance.now();
    }
    for (;;) {
      try {
        const answer = await request({
          ...options,
          request: { ...options.request, signal: AbortSignal.timeout(TIMEOUT_MS) },
        });
        if (isCutOff(answer)) throw new CutOffAnswer(`the answer to ${options.method} ${answer.url} was cut off`);
        return answer;
      } catch (cause) {
        const isLimit = refusalOf(cause) === "rate-limit";
        const again = isAmbiguous(cause) ? afterFailure.shift() : undefined;
        const wait = isLimit ? (statedWait(cause) ?? afterLimit.shift()) : again && again * (1 + Math.random());
        if (wait === undefined || (isLimit && waited + wait > MAX_WAIT_MS)) throw cause;
        if (isLimit) waited += wait;
        await pause(wait);
      }
    }
  });
  return octokit;
}
