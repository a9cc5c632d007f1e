import type { FileText, ReadResult } from "../domain/deployment.ts";
import { yamlOf } from "./file-set.ts";
import { deploymentsOf, mergeResults } from "./launched.ts";
import { ENGINE_HINT, launchesIn } from "./launches.ts";
import type { Reader } from "./reader.ts";
import type { Variables } from "./shell/state.ts";
import { brokenDocuments } from "./yaml-broken.ts";
import { joinScripts, scriptOf } from "./yaml-script.ts";
import { at, scalarText, type YamlNode } from "./yaml-tree.ts";

const GITHUB = /(?:^|\/)\.github\/(?:workflows|actions)\/.{1,150}\.ya?ml$/;
const GITLAB = /(?:^|\/)(?:[\w.-]{0,60}\.)?gitlab-ci\.ya?ml$/;

/** Steps of GitHub workflows and jobs of GitLab CI that start a serving engine. */
export const ciReader: Reader = {
  id: "ci",
  acceptsPath: (path) => GITHUB.test(path.slice(-200)) || GITLAB.test(path.slice(-200)),
  accepts: ({ path }) => GITHUB.test(path.slice(-200)) || GITLAB.test(path.slice(-200)),
  read: readPipeline,
};

function readPipeline(file: FileText): ReadResult {
  if (!ENGINE_HINT.test(file.content)) return { deployments: [], unresolved: [] };
  const yaml = yamlOf(file);
  const isGithub = GITHUB.test(file.path.slice(-200));
  const jobs = yaml.documents.flatMap(({ root }) => (root ? (isGithub ? githubJobs(root) : gitlabJobs(root)) : []));
  const results = jobs.map(({ name, scripts, variables }) => {
    const script = joinScripts(scripts.flatMap((node) => scriptOf(node) ?? []));
    const format = isGithub ? "ci/github" : "ci/gitlab";
    return deploymentsOf(launchesIn(script, variables), { path: file.path, format, place: name, short_lived: true });
  });
  return mergeResults([...results, { deployments: [], unresolved: brokenDocuments(yaml) }]);
}

interface Job {
  readonly name: string;
  readonly scripts: readonly YamlNode[];
  readonly variables: Variables;
}

function githubJobs(root: YamlNode): readonly Job[] {
  const outer = variablesOf(at(root, "env"));
  const jobs = [...(at(root, "jobs")?.entries ?? [])].map(([name, job]) => ({ name, job }));
  // A composite action has its steps under `runs`.
  const runs = at(root, "runs");
  if (runs) jobs.push({ name: "action", job: runs });
  return jobs.flatMap(({ name, job }) => {
    const ofJob = new Map([...outer, ...variablesOf(at(job, "env"))]);
    return (at(job, "steps")?.items ?? []).flatMap((step) => {
      const run = at(step, "run");
      const shell = scalarText(at(step, "shell")) ?? "bash";
      if (!run || !/sh\b/.test(shell.slice(0, 60))) return [];
      const variables = new Map([...ofJob, ...variablesOf(at(step, "env"))]);
      return [{ name, scripts: [run], variables }];
    });
  });
}

const GITLAB_WORDS = ["variables", "stages", "include", "workflow", "image", "services", "cache"];

function gitlabJobs(root: YamlNode): readonly Job[] {
  const outer = variablesOf(at(root, "variables"));
  return [...root.entries].flatMap(([name, job]) => {
    if (GITLAB_WORDS.includes(name)) return [];
    const scripts = ["before_script", "script"].flatMap((key) => {
      const node = at(job, key);
      return node?.kind === "scalar" ? [node] : (node?.items ?? []);
    });
    return [{ name, scripts, variables: new Map([...outer, ...variablesOf(at(job, "variables"))]) }];
  });
}

/** A map of variables; what a template or a secret gives is not known. */
export function variablesOf(node: YamlNode | undefined): ReadonlyMap<string, string | null> {
  const variables = new Map<string, string | null>();
  for (const [name, value] of node?.entries ?? []) {
    const written = scalarText(value.kind === "map" ? at(value, "value") : value);
    variables.set(name, written === undefined || written.includes("{{") ? null : written);
  }
  return variables;
}
