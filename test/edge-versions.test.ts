// What an answer says of itself: boundary and versions.
import { describe, expect, test } from "vitest";
import { app, ask, post, QUESTIONS, service } from "./support/ask-edge.ts";
import { ISSUE } from "./support/questions.ts";

const { dataset_version } = service.catalogue;

describe("A7 boundary: stated in each answer, and overridable", () => {
  test.each([...Object.entries(QUESTIONS), ["audit", { code: "x = 1" }] as const])(
    "%s says that it is of the GPU boards, what is in it and what is not",
    async (protocol, question) => {
      const { boundary } = await (await post(protocol, question)).json();
      expect(boundary).toMatchObject({ scope: "gpu", includes: expect.stringContaining("idle power") });
      expect(boundary.excludes).toContain("CPU");
    },
  );

  test("metrics are of the boards, the month of the facility: PUE alone is between them", async () => {
    for (const pue of [1, 1.4]) {
      const { current } = await (await ask("estimate", { ...ISSUE, pue })).json();
      const kwh = (current.metrics.energy_j_per_request.value * ISSUE.requests_per_month) / 3.6e6;
      expect(current.monthly.energy_kwh.value / kwh).toBeCloseTo(pue, 9);
    }
  });

  test("idle time is in it where replicas are always on, and only there", async () => {
    const kwh = async (more: object) =>
      (await (await ask("estimate", { ...ISSUE, ...more })).json()).current.monthly.energy_kwh.value;
    expect(await kwh({ replicas: 4 })).toBeGreaterThan(await kwh({ replicas: 2 }));
    expect(await kwh({ replicas: 2 })).toBeGreaterThan(await kwh({}));
  });

  test("convention, PUE, region and grid stand in the answer", async () => {
    const body = await (await ask("estimate", { ...ISSUE, pue: 1.4, grid_gco2_per_kwh: 100 })).json();
    expect(body.current.basis.convention).toBe("gross");
    expect(body.configuration.pue).toBe(1.4);
    expect(body.grid).toMatchObject({ kind: "given", gco2_per_kwh: 100 });
    const { energy_kwh, carbon_kgco2e } = body.current.monthly;
    expect(carbon_kgco2e.value).toBeCloseTo(energy_kwh.value * 0.1, 9);
  });
});

describe("A12 versions", () => {
  test.each(Object.entries(QUESTIONS))("%s names dataset, method and origin", async (protocol, values) => {
    const response = await ask(protocol, values);
    expect(await response.json()).toMatchObject({
      dataset_version,
      method_version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      generated_from: expect.stringMatching(/^[0-9a-f]{16}$/),
    });
    expect(response.headers.get("ecocompute-dataset")).toBe(dataset_version);
    expect(response.headers.get("ecocompute-version")).toBe("0.0.0");
  });

  test("?dataset= pins: the one held answers, another is a 409, for GET, POST and lists", async () => {
    expect((await ask("estimate", { ...ISSUE, dataset: dataset_version })).status).toBe(200);
    for (const response of [
      await ask("estimate", { ...ISSUE, dataset: "2020.01.01+00000000" }),
      await post("estimate", { ...ISSUE, dataset: "2020.01.01+00000000" }),
      await post("estimate?dataset=2020.01.01%2B00000000", ISSUE),
      await app.request("/v1/evidence?dataset=old"),
      await app.request("/v1/gpus?dataset=old"),
    ]) {
      expect(response.status).toBe(409);
      expect(await response.json()).toMatchObject({
        type: "/problems/dataset-mismatch",
        errors: [{ parameter: "dataset", allowed: [dataset_version] }],
      });
    }
  });
});
