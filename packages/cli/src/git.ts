import { GitFailed, git as run } from "@ecocompute/checkout";

export type GitAnswer =
  | { readonly ok: true; readonly output: Buffer }
  | { readonly ok: false; readonly message: string };

/** Runs git with the user's own configuration. A git that is not there is a failure like another. */
export async function git(cwd: string, args: readonly string[]): Promise<GitAnswer> {
  try {
    return { ok: true, output: await run(cwd, args, { whose: "user" }) };
  } catch (cause) {
    if (cause instanceof GitFailed) return { ok: false, message: cause.message };
    throw cause;
  }
}

/** Fields that git ended with a NUL, the only byte that no path has. */
export const fields = (output: Buffer): string[] => {
  const parts = output.toString("utf8").split("\0");
  return parts.at(-1) === "" ? parts.slice(0, -1) : parts;
};
