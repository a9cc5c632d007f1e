import { FAKE } from "./server.ts";

const repository = { full_name: FAKE.repository, default_branch: "main" };

interface Commits {
  readonly base: string;
  readonly head: string;
}

/** A pull request of the repository itself, or of a fork. */
export const pullRequestPayload = (
  { base, head }: Commits,
  headRepository: string = FAKE.repository,
  more: object = {},
): string =>
  JSON.stringify({
    action: "synchronize",
    number: FAKE.pullNumber,
    repository,
    pull_request: {
      number: FAKE.pullNumber,
      base: { ref: "main", sha: base, repo: { full_name: FAKE.repository } },
      head: { ref: "topic", sha: head, repo: { full_name: headRepository } },
      ...more,
    },
  });

export const mergeGroupPayload = ({ base, head }: Commits): string =>
  JSON.stringify({ action: "checks_requested", repository, merge_group: { base_sha: base, head_sha: head } });

export const pushPayload = ({ base, head }: Commits, branch = "main"): string =>
  JSON.stringify({ repository, ref: `refs/heads/${branch}`, before: base, after: head });

export const dispatchPayload = (branch: string): string =>
  JSON.stringify({ repository, ref: `refs/heads/${branch}`, inputs: null });
