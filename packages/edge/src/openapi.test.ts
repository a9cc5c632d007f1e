import { expect, test } from "vitest";
import { createApp } from "./app.ts";
import { smallService } from "./small-service.test-data.ts";

const app = createApp(smallService());
const response = await app.request("/openapi.json");
const document = await response.json();

/** Every value under a key of this name, at any depth. */
function* valuesOf(node: unknown, key: string): Generator<unknown> {
  if (typeof node !== "object" || node === null) return;
  for (const [name, value] of Object.entries(node)) {
    if (name === key) yield value;
    yield* valuesOf(value, key);
  }
}

test("is OpenAPI 3.1 of this version", () => {
  expect(document).toMatchObject({ openapi: "3.1.0", info: { version: "0.0.1" } });
});

test("describes every route that is served under /v1, with its methods, and no other", () => {
  const served = app.routes
    .filter(({ method, path }) => method !== "ALL" && path.startsWith("/v1/"))
    .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/, "{$1}")}`);
  const described = Object.entries<object>(document.paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(described.filter((line) => line.includes("/v1/")).sort()).toEqual(served.sort());
});

test("every reference resolves and every operation has its own id", () => {
  for (const reference of valuesOf(document, "$ref")) {
    const name = String(reference).replace("#/components/schemas/", "");
    expect(Object.keys(document.components.schemas)).toContain(name);
  }
  const ids = [...valuesOf(document.paths, "operationId")];
  expect(new Set(ids).size).toBe(ids.length);
});

test("requests are the schemas that validate", () => {
  expect(document.components.schemas.estimate_request).toMatchObject({
    type: "object",
    required: ["model_id"],
    additionalProperties: false,
    properties: { batch_size: { type: "integer", minimum: 1 } },
  });
  expect(document.paths["/v1/estimate"].get.parameters).toContainEqual(
    expect.objectContaining({ name: "batch_size", in: "query", required: false }),
  );
  expect(document.paths["/v1/audit"].get).toBeUndefined();
});
