import { describe, expect, it } from "vitest";
import type { FleetEstimate } from "../domain/fleet.ts";
import { batchSizeOne } from "./batch-size-one.ts";
import { fact, fixtureCatalogue, subjectOf, workloadOf } from "./fixture-catalogue.test-data.ts";

describe("batch-size-one", () => {
  it("reads a loop's waste from measured batch series", () => {
    const subject = subjectOf({ generates_one_by_one: fact(true, 9) }, workloadOf("org/large", "card-a"));
    const [finding] = batchSizeOne.check(subject);
    expect(finding).toMatchObject({ line: 9, impact_percent: { low: 80, high: 80 } });
    expect(finding?.evidence).toEqual(["large-fp16", "large-batch8"]);
    expect(finding?.message).toContain("CARD-A");
  });

  it("counts a loop's saving per token on the serving part of the deployment's energy only", () => {
    const kwh = (value: number) => ({ value, low: value, high: value });
    const fleet = { kind: "estimated", busy_kwh: kwh(1), idle_kwh: kwh(3) } as FleetEstimate;
    const subject = subjectOf({ generates_one_by_one: fact(true) }, workloadOf("org/large", "card-a"), { fleet });
    const [finding] = batchSizeOne.check(subject);
    expect(finding?.impact_percent).toEqual({ low: 20, high: 20 });
    expect(finding?.message).toContain("80 % of the energy per token");
  });

  it("lets no placeholder GPU select the rows of a loop", () => {
    const rows = fixtureCatalogue.usable.filter(({ id }) => id === "large-fp16" || id === "large-batch8");
    const elsewhere = rows.map((row) => ({ ...row, id: `b-${row.id}`, gpu: "card-b", fp16_partner: null }));
    const catalogue = { ...fixtureCatalogue, usable: [...rows, ...elsewhere] };
    const loop = { generates_one_by_one: fact(true) };
    const workload = workloadOf("org/large", "card-a");
    const [finding] = batchSizeOne.check(subjectOf(loop, workload, { catalogue, assumed: ["hardware_platform"] }));
    expect(finding?.message).toContain("CARD-A, CARD-B");
  });

  it("gives no number for a bounded server that could not be estimated", () => {
    const [finding] = batchSizeOne.check(subjectOf({ max_num_seqs: fact(1), framework: fact("vllm" as const) }));
    expect(finding).toMatchObject({ line: 7, impact_percent: null });
    expect(finding?.fix.code).toBe("--max-num-seqs 256");
  });

  it("sees a web handler without batching", () => {
    expect(batchSizeOne.check(subjectOf({ serves_requests: fact(true) }))).toHaveLength(1);
    // The LLM class, not a server: what hands requests to an asynchronous engine states no such handler.
    const inProcess = subjectOf({ serves_requests: fact(true), framework: fact("vllm" as const) });
    expect(batchSizeOne.check(inProcess)).toHaveLength(1);
    const { deployment } = inProcess;
    expect(batchSizeOne.check({ ...inProcess, deployment: { ...deployment, takes_lists: true } })).toEqual([]);
  });

  it.each([
    ["a batched call", subjectOf({ generates_one_by_one: fact(true), batch_size: fact(8) })],
    ["a bound above 1", subjectOf({ max_num_seqs: fact(2) })],
    ["training", subjectOf({ generates_one_by_one: fact(true) }, null, { purpose: "training" })],
    ["a TGI behind a handler", subjectOf({ serves_requests: fact(true), framework: fact("tgi" as const) })],
  ])("is silent on %s", (_name, subject) => {
    expect(batchSizeOne.check(subject)).toEqual([]);
  });
});
