import type { Deployment } from "../domain/deployment.ts";
import type { AuditOptions } from "./audit-options.ts";

/** Formats whose nodes are chosen by a label. */
const HAS_NODES = /^(?:kubernetes|kustomize|helm)\b/;
const PIN = "Pin the node by its GPU (nodeSelector nvidia.com/gpu.product)";
const EXAMPLE_GPU = "h100-sxm";

/** What to do where the GPU is not known: a repository has a file that can say it, a request has the parameter. */
export function howToNameHardware({ format, path, facts }: Deployment, { config_path }: AuditOptions): string {
  if (facts.hardware_platform) {
    return `Name the GPU as the catalogue does, such as ${EXAMPLE_GPU} or NVIDIA-H100-80GB-HBM3; one that it lacks has no measurement yet.`;
  }
  if (config_path === undefined) return `${PIN}, or ask AUDIT with hardware_platform.`;
  const entry = entryFor(path, "hardware_platform", EXAMPLE_GPU);
  return HAS_NODES.test(format)
    ? `${PIN}, or say which it is in ${config_path}: ${entry}`
    : `Say which it is in ${config_path}: ${entry}`;
}

/** A line of the configuration file, to copy and fill in; as code, unless the path would end it. */
function entryFor(path: string, key: string, example: string | number): string {
  const entry = `deployments: [{ paths: [${JSON.stringify(path)}], ${key}: ${example} }]`;
  return entry.includes("`") ? entry : `\`${entry}\``;
}

/** What to do where the files do not say a number that the configuration file can. */
export const howToState = (
  key: keyof typeof HOW_IN_A_REQUEST,
  example: number | string,
  { path }: Deployment,
  { config_path }: AuditOptions,
): string =>
  config_path === undefined
    ? HOW_IN_A_REQUEST[key]
    : `State ${key} in ${config_path}, such as ${entryFor(path, key, example)}`;
const HOW_IN_A_REQUEST = {
  model_id: "Name the model by its Hugging Face id, or by a name that states its size.",
  replicas: "State the number of replicas in the file.",
  hours_per_month: "Measure one run, or ask ESTIMATE for the requests of a month without replicas.",
} as const;
