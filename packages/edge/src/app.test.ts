import { describe, expect, test, vi } from "vitest";
import { createApp } from "./app.ts";
import { PROBLEM_PAGES } from "./problem.ts";
import { echo, smallService } from "./small-service.test-data.ts";

const app = createApp(smallService());
const get = (path: string, headers: Record<string, string> = {}) => app.request(path, { headers });
const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  app.request(path, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
/** Every problem is RFC 9457, and its type is a page here. */
const problem = async (response: Response) => {
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  const body = await response.json();
  expect(body.status).toBe(response.status);
  expect(body).toMatchObject({ title: expect.any(String), detail: expect.any(String), instance: expect.any(String) });
  expect((await get(body.type)).status).toBe(200);
  return body;
};

describe("a protocol", () => {
  test("GET and POST give the same answer", async () => {
    const fromGet = await get("/v1/estimate?model_id=m&batch_size=8&verbose=true");
    const fromPost = await post("/v1/estimate", { model_id: "m", batch_size: 8, verbose: true });
    expect(fromGet.status).toBe(200);
    const body = await fromGet.json();
    expect(body).toEqual(await fromPost.json());
    expect(JSON.parse(body.configuration.files[0])).toEqual({ model_id: "m", batch_size: 8, verbose: true });
  });

  test("HEAD is GET without the body", async () => {
    const response = await app.request("/v1/estimate?model_id=m", { method: "HEAD" });
    expect(response.status).toBe(200);
    expect(await response.text()).toBe("");
  });

  test("Markdown by Accept and by ?format=, for GET and POST", async () => {
    for (const response of [
      await get("/v1/estimate?model_id=m", { accept: "text/markdown" }),
      await get("/v1/estimate?model_id=m&format=markdown"),
      await post("/v1/estimate?format=markdown", { model_id: "m" }),
    ]) {
      expect(response.headers.get("content-type")).toBe("text/markdown; charset=utf-8");
      expect(response.headers.get("vary")).toBe("Accept");
      expect(await response.text()).toBe("# audit\n");
    }
  });

  test("a problem of the protocol comes back with its own members", async () => {
    const response = await get("/v1/estimate?model_id=unknown");
    expect(response.status).toBe(422);
    expect(await problem(response)).toMatchObject({
      type: "/problems/unknown",
      instance: "/v1/estimate",
      missing: "a row",
      nearest_evidence: ["row-1"],
      how_to_measure: "run it",
    });
  });

  test("parameters of a POST go in the body", async () => {
    const body = await problem(await post("/v1/estimate?batch_size=8", { model_id: "m" }));
    expect(body.errors).toMatchObject([{ parameter: "batch_size", received: "8", allowed: ["format", "dataset"] }]);
  });
});

describe("AUDIT", () => {
  test("takes POST only", async () => {
    const response = await get("/v1/audit?code=1");
    expect(response.headers.get("allow")).toBe("POST");
    expect(await problem(response)).toMatchObject({ status: 405, type: "/problems/method-not-allowed" });
  });

  test("gets the Python parser, which nothing else loads", async () => {
    const loadPython = vi.fn(async () => ({ parse: () => null }));
    const run = vi.fn(echo("audit").run);
    const service = createApp(smallService({ loadPython, protocols: [echo("estimate"), { ...echo("audit"), run }] }));
    await service.request("/v1/estimate?model_id=m");
    expect(loadPython).not.toHaveBeenCalled();
    const init = { method: "POST", headers: { "content-type": "application/json" }, body: '{"model_id":"m"}' };
    expect((await service.request("/v1/audit", init)).status).toBe(200);
    expect(run.mock.lastCall?.[1].python).not.toBeNull();
  });
});

describe("B1 what is refused, and how", () => {
  test("400: malformed JSON", async () => {
    expect(await problem(await post("/v1/estimate", "{"))).toMatchObject({ status: 400, type: "/problems/malformed" });
  });

  test("404 suggests a path", async () => {
    expect(await problem(await get("/v1/estimat?model_id=m"))).toMatchObject({
      status: 404,
      errors: [{ parameter: "path", received: "/v1/estimat", did_you_mean: "/v1/estimate" }],
    });
    expect((await problem(await get("/v1/evidences"))).errors[0].allowed).toContain("/v1/evidence/{id}");
  });

  test.each([
    "/v1/constructor",
    "/v1/__proto__",
    "/problems/toString",
    "/problems/__proto__",
    "/v1/evidence/__proto__",
  ])("404: %s", async (path) => {
    expect((await problem(await get(path))).status).toBe(404);
  });

  test.each([
    ["DELETE", "/v1/estimate", "GET, HEAD, POST"],
    ["PUT", "/v1/models", "GET, HEAD"],
    ["POST", "/health", "GET, HEAD"],
    ["PATCH", "/v1/evidence/row-1", "GET, HEAD"],
  ])("405: %s %s, with Allow", async (method, path, allow) => {
    const response = await app.request(path, { method });
    expect(response.headers.get("allow")).toBe(allow);
    expect(await problem(response)).toMatchObject({ status: 405, errors: [{ received: method }] });
  });

  test("406 lists what exists", async () => {
    const response = await get("/v1/estimate?model_id=m", { accept: "text/csv" });
    expect(await problem(response)).toMatchObject({
      status: 406,
      errors: [
        { parameter: "Accept", received: "text/csv", allowed: ["application/json", "text/markdown", "text/html"] },
      ],
    });
  });

  test("413: a large body", async () => {
    expect((await problem(await post("/v1/estimate", { model_id: "x".repeat(70_000) }))).status).toBe(413);
  });

  test("414: a long URL", async () => {
    expect((await problem(await get(`/v1/estimate?model_id=${"x".repeat(9_000)}`))).status).toBe(414);
  });

  test("415: a form", async () => {
    const response = await post("/v1/estimate", "model_id=m", { "content-type": "application/x-www-form-urlencoded" });
    expect((await problem(response)).status).toBe(415);
  });

  test("422: a repeated parameter, one more ?format= included", async () => {
    expect(await problem(await get("/v1/estimate?model_id=m&model_id=n"))).toMatchObject({
      status: 422,
      errors: [{ parameter: "model_id", received: "m, n" }],
    });
    expect((await problem(await get("/v1/estimate?model_id=m&format=json&format=json"))).status).toBe(422);
  });

  test("500 logs the cause and keeps it from the answer", async () => {
    const log = vi.fn();
    const failing = createApp(smallService({ log }));
    const body = await problem(await failing.request("/v1/estimate?model_id=throw"));
    expect(body).toMatchObject({ status: 500, type: "/problems/internal" });
    expect(JSON.stringify(body)).not.toContain("secret");
    expect(log.mock.calls[0]?.[0]).toMatchObject({
      event: "failed",
      cause: expect.stringContaining("secret of the inside"),
    });
  });
});

describe("B1 every answer", () => {
  test.each(["/", "/health", "/v1/estimate?model_id=m", "/v1/estimate", "/nowhere"])(
    "%s has open CORS and nosniff",
    async (path) => {
      const { headers } = await get(path, { origin: "https://example.org" });
      expect(headers.get("access-control-allow-origin")).toBe("*");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
    },
  );

  test("a browser may ask beforehand", async () => {
    const response = await app.request("/v1/audit", {
      method: "OPTIONS",
      headers: { origin: "https://example.org", "access-control-request-method": "POST" },
    });
    expect(response.status).toBe(204);
    expect(response.headers.get("access-control-allow-methods")).toContain("POST");
    expect(response.headers.get("access-control-allow-headers")).toContain("Content-Type");
  });
});

describe("what the service says of itself", () => {
  test("/health", async () => {
    expect(await (await get("/health")).json()).toEqual({
      status: "ok",
      version: "0.0.1",
      dataset_version: "2026.01.01+test",
      method_version: "1.2.3",
      generated_from: "0123456789abcdef",
    });
  });

  test("/ is text for curl and a page under a strict policy for a browser", async () => {
    const plain = await get("/", { accept: "*/*" });
    expect(plain.headers.get("content-type")).toContain("text/plain");
    expect(await plain.text()).toContain("curl 'http://localhost/v1/estimate?");
    const page = await get("/", { accept: "text/html,*/*;q=0.8" });
    expect(page.headers.get("content-type")).toContain("text/html");
    expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(await page.text()).not.toMatch(/<script(?! src="\/assets\/page\.js")|<style|style=|onclick/);
  });

  test("each problem has a page", async () => {
    for (const [type, { title, status }] of Object.entries(PROBLEM_PAGES)) {
      expect(await (await get(`/problems/${type}`)).text()).toContain(`${title} (HTTP ${status})`);
      const page = await get(`/problems/${type}`, { accept: "text/html,*/*;q=0.8" });
      expect(page.headers.get("content-type")).toContain("text/html");
      expect(await page.text()).toContain(`<h1>${title}</h1>`);
    }
  });
});
