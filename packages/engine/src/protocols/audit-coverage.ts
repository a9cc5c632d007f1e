import type { AuditedDeployment, DeploymentCoverage } from "../domain/report.ts";

/** How far the files tell what each deployment is; training is no deployment. */
export function deploymentCoverage(deployments: readonly AuditedDeployment[]): DeploymentCoverage {
  const judged = deployments.filter(({ purpose }) => purpose === "inference");
  const estimated = judged.filter(({ monthly }) => monthly !== null).length;
  const unresolved = judged.filter(({ monthly, model_id }) => monthly === null && model_id === null).length;
  return { estimated, partly_known: judged.length - estimated - unresolved, unresolved };
}
