import { execFile } from "node:child_process";

/** A listing of a very large repository, or the texts of one side of a change. */
const MAX_OUTPUT = 512 * 1_048_576;
/** Nothing that a repository configures is run: no file system monitor, no diff or text converter, no fetch of missing objects. */
const QUIET = [
  "-c",
  "core.fsmonitor=false",
  "-c",
  "core.quotePath=false",
  "--no-optional-locks",
  "--literal-pathspecs",
];

export type GitAnswer =
  | { readonly ok: true; readonly output: Buffer }
  | { readonly ok: false; readonly status: number | null; readonly message: string };

/** Runs git with an argument array, never through a shell. A git that is not there is a failure like another, with status null. */
export function git(cwd: string, args: readonly string[], input?: string): Promise<GitAnswer> {
  return new Promise((done) => {
    const child = execFile(
      "git",
      [...QUIET, ...args],
      {
        cwd,
        encoding: "buffer",
        maxBuffer: MAX_OUTPUT,
        env: { ...process.env, LC_ALL: "C", GIT_TERMINAL_PROMPT: "0", GIT_NO_LAZY_FETCH: "1" },
      },
      (error, output, errors) => {
        if (!error) return done({ ok: true, output });
        const message = errors.toString("utf8").trim() || error.message;
        done({ ok: false, status: typeof error.code === "number" ? error.code : null, message });
      },
    );
    // Git may end before it has read all of it; what it says then is in its answer.
    child.stdin?.on("error", () => child.stdin?.destroy());
    child.stdin?.end(input ?? "");
  });
}

/** Fields that git ended with a NUL, the only byte that no path has. */
export const fields = (output: Buffer): string[] => {
  const parts = output.toString("utf8").split("\0");
  return parts.at(-1) === "" ? parts.slice(0, -1) : parts;
};
