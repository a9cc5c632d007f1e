import { describe, expect, test } from "vitest";
import { smallService } from "../small-service.test-data.ts";
import { evidenceRoutes } from "./evidence.ts";

const routes = evidenceRoutes(smallService());
const get = async (path: string) => {
  const response = await routes.request(path);
  return { status: response.status, body: await response.json() };
};

describe("/v1/evidence", () => {
  test("lists every row and says which ones answers may use", async () => {
    const { body } = await get("/v1/evidence");
    expect(body).toMatchObject({ dataset_version: "2026.01.01+test", total: 3, offset: 0, next: null });
    expect(body.items.map((row: { id: string; usable: boolean }) => [row.id, row.usable])).toEqual([
      ["row-1", true],
      ["row-2", true],
      ["row-3", false],
    ]);
  });

  test("pages lead through all rows, once each, and keep the filter", async () => {
    const seen: string[] = [];
    for (let path: string | null = "/v1/evidence?limit=1&gpu=a800"; path; ) {
      const { body }: { body: { items: { id: string }[]; next: string | null } } = await get(path);
      expect(body.next ?? "gpu=a800").toContain("gpu=a800");
      seen.push(...body.items.map(({ id }) => id));
      path = body.next;
    }
    expect(seen).toEqual(["row-1", "row-2", "row-3"]);
  });

  test.each([
    ["precision=nf4", ["row-2"]],
    ["precision=fp16&model_id=org/model-7b&source=some-source", ["row-1", "row-3"]],
    ["offset=9", []],
  ])("%s", async (query, ids) => {
    const { body } = await get(`/v1/evidence?${query}`);
    expect(body.items.map(({ id }: { id: string }) => id)).toEqual(ids);
  });

  test.each([
    ["gpu=a80", { parameter: "gpu", received: "a80", did_you_mean: "a800" }],
    ["gpu=__proto__", { parameter: "gpu" }],
    ["precisio=fp16", { parameter: "precisio", did_you_mean: "precision" }],
    ["constructor=1", { parameter: "constructor" }],
    ["limit=0", { parameter: "limit", received: "0" }],
    ["limit=41", { parameter: "limit" }],
    ["limit=7abc", { parameter: "limit" }],
    ["limit=", { parameter: "limit" }],
    ["offset=-1", { parameter: "offset" }],
    ["offset=1e3", { parameter: "offset" }],
    ["gpu=a800&gpu=a800", { parameter: "gpu" }],
  ])("422: %s", async (query, error) => {
    const { status, body } = await get(`/v1/evidence?${query}`);
    expect(status).toBe(422);
    expect(body.errors).toMatchObject([error]);
  });
});

describe("/v1/evidence/{id}", () => {
  test("is the row with its source", async () => {
    const { body } = await get("/v1/evidence/row-3");
    expect(body).toMatchObject({
      measurement: { id: "row-3", tier: 3, usable: false },
      source: { id: "some-source", licence: "CC-BY-4.0" },
    });
  });

  test("404 suggests an id", async () => {
    const { status, body } = await get("/v1/evidence/row1");
    expect(status).toBe(404);
    expect(body.errors).toMatchObject([{ parameter: "id", received: "row1", did_you_mean: "row-1" }]);
  });
});
