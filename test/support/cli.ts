import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import { run } from "../../packages/cli/src/run.ts";

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly errors: string;
}

/** One call of the command, in this process, with a terminal of the test's own. */
export async function ecocompute(
  cwd: string,
  args: readonly string[],
  { columns = null as number | null, environment = {} as Readonly<Record<string, string>> } = {},
): Promise<Ran> {
  let out = "";
  let errors = "";
  const code = await run(args, {
    cwd,
    columns,
    environment,
    isErrorTerminal: false,
    today: "2026-11-27",
    write: (text) => {
      out += text;
    },
    writeError: (text) => {
      errors += text;
    },
  });
  return { code, out, errors };
}

/** A folder of its own that is gone when the test ends. */
export function folder(): string {
  const path = realpathSync(mkdtempSync(join(tmpdir(), "ecocompute-cli-")));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

export function write(top: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(top, path)), { recursive: true });
    writeFileSync(join(top, path), content);
  }
}

/** Nothing of the machine's own git configuration plays a part. */
export const git = (cwd: string, ...args: readonly string[]): string =>
  execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false", ...args], {
    cwd,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null" },
  });

/** A repository whose branch `main` holds `files`. */
export function repository(files: Readonly<Record<string, string>>): string {
  const top = folder();
  git(top, "init", "--quiet", "--initial-branch=main");
  write(top, files);
  commitAll(top);
  return top;
}
export function commitAll(top: string, message = "x"): void {
  git(top, "add", "--all");
  git(top, "commit", "--quiet", "--allow-empty", `--message=${message}`);
}

export const copyTree = (from: URL, to: string): void => cpSync(from, to, { recursive: true });
