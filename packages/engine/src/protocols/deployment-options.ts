import type { Catalogue } from "../domain/catalogue.ts";
import type { Deployment } from "../domain/deployment.ts";
import { isSelected } from "../domain/path-patterns.ts";
import type { AuditOptions, DeploymentOptions } from "./audit-options.ts";
import { resolveModel } from "./resolve-model.ts";

/** Names of the stages that teams spell in several ways. */
const STAGES: ReadonlyMap<string, string> = new Map([
  ["prod", "production"],
  ["prd", "production"],
  ["live", "production"],
  ["stage", "staging"],
  ["stg", "staging"],
  ["dev", "development"],
]);
const stage = (word: string): string => STAGES.get(word.toLowerCase()) ?? word.toLowerCase();

/** Longest text whose words are looked at: paths and namespaces are shorter. */
const MAX_TEXT = 1_000;
const words = (text: string): string[] =>
  text
    .slice(0, MAX_TEXT)
    .split(/[^A-Za-z0-9]/)
    .map(stage);

/** `<path>#<kind>/<namespace>/<name>/<container>` is the id of a manifest's deployment. */
const namespaceIn = (id: string): string | undefined => /#[^/]+\/([^/]+)\/[^/]+\//.exec(id.slice(0, MAX_TEXT))?.[1];

/** What the audit asks of a deployment: an entry whose conditions hold wins over those before it. */
export function optionsOf(deployment: Deployment, options: AuditOptions): AuditOptions {
  const { for_deployments: entries, requests_of: kept, ...general } = options;
  const own = (entries ?? [])
    .filter((entry) => meets(deployment, entry))
    .reduce<AuditOptions>((merged, entry) => withValues(merged, entry.values), general);
  const requests_per_month = kept?.get(deployment.id);
  return requests_per_month === undefined ? own : withValues(own, { requests_per_month });
}

/** The team's own word for a model that the files name by what only they know: a path, a variable, a name of the house. */
export function withOwnModel(deployment: Deployment, { model_id }: AuditOptions, catalogue: Catalogue): Deployment {
  const { facts, at } = deployment;
  const isKnown = facts.model_id !== undefined && "model" in resolveModel(facts.model_id.value, catalogue);
  if (model_id === undefined || isKnown) return deployment;
  return { ...deployment, facts: { ...facts, model_id: { value: model_id, at: facts.model_id?.at ?? at } } };
}

/** One traffic: a utilization replaces requests, and the other way round. */
function withValues(options: AuditOptions, values: DeploymentOptions["values"]): AuditOptions {
  const setsTraffic = values.requests_per_month !== undefined || values.utilization !== undefined;
  const { requests_per_month, requests_per_day, utilization, ...rest } = options;
  return { ...(setsTraffic ? rest : options), ...values };
}

function meets(deployment: Deployment, { paths, names, namespaces, environments }: DeploymentOptions): boolean {
  const namespace = deployment.facts.namespace?.value ?? namespaceIn(deployment.id);
  const stages = () =>
    new Set(
      [deployment.facts.environment?.value ?? "", namespace ?? "", deployment.path].flatMap((text) => words(text)),
    );
  return (
    (!paths || isSelected(deployment.path, paths)) &&
    (!names || names.includes(deployment.name)) &&
    (!namespaces || (namespace !== undefined && namespaces.includes(namespace))) &&
    (!environments || environments.some((name) => stages().has(stage(name))))
  );
}
