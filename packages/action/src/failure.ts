import { messageOf, type Refusal, refusalOf, statusOf } from "./github.ts";

const HINTS: Readonly<Partial<Record<Refusal, string>>> = {
  "bad-credentials": " Check the input github-token.",
  "rate-limit": " The token has used up its requests: run the job again later.",
  "service-error": " Run the job again.",
};

/** What a job of each kind needs. */
export const PERMISSIONS = {
  change: "contents: read, pull-requests: write",
  report: "contents: read, issues: write",
} as const;

/** What could not be read and what to do about it. Anything that is no answer of the service is a bug and goes on. */
export function couldNotRead(what: string, cause: unknown, permissions: string = PERMISSIONS.change): string {
  const refusal = refusalOf(cause);
  if (refusal === null) throw cause;
  const status = statusOf(cause);
  const answer = status === null ? "did not answer" : `answered ${status}`;
  const isHidden = refusal === "forbidden" || refusal === "not-found";
  const give = ` Give the job "permissions: ${permissions}".`;
  const gone =
    refusal === "not-found" ? " Where it has them, a commit is gone: push again, or run it on the newest." : "";
  const hint = isHidden ? give + gone : (HINTS[refusal] ?? "");
  return `${what} could not be read: GitHub ${answer} (${messageOf(cause)}).${hint}`;
}
