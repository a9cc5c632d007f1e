import { constants } from "node:fs";
import { mkdir, open, realpath } from "node:fs/promises";
import { dirname, isAbsolute, join, relative, resolve } from "node:path";
import { renderSarif, type SarifInput } from "@ecocompute/engine";
import manifest from "../package.json" with { type: "json" };
import { messageOf } from "./github.ts";
import type { Environment, Inputs } from "./inputs.ts";
import { projectUrl } from "./links.ts";
import { log } from "./log.ts";

/** The findings as SARIF, for code scanning and editors. */
export const sarifOf = (env: Environment, inputs: Inputs, input: SarifInput): string =>
  renderSarif(input, {
    tool_version: manifest.version,
    project_url: projectUrl(env),
    category: inputs.commentKey,
  });

/** A place that the checked-out tree would lead elsewhere. */
class LeadsElsewhere extends Error {}

/**
 * Writes the log where the workflow asks for it too, and gives its path; null where that failed, which is told. The
 * checkout may be a stranger's: no link of it is followed out of the workspace.
 */
export async function writeSarifFile(env: Environment, path: string, text: string): Promise<string | null> {
  const workspace = env.GITHUB_WORKSPACE || process.cwd();
  const target = resolve(workspace, path);
  try {
    await mkdir(dirname(target), { recursive: true });
    const [root, folder] = await Promise.all([realpath(workspace), realpath(dirname(target))]);
    const inside = relative(root, folder);
    if (!isAbsolute(path) && (inside.startsWith("..") || isAbsolute(inside))) {
      throw new LeadsElsewhere(`${path} leads out of the workspace`);
    }
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW;
    const file = await open(join(folder, target.slice(dirname(target).length + 1)), flags, 0o644);
    try {
      await file.writeFile(text);
    } finally {
      await file.close();
    }
    return target;
  } catch (cause) {
    log.warning(`input sarif-file: ${path} could not be written: ${messageOf(cause)}. The output sarif has the log.`);
    return null;
  }
}
