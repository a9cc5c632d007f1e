import { messageOf, type Refusal, refusalOf, statusOf } from "./github.ts";

const PERMISSIONS_HINT = ' Give the job "permissions: contents: read, pull-requests: write".';
const HINTS: Readonly<Partial<Record<Refusal, string>>> = {
  "bad-credentials": " Check the input github-token.",
  forbidden: PERMISSIONS_HINT,
  "not-found": PERMISSIONS_HINT,
  "rate-limit": " The token has used up its requests: run the job again later.",
  "service-error": " Run the job again.",
};

/** What could not be read and what to do about it. Anything that is no answer of the service is a bug and goes on. */
export function couldNotRead(what: string, cause: unknown): string {
  const refusal = refusalOf(cause);
  if (refusal === null) throw cause;
  const status = statusOf(cause);
  const answer = status === null ? "did not answer" : `answered ${status}`;
  return `${what} could not be read: GitHub ${answer} (${messageOf(cause)}).${HINTS[refusal] ?? ""}`;
}
