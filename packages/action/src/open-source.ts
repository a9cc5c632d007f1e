import { existsSync } from "node:fs";
import { join } from "node:path";
import { GitFailed } from "@ecocompute/checkout";
import { apiSource } from "./api-source.ts";
import { type Degraded, degraded } from "./degraded.ts";
import type { ChangeEvent } from "./event.ts";
import { openGit } from "./git-source.ts";
import type { Octokit } from "./github.ts";
import type { Environment } from "./inputs.ts";
import { log } from "./log.ts";
import type { Source } from "./source.ts";

/**
 * Does `work` with the checkout where it holds the commits, which needs no request and has no limit on files, else with
 * the API. A checkout that turns out to lack something is told and left for the API, which reads less.
 */
export async function withSource<T extends object>(
  env: Environment,
  event: ChangeEvent,
  connected: () => Promise<Octokit>,
  work: (source: Source) => Promise<T>,
): Promise<T & { readonly degraded: readonly Degraded[] }> {
  const folder = env.GITHUB_WORKSPACE ?? "";
  let degradedBy: readonly Degraded[] = [];
  if (!event.api_only && folder !== "" && existsSync(join(folder, ".git"))) {
    try {
      return { ...(await work(await openGit(folder, event.base, event.head_sha))), degraded: [] };
    } catch (cause) {
      if (!(cause instanceof GitFailed)) throw cause;
      const message = `Reading through GitHub's API, because ${cause.message}.`;
      log.info(message);
      degradedBy = [degraded("checkout-not-used", message)];
    }
  }
  return { ...(await work(apiSource(await connected(), event))), degraded: degradedBy };
}
