import { lstat, readFile } from "node:fs/promises";
import { catalogueData } from "@ecocompute/data";
import { indexCatalogue, judge, type PullRequestFacts, readPullRequestFacts } from "@ecocompute/engine";
import { apiSource } from "./api-source.ts";
import { policyOf } from "./audit-run.ts";
import { ConfigUnusable, readConfigAt } from "./config.ts";
import { deliver } from "./deliver.ts";
import type { ChangeEvent, WorkflowRunEvent } from "./event.ts";
import type { ExitCode } from "./exit-code.ts";
import { couldNotRead } from "./failure.ts";
import { messageOf, type Octokit } from "./github.ts";
import type { Environment, Inputs } from "./inputs.ts";
import { failed } from "./publish.ts";

/** A larger report is none of ours. */
const MAX_BYTES = 8 * 1_048_576;

/** Facts or an artifact that must not be used; the message says why. */
class Refused extends Error {}

const UNVERIFIED =
  "This pull request comes from a fork: the figures are those of its own run, and nobody checked that the run was not changed.";

/**
 * Second stage for pull requests from forks, in a trusted job: the facts of the first stage are checked and rendered anew.
 * Which pull request they belong to is asked of GitHub, by the run's head; what the artifact says of it counts for nothing.
 */
export async function commentForFork(
  env: Environment,
  inputs: Inputs,
  event: WorkflowRunEvent,
  connected: () => Promise<Octokit>,
): Promise<ExitCode> {
  if (inputs.factsFile === null) {
    return failed(env, 2, [
      "input facts-file: expected the path of the report that the first stage uploaded; received nothing. examples/fork-comment.yml shows both stages.",
    ]);
  }
  try {
    const facts = await readFacts(inputs.factsFile);
    if (facts.head_sha !== event.head_sha) {
      throw new Refused(
        `the facts are of commit ${facts.head_sha}, the run is of ${event.head_sha}: they do not belong together`,
      );
    }
    const change = await findPullRequest(await connected(), event);
    const catalogue = indexCatalogue(catalogueData);
    const source = apiSource(await connected(), change);
    const config = await readConfigAt(source, change.base, inputs.config, catalogue);
    const { report, merge_base_sha } = facts;
    return await deliver(env, { ...inputs, annotations: false, suggestions: false }, change, connected, {
      report,
      judgement: judge(report, policyOf(inputs, config)),
      changed: {
        merge_base_sha,
        base: [],
        head: [],
        beside: { base: [], head: [], mayDepend: () => false },
        renames: [],
        skipped: [],
        unlisted: [],
        partial: [],
        listed: [],
        hunks: async () => [],
      },
      deciding: { config, notices: [], broken: [], unreadable: false },
      degraded: [],
      caveat: UNVERIFIED,
    });
  } catch (cause) {
    if (cause instanceof Refused) return failed(env, 3, [`The facts were refused: ${cause.message}.`]);
    if (cause instanceof ConfigUnusable) return failed(env, 2, cause.problems);
    return failed(env, 3, [couldNotRead("The pull request", cause)]);
  }
}

async function readFacts(path: string): Promise<PullRequestFacts> {
  const status = await lstat(path).catch((cause: unknown) => {
    throw new Refused(`${path} cannot be read: ${messageOf(cause)}`);
  });
  if (!status.isFile()) throw new Refused(`${path} is no regular file`);
  if (status.size > MAX_BYTES) throw new Refused(`${path} has ${status.size} bytes, at most ${MAX_BYTES} are read`);
  const read = readPullRequestFacts(await readFile(path, "utf8"));
  if (!read.ok) throw new Refused(`${path} is no report of this Action: ${read.problem}`);
  return read.facts;
}

/** The one open pull request whose head is the run's, by commit and by repository. */
async function findPullRequest(
  octokit: Octokit,
  { owner, repo, head_sha, head_repository, head_branch }: WorkflowRunEvent,
): Promise<ChangeEvent & { readonly number: number; readonly base: string }> {
  if (head_repository === null || head_branch === null) {
    throw new Refused("the run does not say which repository and branch its head is in");
  }
  const [headOwner = ""] = head_repository.split("/");
  const pulls = await octokit.paginate(octokit.rest.pulls.list, {
    owner,
    repo,
    state: "open",
    head: `${headOwner}:${head_branch}`,
    per_page: 100,
  });
  const matching = pulls.filter(
    ({ head }) => head.sha === head_sha && head.repo?.full_name.toLowerCase() === head_repository.toLowerCase(),
  );
  const [pull] = matching;
  if (!pull || matching.length > 1) {
    throw new Refused(
      `${matching.length} open pull requests have the head ${head_sha} of ${head_repository}; expected one, whose head has not moved on`,
    );
  }
  return {
    owner,
    repo,
    event: "workflow_run",
    number: pull.number,
    base: pull.base.sha,
    head_sha,
    changed_files: null,
    is_fork: true,
    api_only: true,
  };
}
