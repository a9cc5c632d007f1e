// What a request may be: methods, problems and parameters.
import { describe, expect, test } from "vitest";
import { app, ask, post, QUESTIONS, query } from "./support/ask-edge.ts";
import { ISSUE, MISTRAL } from "./support/questions.ts";

describe("B1 methods and problems", () => {
  test.each(Object.entries(QUESTIONS))("%s: GET, POST and HEAD agree", async (protocol, values) => {
    const get = await ask(protocol, values);
    const text = await get.text();
    expect(await (await post(protocol, values)).text()).toBe(text);
    const head = await app.request(`/v1/${protocol}?${query(values)}`, { method: "HEAD" });
    expect(await head.text()).toBe("");
    for (const name of ["etag", "content-type", "cache-control", "vary"]) {
      expect(head.headers.get(name)).toBe(get.headers.get(name));
    }
  });

  test("an error is problem+json whose type is a page, and is not stored", async () => {
    for (const [path, status] of [
      ["/nowhere", 404],
      ["/v1/estimate?model_id=nothing-like-it", 422],
      [`/v1/estimate?${query({ ...ISSUE, batch_size: "65" })}`, 422],
    ] as const) {
      const response = await app.request(path);
      expect(response.status).toBe(status);
      expect(response.headers.get("content-type")).toBe("application/problem+json");
      expect(response.headers.get("cache-control")).toBe("no-store");
      expect((await app.request((await response.json()).type)).status).toBe(200);
    }
  });
});

describe("B2 what is refused with 422", () => {
  test.each([
    ["batch_size", "7abc"],
    ["requests_per_month", "1e400"],
    ["pue", "NaN"],
    ["pue", "Infinity"],
    ["batch_size", "-5"],
    ["batch_size", "0"],
    ["batch_size", ""],
    ["quantization", ""],
    ["use_case", "world_peace"],
    ["carbon", "dead"],
    ["budget_kwh", "1e400"],
  ])("%s=%s", async (name, value) => {
    const response = await ask("estimate", { ...ISSUE, [name]: value });
    expect(response.status).toBe(422);
    expect((await response.json()).errors).toMatchObject([{ parameter: name, received: value }]);
  });

  test.each([
    ["batchsize", "batch_size"],
    ["budget_kw", "budget_kwh"],
    ["hardware", "hardware_platform"],
    ["dataset_version", "dataset"],
  ])("the unknown parameter %s means %s", async (wrong, meant) => {
    const response = await ask("estimate", { ...ISSUE, [wrong]: "1" });
    expect(response.status).toBe(422);
    expect((await response.json()).errors).toMatchObject([{ parameter: wrong, did_you_mean: meant }]);
  });

  test.each(["__proto__", "constructor", "toString", "hasOwnProperty"])("the parameter %s", async (name) => {
    const inQuery = await app.request(`/v1/estimate?${query(ISSUE)}&${name}=1`);
    const body = `{"model_id":${JSON.stringify(MISTRAL)},${JSON.stringify(name)}:1}`;
    const headers = { "content-type": "application/json" };
    const inBody = await app.request("/v1/estimate", { method: "POST", headers, body });
    for (const response of [inQuery, inBody]) {
      expect(response.status).toBe(422);
      expect((await response.json()).errors).toMatchObject([{ parameter: name }]);
    }
  });

  test("a repeated parameter, and a misspelt value with what was meant", async () => {
    expect((await app.request(`/v1/estimate?${query(ISSUE)}&model_id=x`)).status).toBe(422);
    const { errors } = await (await ask("estimate", { ...ISSUE, hardware_platform: "rtx4090dd" })).json();
    expect(errors).toMatchObject([{ did_you_mean: "rtx4090d" }]);
  });
});

describe("B2 on every protocol, by GET, by POST and over MCP", () => {
  const OBSERVED = { model_id: MISTRAL, observed_throughput_tok_s: 20 };
  const BASE: Readonly<Record<string, object>> = {
    estimate: { model_id: MISTRAL },
    optimize: { model_id: MISTRAL },
    compare: { model_id: MISTRAL },
    diagnose: OBSERVED,
    audit: { code: "x = 1" },
  };
  /** JSON as it is written: 1e400 and repeated names are no values of JavaScript. */
  const WRONG = [
    ["__proto__", "1"],
    ["constructor", "1"],
    ["requests_per_month", "1e400"],
    ["requests_per_month", '"7abc"'],
    ["requests_per_mont", "5"],
    ["region", '"us","region":"us"'],
  ] as const;
  const withMore = (base: object, name: string, json: string): string =>
    `${JSON.stringify(base).slice(0, -1)},${JSON.stringify(name)}:${json}}`;
  const headers = { "content-type": "application/json", accept: "application/json, text/event-stream" };

  const check = (problem: { status: number; errors: readonly object[] }, name: string) => {
    expect(problem.status).toBe(422);
    const hint = name === "requests_per_mont" ? { did_you_mean: "requests_per_month" } : {};
    expect(problem.errors).toMatchObject([{ parameter: name, ...hint }]);
  };

  describe.each(Object.entries(BASE))("%s", (protocol, base) => {
    test.each(WRONG)("POST %s: %s", async (name, json) => {
      const response = await app.request(`/v1/${protocol}`, {
        method: "POST",
        headers,
        body: withMore(base, name, json),
      });
      expect(response.status).toBe(422);
      check(await response.json(), name);
    });

    test.each(WRONG)("MCP %s: %s", async (name, json) => {
      const call = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"${protocol}","arguments":${withMore(base, name, json)}}}`;
      const response = await app.request("/mcp", { method: "POST", headers, body: call });
      const answer = await response.json();
      check(response.status === 422 ? answer : JSON.parse(answer.result.content[0].text), name);
    });
  });

  describe.each(Object.entries(BASE).filter(([protocol]) => protocol !== "audit"))("%s", (protocol, base) => {
    test.each(WRONG)("GET %s: %s", async (name, json) => {
      const value = json.includes(",") ? "us&region=us" : json.replaceAll('"', "");
      check(await (await app.request(`/v1/${protocol}?${query(base)}&${name}=${value}`)).json(), name);
    });
  });
});
