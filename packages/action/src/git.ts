import { spawn } from "node:child_process";

const TIMEOUT_MS = 60_000;
/** A listing of 100,000 changed files, or the texts of one batch. */
const MAX_OUTPUT = 64 * 1_048_576;
const MAX_ERROR = 500;

/** git could not answer: the API may. */
export class GitFailed extends Error {}

/** Nothing that a repository configures runs: no hook, no monitor, no external diff, no filter, no fetch. */
const SAFE = [
  "--no-pager",
  "--literal-pathspecs",
  "-c",
  "core.fsmonitor=false",
  "-c",
  "core.hooksPath=/dev/null",
  "-c",
  "core.attributesFile=/dev/null",
  "-c",
  "diff.external=",
  "-c",
  "protocol.allow=never",
  "-c",
  "submodule.recurse=false",
];

/** Runs git in a folder without a shell and gives its output. Throws GitFailed. */
export function git(folder: string, args: readonly string[], input = ""): Promise<Buffer> {
  // In a container the folder belongs to another user; that is no danger where nothing in it is run.
  const command = [...SAFE, "-c", `safe.directory=${folder}`, "-C", folder, ...args];
  const env = {
    PATH: process.env.PATH ?? "",
    LC_ALL: "C",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_NO_LAZY_FETCH: "1",
    GIT_NO_REPLACE_OBJECTS: "1",
    GIT_OPTIONAL_LOCKS: "0",
    GIT_TERMINAL_PROMPT: "0",
    GIT_ATTR_NOSYSTEM: "1",
  };
  return new Promise((resolve, reject) => {
    const child = spawn("git", command, { env, stdio: ["pipe", "pipe", "pipe"], timeout: TIMEOUT_MS });
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
      else if (code !== 0) reject(new GitFailed(`git ${args[0]} ended with ${signal ?? code}: ${error.trim()}`));
      else resolve(Buffer.concat(chunks));
    });
    // git may end before it has read all: its exit status says more than the broken pipe.
    child.stdin.on("error", () => child.stdin.destroy());
    child.stdin.end(input);
  });
}
