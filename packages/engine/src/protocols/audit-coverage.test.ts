import { expect, test } from "vitest";
import type { AuditedDeployment } from "../domain/audit-report.ts";
import { deploymentCoverage } from "./audit-coverage.ts";

const deployment = (
  model_id: string | null,
  monthly: AuditedDeployment["monthly"],
  purpose: AuditedDeployment["purpose"] = "inference",
): AuditedDeployment => ({
  id: "a.py#module/1",
  name: "a",
  format: "python/transformers",
  path: "a.py",
  line: 1,
  purpose,
  model_id,
  configuration: null,
  metrics: null,
  monthly,
  basis: null,
  not_estimated: null,
  inputs: [],
  assumed: [],
  unresolved: [],
});
const kwh = { value: 1, low: 1, high: 1 };
const month = { requests: 1, energy_kwh: kwh, cost_usd: null, carbon_kgco2e: null, gpu_hours: null };

test("deployments are counted by how far they are known, and training is not counted", () => {
  const all = [
    deployment("org/m", month),
    deployment("org/m", null),
    deployment("org/n", null),
    deployment(null, null),
    deployment("org/m", null, "training"),
  ];
  expect(deploymentCoverage(all)).toEqual({ estimated: 1, partly_known: 2, unresolved: 1 });
});
