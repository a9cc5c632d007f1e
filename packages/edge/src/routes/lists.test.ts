import { expect, test } from "vitest";
import { smallService } from "../small-service.test-data.ts";
import { listRoutes } from "./lists.ts";

const { catalogue, ...rest } = smallService();
const numbered = Array.from({ length: 150 }, (_, i) =>
  catalogue.models.map((model) => ({ ...model, id: `org/model-${i}` })),
).flat();
const routes = listRoutes({ ...rest, catalogue: { ...catalogue, models: numbered } });
const get = async (path: string) => {
  const response = await routes.request(path);
  return { status: response.status, body: await response.json() };
};

test.each([
  ["models", "org/model-0"],
  ["gpus", "a800"],
  ["rules", "int8-default"],
])("/v1/%s lists the catalogue's own entries", async (name, id) => {
  const { status, body } = await get(`/v1/${name}`);
  expect(status).toBe(200);
  expect(body).toMatchObject({
    dataset_version: "2026.01.01+test",
    items: expect.arrayContaining([expect.objectContaining({ id })]),
  });
});

test.each(["regions", "claims", "accuracy", "accuracy/slices"])(
  "/v1/%s with nothing in it is an empty list, not an error",
  async (name) => {
    expect(await get(`/v1/${name}`)).toMatchObject({ status: 200, body: { total: 0, next: null, items: [] } });
  },
);

test("pages lead through all of a long list", async () => {
  const first = await get("/v1/models");
  expect(first.body).toMatchObject({ total: 150, limit: 100, next: "/v1/models?offset=100" });
  expect(first.body.items).toHaveLength(100);
  const second = await get(first.body.next);
  expect(second.body).toMatchObject({ next: null, offset: 100 });
  expect(second.body.items).toHaveLength(50);
});

test("a thousand unknown names make no large answer", async () => {
  const { body } = await get(`/v1/models?${Array.from({ length: 1000 }, (_, i) => `k${i}=1`).join("&")}`);
  expect(body.errors).toHaveLength(51);
  expect(body.errors.at(-1).message).toBe("950 more errors are not listed");
});

test("errors are told together, each with its parameter", async () => {
  const { status, body } = await get("/v1/models?limt=5&offset=-1");
  expect(status).toBe(422);
  expect(body.errors).toMatchObject([{ parameter: "limt", did_you_mean: "limit" }, { parameter: "offset" }]);
});
