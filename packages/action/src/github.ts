export type Octokit = InstanceType<typeof import("@actions/github/lib/utils").GitHub>;

const TIMEOUT_MS = 15_000;
/** Waits before the second and third try of a read. Writes are never repeated: the first may have arrived. */
const RETRY_AFTER_MS = [250, 1_000];

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
  return /\brate limit\b/i.test(cause.message) ? "rate-limit" : "forbidden";
}

export const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

const isTransient = (cause: unknown): boolean => isRequestFailure(cause) && (statusOf(cause) ?? 500) >= 500;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

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

/** The client gives JSON that it could not read to its end as text, and its pagination takes "" for an empty list. */
const isCutOff = ({ status, headers, data }: Answer): boolean =>
  typeof data === "string" &&
  status !== 204 &&
  status !== 205 &&
  /^application\/json\s*(;|$)/i.test(headers["content-type"] ?? "");

/** A client of GITHUB_API_URL with a time limit; reads are tried again when the service fails. */
export async function connect(token: string): Promise<Octokit> {
  // Imported only here: it parses the event file while it is imported, and would throw before any error could be told.
  const { GitHub, getOctokitOptions } = await import("@actions/github/lib/utils");
  const octokit = new GitHub(getOctokitOptions(token));
  octokit.hook.wrap("request", async (request, options) => {
    const waits = options.method === "GET" ? RETRY_AFTER_MS : [];
    for (let attempt = 0; ; attempt++) {
      try {
        const answer = await request({
          ...options,
          request: { ...options.request, signal: AbortSignal.timeout(TIMEOUT_MS) },
        });
        if (isCutOff(answer)) throw new CutOffAnswer(`the answer to ${options.method} ${answer.url} was cut off`);
        return answer;
      } catch (cause) {
        const wait = waits[attempt];
        if (wait === undefined || !isTransient(cause)) throw cause;
        await pause(wait);
      }
    }
  });
  return octokit;
}
