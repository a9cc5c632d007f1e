import { realpath, stat } from "node:fs/promises";
import { dirname, relative, resolve, sep } from "node:path";
import { Refused } from "./exit-code.ts";
import { git } from "./git.ts";

/** Where the files of an audit are. Paths in the report start at `top`. */
export interface Root {
  /** Of the git working tree, else the folder that was asked for. */
  readonly top: string;
  /** What was asked for, below `top`, with slashes; "" is all of it. */
  readonly below: string;
  readonly isGit: boolean;
}

export async function findRoot(asked: string, cwd: string): Promise<Root> {
  const path = await realpath(resolve(cwd, asked)).catch((cause: NodeJS.ErrnoException) => {
    throw new Refused(
      2,
      `cannot read ${JSON.stringify(asked)}: ${cause.code === "ENOENT" ? "no such file or folder" : cause.message}`,
    );
  });
  const folder = (await stat(path)).isDirectory() ? path : dirname(path);
  const answer = await git(folder, ["rev-parse", "--show-toplevel"]);
  const top = answer.ok ? await realpath(answer.output.toString("utf8").replace(/\n$/, "")) : folder;
  return { top, below: relative(top, path).split(sep).join("/"), isGit: answer.ok };
}
