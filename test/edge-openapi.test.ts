// C1: the OpenAPI document is clean, and says what the service does: every example is asked, every answer held against it.
import { createConfig, lintFromString } from "@redocly/openapi-core";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { createApp } from "../packages/edge/src/app.ts";
import { EXAMPLES } from "../packages/edge/src/openapi/examples.ts";
import { realService } from "./support/edge-service.ts";

const app = createApp(realService());
const source = await (await app.request("/openapi.json")).text();
const document = JSON.parse(source);
const ajv = new Ajv2020({ strict: false, formats: { uri: true, date: true, "date-time": true } });
ajv.addSchema(document, "document");

/** Holds a value against the schema at a JSON pointer of the document. */
function check(pointer: string, value: unknown): void {
  const validate: ValidateFunction = ajv.compile({ $ref: `document#${pointer}` });
  validate(value);
  expect(validate.errors ?? [], pointer).toEqual([]);
}
const escaped = (path: string): string => path.replaceAll("~", "~0").replaceAll("/", "~1");
const answerPointer = (path: string, method: string): string =>
  `/paths/${escaped(path)}/${method}/responses/200/content/application~1json/schema`;

describe("C1 OpenAPI 3.1", () => {
  test("is lint clean", async () => {
    const config = await createConfig({ extends: ["recommended"] });
    const problems = await lintFromString({ source, absoluteRef: "/openapi.json", config });
    expect(problems.map(({ ruleId, message, location }) => `${ruleId}: ${message} at ${location[0]?.pointer}`)).toEqual(
      [],
    );
  });

  test("describes every route that is served under /v1, with its methods, and no other", () => {
    const served = app.routes
      .filter(({ method, path }) => method !== "ALL" && path.startsWith("/v1/"))
      .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/, "{$1}")}`);
    const described = Object.entries<object>(document.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(described.filter((line) => line.includes("/v1/")).sort()).toEqual([...new Set(served)].sort());
  });

  const shown = Object.entries(EXAMPLES).flatMap(([protocol, examples]) =>
    Object.entries(examples).map(([name, example]) => ({ protocol, name, ...example })),
  );

  test("every example of the document is one that is asked below", () => {
    for (const { protocol, name, value } of shown) {
      const { examples } = document.paths[`/v1/${protocol}`].post.requestBody.content["application/json"];
      expect(examples[name].value).toEqual(value);
    }
  });

  test.each(shown)(
    "POST $protocol, $name: the request and the answer are as described",
    async ({ protocol, status, value }) => {
      const path = `/v1/${protocol}`;
      const response = await app.request(path, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(value),
      });
      expect(response.status).toBe(status);
      if (status === 200) {
        check(`/paths/${escaped(path)}/post/requestBody/content/application~1json/schema`, value);
        check(answerPointer(path, "post"), await response.json());
      } else {
        check("/components/schemas/Problem", await response.json());
      }
    },
  );

  test.each(shown.filter(({ protocol, status }) => protocol !== "audit" && status === 200))(
    "GET $protocol, $name: the answer is as described",
    async ({ protocol, value }) => {
      const query = new URLSearchParams(Object.entries(value).map(([key, item]) => [key, String(item)]));
      const response = await app.request(`/v1/${protocol}?${query}`);
      expect(response.status).toBe(200);
      check(answerPointer(`/v1/${protocol}`, "get"), await response.json());
    },
  );

  test("lists, evidence and health answer as described", async () => {
    for (const [path, operations] of Object.entries<{ get?: object }>(document.paths)) {
      if (!operations.get || EXAMPLES[path.replace("/v1/", "") as keyof typeof EXAMPLES]) continue;
      const asked = path.replace("{id}", "eco-a800-batch-0215-0004");
      const response = await app.request(asked);
      expect(response.status, asked).toBe(200);
      check(answerPointer(path, "get"), await response.json());
    }
  });

  test("the examples of problems are problems", () => {
    for (const { content } of Object.values<{
      content: Record<string, { examples: Record<string, { value: unknown }> }>;
    }>(document.components.responses)) {
      for (const { value } of Object.values(content["application/problem+json"]?.examples ?? {})) {
        check("/components/schemas/Problem", value);
      }
    }
  });
});
