import { describe, expect, it } from "vitest";
import type { Facts } from "../domain/deployment.ts";
import { exactly } from "../domain/interval.ts";
import { fact, subjectOf, workloadOf } from "./fixture-catalogue.test-data.ts";
import { fleetOf } from "./fleet.test-data.ts";
import { idleReplicas } from "./idle-replicas.ts";

const workload = workloadOf("org/large", "card-b", { framework: "vllm" });
const check = (facts: Facts, more: Parameters<typeof subjectOf>[2] = {}) =>
  idleReplicas.check(subjectOf(facts, workload, more));
const dev = fact("team-dev", 4);

describe("idle-replicas: a stage for developers", () => {
  it("keeps datacenter GPUs on all month, without a number", () => {
    const [finding] = check({ namespace: dev, replicas: fact(2) }, { fleet: fleetOf({ idle_kwh: exactly(40) }) });
    expect(finding).toMatchObject({ line: 4, impact_percent: null, at_most: "warning" });
    expect(finding?.message).toMatch(/2 × CARD-B on all month. About 40 kWh a month are idle/);
  });

  it.each(["dev", "staging", "sandbox", "llm-dev", "test", "preview-123"])("%s is one", (name) => {
    expect(check({ namespace: fact(name) })).toHaveLength(1);
  });

  it.each(["prod", "devotion", "default", "contest", "latest"])("%s is none", (name) => {
    expect(check({ namespace: fact(name) })).toEqual([]);
  });

  it("is silent where it scales to zero, runs as a job, or the GPU is not stated", () => {
    expect(check({ namespace: dev, replicas_min: fact(0) })).toEqual([]);
    expect(check({ namespace: dev, autoscaled: fact(true) })).toEqual([]);
    expect(check({ namespace: dev }, { assumed: ["hardware_platform"] })).toEqual([]);
    expect(check({ namespace: dev }, { purpose: "training" })).toEqual([]);
    const job = subjectOf({ namespace: dev }, workload);
    expect(idleReplicas.check({ ...job, deployment: { ...job.deployment, short_lived: true } })).toEqual([]);
  });
});

describe("idle-replicas: more than the traffic needs", () => {
  it.each<[string, Facts, number]>([
    ["what the traffic needs", { replicas: fact(3) }, 2],
    ["availability", { replicas: fact(2) }, 0.1],
    ["an autoscaler whose least is small", { replicas: fact(9), replicas_min: fact(1), replicas_max: fact(9) }, 0.1],
    ["an autoscaler whose bounds nobody states", { replicas: fact(9), autoscaled: fact(true) }, 0.1],
  ])("is silent on %s", (_name, facts, utilization) => {
    expect(check(facts, { fleet: fleetOf({ utilization }) })).toEqual([]);
  });

  it("is silent without an estimate", () => {
    expect(check({ replicas: fact(9) })).toEqual([]);
  });
});
