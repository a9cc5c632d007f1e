import { spawn } from "node:child_process";

/** On a runner; in a terminal who waits can stop it. */
const TIMEOUT_MS = 60_000;
/** A listing of 100,000 changed files, or the texts of one batch. */
const MAX_OUTPUT = 64 * 1_048_576;
const MAX_ERROR = 500;

/** git could not answer. The status is its own; null: it was not run to its end. */
export class GitFailed extends Error {
  readonly status: number | null;
  constructor(message: string, status: number | null = null) {
    super(message);
    this.status = status;
  }
}

/** Whose configuration holds beside the repository's: nobody's on a runner, in a terminal the user's own, with what he ignores and trusts. */
export type Whose = "nobody" | "user";

/** Nothing that a repository configures runs: no hook, no monitor, no external diff, no filter, no fetch. */
const SAFE = [
  "--no-pager",
  "--literal-pathspecs",
  "-c",
  "core.fsmonitor=false",
  "-c",
  "core.hooksPath=/dev/null",
  "-c",
  "diff.external=",
  "-c",
  "protocol.allow=never",
  "-c",
  "submodule.recurse=false",
];
const QUIET = { LC_ALL: "C", GIT_NO_LAZY_FETCH: "1", GIT_OPTIONAL_LOCKS: "0", GIT_TERMINAL_PROMPT: "0" };
const HERMETIC = {
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_NO_REPLACE_OBJECTS: "1",
  GIT_ATTR_NOSYSTEM: "1",
};

/** Runs git in a folder without a shell and gives its output. Throws GitFailed. */
export function git(
  folder: string,
  args: readonly string[],
  { input = "", whose = "nobody" }: { readonly input?: string; readonly whose?: Whose } = {},
): Promise<Buffer> {
  const isOwn = whose === "user";
  // In a container the folder belongs to another user; that is no danger where nothing in it is run.
  const hosted = ["-c", "core.attributesFile=/dev/null", "-c", `safe.directory=${folder}`];
  const command = [...SAFE, ...(isOwn ? [] : hosted), "-C", folder, ...args];
  const env = isOwn ? { ...process.env, ...QUIET } : { PATH: process.env.PATH ?? "", ...QUIET, ...HERMETIC };
  return new Promise((resolve, reject) => {
    const child = spawn("git", command, {
      env,
      stdio: ["pipe", "pipe", "pipe"],
      ...(isOwn ? {} : { timeout: TIMEOUT_MS }),
    });
    const chunks: Buffer[] = [];
    let size = 0;
    let error = "";
    child.stdout.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > MAX_OUTPUT) child.kill();
      else chunks.push(chunk);
    });
    child.stderr.on("data", (chunk: Buffer) => {
      error = (error + chunk.toString("utf8")).slice(0, MAX_ERROR);
    });
    child.on("error", (cause) => reject(new GitFailed(`git cannot be run: ${cause.message}`)));
    child.on("close", (code, signal) => {
      if (size > MAX_OUTPUT) reject(new GitFailed(`git ${args[0]} gave more than ${MAX_OUTPUT} bytes`));
      else if (code !== 0) reject(new GitFailed(`git ${args[0]} ended with ${signal ?? code}: ${error.trim()}`, code));
      else resolve(Buffer.concat(chunks));
    });
    // git may end before it has read all: its exit status says more than the broken pipe.
    child.stdin.on("error", () => child.stdin.destroy());
    child.stdin.end(input);
  });
}
