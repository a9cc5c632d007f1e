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

export const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

const isTransient = (cause: unknown): boolean => isRequestFailure(cause) && (statusOf(cause) ?? 500) >= 500;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A client of GITHUB_API_URL with a time limit; reads are tried again when the service fails. */
export async function connect(token: string): Promise<Octokit> {
  // Imported only here: it parses the event file while it is imported, and would throw before any error could be told.
  const { GitHub, getOctokitOptions } = await import("@actions/github/lib/utils");
  const octokit = new GitHub(getOctokitOptions(token));
  octokit.hook.wrap("request", async (request, options) => {
    const waits = options.method === "GET" ? RETRY_AFTER_MS : [];
    for (let attempt = 0; ; attempt++) {
      try {
        return await request({
          ...options,
          request: { ...options.request, signal: AbortSignal.timeout(TIMEOUT_MS) },
        });
      } catch (cause) {
        const wait = waits[attempt];
        if (wait === undefined || !isTransient(cause)) throw cause;
        await pause(wait);
      }
    }
  });
  return octokit;
}
