import { describe, expect, it } from "vitest";
import type { Facts } from "../domain/deployment.ts";
import { exactly } from "../domain/interval.ts";
import { fact, subjectOf, workloadOf } from "./fixture-catalogue.test-data.ts";
import { fleetOf } from "./fleet.test-data.ts";
import { parallelismMismatch } from "./parallelism-mismatch.ts";

const served = (facts: Facts): Facts => ({ framework: fact("vllm" as const), ...facts });
const check = (facts: Facts, more: Parameters<typeof subjectOf>[2] = {}) =>
  parallelismMismatch.check(subjectOf(served(facts), null, more));

describe("parallelism-mismatch", () => {
  it("more parallel than GPUs does not start: at the size's line, without a number", () => {
    const [finding, ...others] = check({ tensor_parallel: fact(4, 12), gpus_per_replica: fact(2, 20) });
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ line: 12, impact_percent: null });
    expect(finding?.message).toContain("is 4, and a replica asks for 2 GPUs");
  });

  it("GPUs that no parallel size uses do nothing: tensor × pipeline × data counts", () => {
    const facts = { tensor_parallel: fact(2), pipeline_parallel: fact(2), gpus_per_replica: fact(8, 20) };
    expect(check(facts)[0]?.message).toContain("4 GPUs of each replica do nothing");
    expect(check({ ...facts, data_parallel: fact(2) })).toEqual([]);
  });

  it("vLLM and SGLang take one GPU where no size is set; TGI takes all", () => {
    const [finding] = check({ gpus_per_replica: fact(4, 20) });
    expect(finding).toMatchObject({ line: 20 });
    expect(finding?.message).toContain("no parallel size is set");
    expect(check({ gpus_per_replica: fact(4), framework: fact("sglang" as const) })).toHaveLength(1);
    expect(check({ gpus_per_replica: fact(4), framework: fact("tgi" as const) })).toEqual([]);
  });

  it("counts idle cards at their idle power beside the deployment's energy", () => {
    const workload = workloadOf("org/large", "card-b", { framework: "vllm", num_gpus: 2 });
    const subject = subjectOf(served({ gpus_per_replica: fact(2) }), workload, { fleet: fleetOf() });
    const impact = parallelismMismatch.check(subject)[0]?.impact_percent;
    // 50 W × 730 h = 36.5 kWh of 100 kWh a month, 83 to 120.
    expect(impact?.low).toBeCloseTo(30.4, 1);
    expect(impact?.high).toBeCloseTo(43.8, 1);
  });

  it("idle cards of a model that does not fit the others are model-gpu-fit's to tell", () => {
    const fleet = { kind: "does-not-fit", required_gb: exactly(142), available_gb: 80 } as const;
    const subject = subjectOf(served({ gpus_per_replica: fact(2) }), null, { fleet });
    expect(parallelismMismatch.check(subject)).toEqual([]);
  });

  it("heads that the size does not divide", () => {
    const workload = workloadOf("org/large", "card-b", { framework: "vllm" });
    const facts = served({ tensor_parallel: fact(3, 9), gpus_per_replica: fact(3) });
    const [finding] = parallelismMismatch.check(subjectOf(facts, workload));
    expect(finding).toMatchObject({ line: 9 });
    expect(finding?.message).toContain("32 attention heads");
  });

  it("more than the quota, and outside the autoscaler's bounds", () => {
    const facts = { tensor_parallel: fact(2), gpus_per_replica: fact(2), gpu_quota: fact(8, 40) };
    expect(check({ ...facts, replicas: fact(5, 6) })[0]).toMatchObject({ line: 6 });
    expect(check({ ...facts, replicas: fact(2), replicas_min: fact(1), replicas_max: fact(5, 50) })[0]).toMatchObject({
      line: 50,
    });
    expect(check({ ...facts, replicas: fact(4) })).toEqual([]);
    const [outside] = check({ replicas: fact(9, 6), replicas_min: fact(1), replicas_max: fact(4) });
    expect(outside).toMatchObject({ line: 6, at_most: "info" });
  });

  it.each<[string, Facts, Parameters<typeof subjectOf>[2]]>([
    ["equal counts", { tensor_parallel: fact(2), gpus_per_replica: fact(2) }, {}],
    [
      "two nodes with one GPU each",
      { tensor_parallel: fact(2), gpus_per_replica: fact(2), nodes_per_replica: fact(2) },
      {},
    ],
    ["a slice of a GPU", { gpus_per_replica: fact(2), mig_profile: fact("1g.10gb") }, {}],
    ["another device", { gpus_per_replica: fact(8), device: fact("hpu" as const) }, {}],
    ["training", { tensor_parallel: fact(2), gpus_per_replica: fact(8) }, { purpose: "training" }],
  ])("is silent on %s", (_name, facts, more) => {
    expect(check(facts, more)).toEqual([]);
  });

  it("knows the heads of a model whose GPUs make no workload that is known", () => {
    const subject = subjectOf(
      served({ model_id: fact("org/large"), tensor_parallel: fact(3, 9), gpus_per_replica: fact(3) }),
    );
    expect(parallelismMismatch.check(subject)[0]).toMatchObject({ line: 9, impact_percent: null });
  });

  it("is silent where a size could not be read, or a replica may span pods", () => {
    const subject = subjectOf(served({ gpus_per_replica: fact(4) }));
    const { at } = fact(1);
    const unread = { fact: "tensor_parallel" as const, text: "$TP", why: "not known", at };
    expect(
      parallelismMismatch.check({ ...subject, deployment: { ...subject.deployment, unresolved: [unread] } }),
    ).toEqual([]);
    const pods = { ...subject.deployment, format: "kubernetes/LeaderWorkerSet" };
    expect(parallelismMismatch.check({ ...subject, deployment: pods })).toEqual([]);
  });
});
