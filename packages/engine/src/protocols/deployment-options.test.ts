import { describe, expect, test } from "vitest";
import type { Deployment, Facts } from "../domain/deployment.ts";
import { optionsOf } from "./deployment-options.ts";

const at = { path: "k8s/prod/chat.yaml", line: 1, column: 1, end_line: 1 };
const deployment = (facts: Facts = {}, path = at.path): Deployment => ({
  id: `${path}#Deployment/llm/chat/server`,
  name: "chat",
  format: "kubernetes",
  path,
  at,
  facts,
  unresolved: [],
  purpose: "inference",
});
const RPM = { requests_per_month: 5 };

describe("51: values for some deployments", () => {
  test.each([
    [{ paths: ["k8s/**"] }, true],
    [{ paths: ["k8s/**", "!k8s/prod/**"] }, false],
    [{ names: ["chat"] }, true],
    [{ names: ["cha"] }, false],
    [{ namespaces: ["llm"] }, true],
    [{ namespaces: ["other"] }, false],
    [{ environments: ["prod"] }, true],
    [{ environments: ["production"] }, true],
    [{ environments: ["dev"] }, false],
    [{ environments: ["prod"], names: ["embed"] }, false],
  ])("%j holds: %s", (entry, holds) => {
    const options = optionsOf(deployment(), { for_deployments: [{ ...entry, values: RPM }] });
    expect(options).toEqual(holds ? RPM : {});
  });

  test("what a file states of its namespace and stage counts before its path", () => {
    const stated = deployment({ namespace: { value: "ml", at }, environment: { value: "Staging", at } }, "a.yaml");
    const asked = { for_deployments: [{ namespaces: ["ml"], environments: ["stg"], values: RPM }] };
    expect(optionsOf(stated, asked)).toEqual(RPM);
  });

  test("a later entry wins, and a utilization replaces requests", () => {
    const for_deployments = [
      { names: ["chat"], values: { requests_per_month: 5, region: "eu" } },
      { paths: ["**"], values: { utilization: 0.5 } },
    ];
    expect(optionsOf(deployment(), { requests_per_month: 9, requests_per_day: 1, for_deployments })).toEqual({
      region: "eu",
      utilization: 0.5,
    });
  });
});
