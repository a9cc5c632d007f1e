import { readFile } from "node:fs/promises";
import { auditChange } from "./audit-run.ts";
import { type EventRead, parseEvent } from "./event.ts";
import { type ExitCode, VERDICT_OF } from "./exit-code.ts";
import { commentForFork } from "./fork-stage.ts";
import { connect, messageOf, type Octokit } from "./github.ts";
import { type Environment, type Inputs, parseInputs } from "./inputs.ts";
import { log } from "./log.ts";
import { failed, writeOutputs } from "./publish.ts";
import { reportOnRepository } from "./report-run.ts";

/** Reads inputs and event, and does what they ask for. */
export async function run(env: Environment): Promise<ExitCode> {
  const parsed = parseInputs(env);
  if (!parsed.ok) return failed(env, 2, parsed.errors);
  for (const warning of parsed.warnings) log.warning(warning);
  const { inputs } = parsed;

  const event = asked(await readEvent(env), inputs, env);
  // One client for the run, made when it is first needed: with a checkout nothing may ever be asked.
  let client: Promise<Octokit> | undefined;
  const connected = () => {
    client ??= connect(inputs.token);
    return client;
  };
  switch (event.kind) {
    case "malformed":
      return failed(env, 2, [event.message]);
    case "change":
      return auditChange(env, inputs, event.event, connected);
    case "repository":
      return inputs.mode === "audit"
        ? otherEvent(env, event.event.event, inputs)
        : reportOnRepository(env, inputs, event.event, connected);
    case "workflow-run":
      return commentForFork(env, inputs, event.event, connected);
    default:
      return otherEvent(env, event.name, inputs);
  }
}

/** Mode `report` makes of any event that is no pull request's a report on the commit that the run is of. */
function asked(event: EventRead, { mode }: Inputs, env: Environment): EventRead {
  if (mode !== "report" || event.kind !== "change") return event;
  const { owner, repo, event: name, number, head_sha } = event.event;
  if (number !== null) {
    const message = `mode report is about a branch; the event of this run is "${name}". Run it on schedule, workflow_dispatch or push.`;
    return { kind: "malformed", message };
  }
  return { kind: "repository", event: { owner, repo, event: name, head_sha: env.GITHUB_SHA || head_sha } };
}

async function readEvent(env: Environment): Promise<EventRead> {
  const path = env.GITHUB_EVENT_PATH;
  if (!path) return { kind: "malformed", message: "GITHUB_EVENT_PATH is not set: run this as a GitHub Action." };
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    return { kind: "malformed", message: `the event payload could not be read: ${messageOf(cause)}` };
  }
  return parseEvent({
    name: env.GITHUB_EVENT_NAME ?? "",
    text,
    repository: env.GITHUB_REPOSITORY,
    sha: env.GITHUB_SHA,
    ref: env.GITHUB_REF,
  });
}

const CHANGES = "pull_request, pull_request_target, merge_group, push and workflow_dispatch on a branch";

/** `audit` asks for a change; `auto` leaves other events alone. */
async function otherEvent(env: Environment, name: string, inputs: Inputs): Promise<ExitCode> {
  if (inputs.mode === "audit") {
    return failed(env, 2, [
      `mode audit works on ${CHANGES}; the event of this run is "${name}". Run it on one of them, or leave the input mode out.`,
    ]);
  }
  log.notice(
    `EcoCompute audits ${CHANGES}, and reports on a schedule; the event of this run is "${name}", so nothing was analysed.`,
  );
  writeOutputs({ verdict: VERDICT_OF[0], findings: "0", "critical-count": "0", "warning-count": "0" });
  return 0;
}
