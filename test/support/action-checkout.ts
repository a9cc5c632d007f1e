import { afterEach, expect } from "vitest";
import { type Change, type GitRepository, gitRepository } from "../fake-github/git-repository.ts";
import { pullRequestPayload } from "../fake-github/payloads.ts";
import { type ActionRun, type ActionSetup, readTree, runAction } from "../fake-github/run-action.ts";

/** Nothing listens there: what works here works without a network. */
const NO_NETWORK = "http://127.0.0.1:9";

/** A vLLM deployment of two replicas on one H100 each; the same with four; Python that loads default INT8. */
export const MANIFEST = (await readTree("replicas-and-int8", "base"))["k8s/chat.yaml"] ?? "";
export const FOUR = MANIFEST.replace("replicas: 2", "replicas: 4");
export const INT8 = `from transformers import AutoModelForCausalLM
model = AutoModelForCausalLM.from_pretrained("mistralai/Mistral-7B-Instruct-v0.2", load_in_8bit=True)
`;

let open: GitRepository[] = [];
afterEach(() => {
  for (const repository of open) repository.remove();
  open = [];
});
/** A repository that is removed after the test. */
export const repositoryWith = (files?: Change): GitRepository => {
  const repository = gitRepository(files);
  open.push(repository);
  return repository;
};

/** Audits from a checkout, without any network and so without a comment. */
export const audit = (repository: GitRepository, event: string, more: Partial<ActionSetup> = {}): Promise<ActionRun> =>
  runAction({
    apiUrl: NO_NETWORK,
    event,
    ...more,
    env: { GITHUB_WORKSPACE: repository.folder, ...more.env },
    inputs: { comment: "never", "fail-on": "never", ...more.inputs },
  });
export const auditPull = (repository: GitRepository, base: string, head: string, more: Partial<ActionSetup> = {}) =>
  audit(repository, pullRequestPayload({ base, head }), more);

/** A pull request of these two trees, the second one changing the first. */
export async function auditTrees(before: Change, after: Change, more: Partial<ActionSetup> = {}): Promise<ActionRun> {
  const repository = repositoryWith({ "README.md": "hello\n", ...before });
  const base = repository.git("rev-parse", "HEAD");
  return auditPull(repository, base, repository.commit(after), more);
}

/** kWh a month that a run says that the pull request brings. */
export const delta = (run: ActionRun): number => {
  expect(run.exitCode, run.log).toBe(0);
  return Number(run.outputs["energy-kwh-month-delta"]);
};
