import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** path → text or bytes; a link is `{ link: target }`; null takes the file away. */
export type Change = Readonly<Record<string, string | Buffer | { readonly link: string } | null>>;

export interface GitRepository {
  readonly folder: string;
  git(...args: string[]): string;
  /** Commits a change on the current branch and gives its id. */
  commit(change: Change, message?: string): string;
  remove(): void;
}

const WHO = ["-c", "user.name=Dev", "-c", "user.email=dev@example.org", "-c", "commit.gpgsign=false"];
const DATE = "2026-11-01T12:00:00Z";

/** A real repository in a temporary folder. */
export function gitRepository(first: Change = { "README.md": "hello\n" }): GitRepository {
  const folder = mkdtempSync(join(tmpdir(), "ecocompute-git-"));
  const env = {
    PATH: process.env.PATH ?? "",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_AUTHOR_DATE: DATE,
    GIT_COMMITTER_DATE: DATE,
  };
  const git = (...args: string[]): string =>
    execFileSync("git", [...WHO, "-C", folder, ...args], {
      env,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    }).trim();
  const commit = (change: Change, message = "change"): string => {
    for (const [path, content] of Object.entries(change)) {
      const file = join(folder, path);
      rmSync(file, { force: true, recursive: true });
      if (content === null) continue;
      mkdirSync(dirname(file), { recursive: true });
      if (typeof content === "object" && "link" in content) symlinkSync(content.link, file);
      else writeFileSync(file, content);
    }
    git("add", "-A", "--force");
    git("commit", "-q", "--allow-empty", "--no-verify", "-m", message);
    return git("rev-parse", "HEAD");
  };
  git("init", "-q", "-b", "main");
  commit(first, "first");
  return { folder, git, commit, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
