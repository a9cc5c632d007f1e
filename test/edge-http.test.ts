// The HTTP surface over the real catalogue, by the numbers of the edge's criteria.
import { readFileSync } from "node:fs";
import { describe, expect, test, vi } from "vitest";
import { createApp } from "../packages/edge/src/app.ts";
import { MAX_ANSWER_BYTES, RATE_LIMIT, RATE_WINDOW_S } from "../packages/edge/src/limits.ts";
import { addressKey } from "../packages/edge/src/rate-limit.ts";
import { realService } from "./support/edge-service.ts";
import { ISSUE, MISTRAL } from "./support/questions.ts";

const service = realService();
const app = createApp(service);
const { dataset_version } = service.catalogue;
const query = (values: object) => new URLSearchParams(Object.entries(values).map(([k, v]) => [k, String(v)]));
const ask = (protocol: string, values: object, headers: Record<string, string> = {}) =>
  app.request(`/v1/${protocol}?${query(values)}`, { headers });
const post = (protocol: string, body: object, headers: Record<string, string> = {}) =>
  app.request(`/v1/${protocol}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });

const QUESTIONS = {
  estimate: ISSUE,
  optimize: { model_id: MISTRAL, hardware_platform: "a800" },
  compare: { model_id: MISTRAL, hardware_platform: "rtx4090d" },
  diagnose: { ...ISSUE, observed_throughput_tok_s: 20 },
} as const;

describe("A7 boundary: stated in each answer, and overridable", () => {
  test("scope, PUE, region and grid stand in the answer", async () => {
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

describe("B3 negotiation", () => {
  const BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8";
  test.each([
    ["*/*", "application/json"],
    ["application/json;q=0.5, text/markdown", "text/markdown; charset=utf-8"],
    ["text/html;q=0.9, text/markdown;q=0.9", "text/markdown; charset=utf-8"],
    ["text/html, text/markdown;q=0.9", "text/html; charset=utf-8"],
    [BROWSER, "text/html; charset=utf-8"],
    ["text/csv", "text/csv; charset=utf-8"],
  ])("COMPARE for Accept: %s is %s", async (accept, type) => {
    const response = await ask("compare", QUESTIONS.compare, { accept });
    expect(response.headers.get("content-type")).toBe(type);
    expect(response.headers.get("vary")).toContain("Accept");
  });

  test("?format= wins over Accept", async () => {
    const response = await ask("compare", { ...QUESTIONS.compare, format: "csv" }, { accept: "application/json" });
    expect(response.headers.get("content-type")).toBe("text/csv; charset=utf-8");
  });

  test("CSV has a line for each precision, and the numbers of the JSON", async () => {
    const csv = await (await ask("compare", { ...QUESTIONS.compare, format: "csv" })).text();
    const { columns } = await (await ask("compare", QUESTIONS.compare)).json();
    const [head = "", ...lines] = csv.trimEnd().split("\r\n");
    expect(lines).toHaveLength(columns.length);
    const at = head.split(",").indexOf("energy_j_per_1k_tokens");
    expect(lines.map((line) => Number(line.split(",")[at]))).toEqual(
      columns.map(
        (column: { metrics: { energy_j_per_1k_tokens: { value: number } } }) =>
          column.metrics.energy_j_per_1k_tokens.value,
      ),
    );
  });

  test("406 lists what exists", async () => {
    const response = await ask("estimate", ISSUE, { accept: "image/png" });
    expect(response.status).toBe(406);
    expect((await response.json()).errors[0].allowed).toEqual(["application/json", "text/markdown", "text/html"]);
  });
});

describe("B4 caching", () => {
  test("a strong ETag over the representation, and 304", async () => {
    const json = await ask("estimate", ISSUE);
    const etag = json.headers.get("etag") ?? "";
    expect(etag).toMatch(/^"[0-9a-f]{32}"$/);
    expect(json.headers.get("cache-control")).toBe("public, max-age=300, s-maxage=86400, stale-while-revalidate=86400");
    const markdown = await ask("estimate", ISSUE, { accept: "text/markdown" });
    expect(markdown.headers.get("etag")).not.toBe(etag);
    for (const known of [etag, `W/${etag}`, `"x", ${etag}`, "*"]) {
      const again = await ask("estimate", ISSUE, { "if-none-match": known });
      expect(again.status).toBe(304);
      expect(again.headers.get("etag")).toBe(etag);
      expect(await again.text()).toBe("");
    }
    expect((await ask("estimate", ISSUE, { "if-none-match": '"other"' })).status).toBe(200);
  });

  test("a 304 carries the headers of its 200: a browser keeps those of the last answer", async () => {
    const page = await ask("estimate", ISSUE, { accept: "text/html" });
    const again = await ask("estimate", ISSUE, {
      accept: "text/html",
      "if-none-match": page.headers.get("etag") ?? "",
    });
    expect(again.status).toBe(304);
    expect(Object.fromEntries(again.headers)).toEqual(Object.fromEntries(page.headers));
  });

  test("an answer from memory is the answer, header by header", async () => {
    const values = { ...ISSUE, batch_size: 16 };
    for (const accept of ["application/json", "text/html", "text/markdown"]) {
      const [first, second] = [await ask("estimate", values, { accept }), await ask("estimate", values, { accept })];
      expect(Object.fromEntries(second.headers)).toEqual(Object.fromEntries(first.headers));
      expect(await second.text()).toBe(await first.text());
    }
  });

  test("equal questions have one answer, whatever the order of their parameters", async () => {
    const forward = query(ISSUE);
    const backward = new URLSearchParams([...forward].toReversed());
    const tags = await Promise.all(
      [forward, backward].map(async (q) => (await app.request(`/v1/estimate?${q}`)).headers.get("etag")),
    );
    expect(tags[0]).toBe(tags[1]);
    const written = new URLSearchParams({ ...Object.fromEntries(forward), batch_size: "8.0" });
    expect((await app.request(`/v1/estimate?${written}`)).headers.get("etag")).toBe(tags[0]);
  });

  test("POST and errors are never stored", async () => {
    expect((await post("estimate", ISSUE)).headers.get("cache-control")).toBe("no-store");
    expect((await ask("estimate", {})).headers.get("cache-control")).toBe("no-store");
  });
});

describe("B5 limits", () => {
  test("17 entries of an array, 65 KiB of body, 9 KiB of URL, depth 9", async () => {
    const files = (n: number) => Array.from({ length: n }, (_, i) => ({ path: `${i}.py`, content: "x = 1" }));
    expect((await post("audit", { files: files(16) })).status).toBe(200);
    expect((await post("audit", { files: files(17) })).status).toBe(422);
    expect((await post("audit", { code: "x".repeat(66_000) })).status).toBe(413);
    expect((await ask("estimate", { model_id: "x".repeat(9000) })).status).toBe(414);
    const deep = JSON.parse(`{"a":${'{"a":'.repeat(9)}1${"}".repeat(9)}}`);
    expect((await post("estimate", deep)).status).toBe(400);
  });

  test("no answer of a protocol is over 64 KiB, nor is a page of a list", async () => {
    const paths = [
      ...Object.entries(QUESTIONS).map(([protocol, values]) => `/v1/${protocol}?${query(values)}`),
      ...["models", "gpus", "regions", "rules", "claims", "accuracy", "evidence?limit=40"].map((name) => `/v1/${name}`),
    ];
    for (const path of paths) {
      const text = await (await app.request(path)).text();
      expect(new TextEncoder().encode(text).length, path).toBeLessThan(MAX_ANSWER_BYTES);
    }
  });
});

describe("A11 an audit as SARIF", () => {
  const code =
    'from transformers import AutoModelForCausalLM, BitsAndBytesConfig\nm = AutoModelForCausalLM.from_pretrained("mistralai/Mistral-7B-Instruct-v0.2", quantization_config=BitsAndBytesConfig(load_in_8bit=True))\n';
  const sarif = async (body: object) => {
    const response = await post("audit", body, { accept: "application/sarif+json" });
    expect(response.headers.get("content-type")).toBe("application/sarif+json");
    return response.text();
  };

  test("has the findings of the JSON, with rule and line", async () => {
    const body = { files: [{ path: "serve.py", content: code }] };
    const { version, runs } = JSON.parse(await sarif(body));
    const { findings } = await (await post("audit", body)).json();
    expect(version).toBe("2.1.0");
    const told = runs[0].results.map(
      (result: { ruleId: string; locations: { physicalLocation: { region: { startLine: number } } }[] }) => [
        result.ruleId,
        result.locations[0]?.physicalLocation.region.startLine,
      ],
    );
    expect(told).toEqual(findings.map((finding: { rule: string; line: number }) => [finding.rule, finding.line]));
    expect(told).toContainEqual(["int8-default", 2]);
  });

  test("a pasted text has them too, and a text of many holds 64 KiB", async () => {
    expect(await sarif({ code })).toContain("int8-default");
    const many = code + `${code.split("\n")[1]}\n`.repeat(60);
    const text = await sarif({ code: many });
    expect(new TextEncoder().encode(text).length).toBeLessThanOrEqual(MAX_ANSWER_BYTES);
    expect(text).toContain("left out");
  });
});

test("B5 a deployment bounds the text of an audit by its processor time, and says so", async () => {
  const audit = (bytes: number) =>
    app.request(
      "/v1/audit",
      {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ code: "#".repeat(bytes) }),
      },
      { AUDIT_MAX_BYTES: "6144" },
    );
  expect((await audit(6144)).status).toBe(200);
  const refused = await audit(6145);
  expect(refused.status).toBe(413);
  expect((await refused.json()).errors).toMatchObject([{ parameter: "code", received: "6145 bytes" }]);
});

describe("B5 an audit of many deployments", () => {
  const load = (i: number) =>
    `model${i} = AutoModelForCausalLM.from_pretrained("mistralai/Mistral-7B-Instruct-v0.2", quantization_config=BitsAndBytesConfig(load_in_8bit=True))\n`;
  const code = `from transformers import AutoModelForCausalLM, BitsAndBytesConfig\n${Array.from({ length: 80 }, (_, i) => load(i)).join("")}`;

  test("holds 64 KiB, and says what it leaves out; the verdict is of all of it", async () => {
    for (const accept of ["application/json", "text/markdown"]) {
      const response = await post("audit", { code, fail_on: "critical" }, { accept });
      expect(response.status).toBe(200);
      const text = await response.text();
      expect(new TextEncoder().encode(text).length).toBeLessThanOrEqual(MAX_ANSWER_BYTES);
      if (accept === "text/markdown") continue;
      const body = JSON.parse(text);
      expect(body.warnings[0]).toMatchObject({
        code: "answer-cut",
        message: expect.stringMatching(/\d+ of \d+ deployments/),
      });
      expect(body.findings.length).toBeGreaterThan(10);
      expect(body.verdict_why).toMatch(/^\d{2} of severity critical/);
    }
  });
});

describe("B6 rate limit", () => {
  const limited = (limit: (options: { key: string }) => Promise<{ success: boolean }>, log = vi.fn()) =>
    createApp(realService({ log })).request(
      "/v1/gpus",
      { headers: { "cf-connecting-ip": "2001:db8:1:2:3:4:5:6" } },
      { RATE_LIMITER: { limit } },
    );

  test("the policy is told always, and nothing is said of what remains", async () => {
    const response = await limited(async () => ({ success: true }));
    expect(response.headers.get("ratelimit-policy")).toBe(`"default";q=${RATE_LIMIT};w=${RATE_WINDOW_S}`);
    expect(response.headers.has("ratelimit")).toBe(false);
  });

  test("429 says when to come back", async () => {
    const limit = vi.fn(async () => ({ success: false }));
    const response = await limited(limit);
    expect(response.status).toBe(429);
    expect(response.headers.get("retry-after")).toBe("60");
    expect(response.headers.get("ratelimit")).toBe('"default";r=0;t=60');
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(response.headers.get("access-control-allow-origin")).toBe("*");
    expect(limit).toHaveBeenCalledWith({ key: "2001:db8:1:2" });
  });

  test("a binding that fails lets the request through, and is counted", async () => {
    const log = vi.fn();
    const response = await limited(() => Promise.reject(new Error("down")), log);
    expect(response.status).toBe(200);
    expect(log).toHaveBeenCalledWith({ event: "rate-limit-failed", failures: 1, cause: "down" });
  });

  test.each([
    ["203.0.113.7", "203.0.113.7"],
    ["2001:0db8:0000:0042:ffff::1", "2001:db8:0:42"],
    ["::1", "0:0:0:0"],
    ["fe80::", "fe80:0:0:0"],
  ])("%s counts as %s", (address, key) => {
    expect(addressKey(address)).toBe(key);
  });

  test("wrangler.toml binds the same limit, in production", () => {
    const toml = readFileSync(new URL("../wrangler.toml", import.meta.url), "utf8");
    const bound = [...toml.matchAll(/simple = \{ limit = (\d+), period = (\d+) \}/g)].map((m) => [m[1], m[2]]);
    expect(bound).toEqual([[String(RATE_LIMIT), String(RATE_WINDOW_S)]]);
  });
});

describe("B7 security", () => {
  const HOSTILE = `<img src=x onerror=alert(1)>|\`[a](javascript:alert(1))`;

  test("no raw input in a page or a report", async () => {
    for (const accept of ["text/html", "text/markdown"]) {
      for (const [protocol, values] of Object.entries(QUESTIONS)) {
        for (const name of ["model_id", "hardware_platform", "region", "quantization", HOSTILE]) {
          const response = await ask(protocol, { ...values, [name]: HOSTILE }, { accept });
          // A problem in JSON repeats 64 characters, as JSON, and may not be sniffed.
          if (response.headers.get("content-type")?.startsWith("application/")) continue;
          expect(await response.text()).not.toContain("<img");
        }
        const named = await ask(protocol, { ...values, model_id: "evil/<b>7B</b>|x`y" }, { accept });
        expect(await named.text()).not.toContain("<b>");
      }
    }
  });

  test("a page's policy allows no inline script, and the page has none", async () => {
    const response = await ask("estimate", ISSUE, { accept: "text/html" });
    expect(response.headers.get("content-security-policy")).toMatch(
      /default-src 'none'; style-src 'self'; script-src 'self'/,
    );
    expect(await response.text()).not.toMatch(/<script(?! src=)|<style|\sstyle=|\son\w+=/);
  });

  test("every answer forbids sniffing, and none sets a cookie", async () => {
    for (const path of ["/", "/health", "/v1/gpus", "/nowhere", "/claims"]) {
      const { headers } = await app.request(path);
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.has("content-security-policy")).toBe(true);
      expect(headers.has("set-cookie")).toBe(false);
    }
  });

  test("the log has the route and the status, and neither address nor query nor path", async () => {
    const log = vi.fn();
    const request = new Request(`http://localhost/v1/evidence/secret-row?x=secret-value`, {
      headers: { "cf-connecting-ip": "203.0.113.7", "user-agent": "secret-agent" },
    });
    await createApp(realService({ log })).fetch(request, { LOG: "requests" });
    expect(log.mock.calls[0]?.[0]).toMatchObject({ event: "request", route: "/v1/evidence/:id", status: 404 });
    expect(JSON.stringify(log.mock.calls)).not.toMatch(/secret|203\.0/);
  });
});

describe("C5 verdict for CI", () => {
  const verdict = async (values: object) => {
    const response = await ask("estimate", { ...ISSUE, ...values });
    return { status: response.status, body: await response.json() };
  };
  test.each([
    [{ budget_kwh: 200 }, "pass"],
    [{ budget_kwh: 100 }, "warn"],
    [{ budget_kwh: 50 }, "fail"],
    [{ budget_kwh: 100, verdict_at: "upper" }, "fail"],
    [{ budget_kwh: 70, verdict_at: "lower" }, "warn"],
    [{ budget_kwh: 70, verdict_at: "mid" }, "fail"],
  ])("%j is %s, with HTTP 200", async (values, expected) => {
    const { status, body } = await verdict(values);
    expect(status).toBe(200);
    expect(body).toMatchObject({ verdict: expected, verdict_why: expect.stringContaining("kWh") });
  });

  test("without a budget there is none", async () => {
    expect((await verdict({})).body.verdict).toBeUndefined();
  });

  test("verdict_as_status makes a fail an error for curl -f, with the whole answer in it", async () => {
    const failed = await verdict({ budget_kwh: 50, verdict_as_status: true });
    expect(failed.status).toBe(422);
    expect(failed.body).toMatchObject({
      type: "/problems/verdict-failed",
      verdict: "fail",
      report: { protocol: "estimate" },
    });
    expect((await verdict({ budget_kwh: 200, verdict_as_status: true })).status).toBe(200);
  });

  test("unknown evidence is an unknown verdict", async () => {
    expect((await verdict({ quantization: "awq", budget_kwh: 50 })).body).toMatchObject({
      status: 422,
      verdict: "unknown",
    });
  });

  test("an audit is judged by severity", async () => {
    const code =
      'from transformers import AutoModelForCausalLM, BitsAndBytesConfig\nm = AutoModelForCausalLM.from_pretrained("mistralai/Mistral-7B-Instruct-v0.2", quantization_config=BitsAndBytesConfig(load_in_8bit=True))\n';
    const judged = async (fail_on: string, text = code) =>
      (await (await post("audit", { code: text, fail_on })).json()).verdict;
    expect(await judged("critical")).toBe("fail");
    expect(await judged("never")).toBe("warn");
    expect(await judged("critical", "x = 1")).toBe("unknown");
  });
});

describe("E2 grid factors", () => {
  test("zone, year, source, licence and boundary; stale after 24 months", async () => {
    const grid = async (region: string) => (await (await ask("estimate", { ...ISSUE, region })).json()).grid;
    expect(await grid("DEU")).toMatchObject({
      zone: "DEU",
      kind: "yearly",
      year: expect.any(Number),
      statistic: "yearly average",
      scope: "lifecycle",
      mix: "production",
      source: { id: "ember-owid", licence: "CC BY 4.0", url: expect.stringContaining("https://") },
    });
    const { items } = await (await app.request("/v1/regions?limit=100")).json();
    for (const { grid: factor } of items) {
      // The clock stands at November 2026: 24 months after the end of 2023 are over, those after 2024 are not.
      expect(factor.stale).toBe(factor.year !== null && factor.year <= 2023);
      expect(factor.source.licence.length).toBeGreaterThan(2);
    }
  });

  test("an unknown zone is refused, and no address stands in for one", async () => {
    expect((await ask("estimate", { ...ISSUE, region: "atlantis" })).status).toBe(422);
    const from = async (ip: string) =>
      (await ask("estimate", ISSUE, { "cf-connecting-ip": ip, "cf-ipcountry": "DE" })).text();
    expect(await from("203.0.113.7")).toBe(await (await ask("estimate", ISSUE)).text());
  });
});

describe("E1 evidence", () => {
  test("a row with its source, revision, licence, date, hardware, versions, method and boundary", async () => {
    const response = await app.request("/v1/evidence/eco-a800-batch-0215-0004");
    expect(response.headers.get("cache-control")).toContain("s-maxage=31536000");
    expect(await response.json()).toMatchObject({
      measurement: { id: "eco-a800-batch-0215-0004", n_runs: "10", energy_scope: "gpu_board", usable: true },
      boundary: expect.stringContaining("GPU board"),
      method: expect.any(String),
      hardware: { id: "a800", vram_gb: 80 },
      superseded_by: null,
      source: { url: expect.stringContaining("https://"), licence: expect.any(String), date: expect.any(String) },
    });
  });

  test("lists are paged, filtered and searched", async () => {
    const { total, items, next } = await (await app.request("/v1/evidence?q=llama%20fp8&gpu=h100-sxm&limit=2")).json();
    expect(total).toBeGreaterThan(2);
    expect(next).toContain("offset=2");
    for (const row of items) expect(row).toMatchObject({ gpu: "h100-sxm", precision: "fp8" });
  });

  test("the licence file names every source", () => {
    const text = readFileSync(new URL("../data/LICENSES.md", import.meta.url), "utf8");
    for (const { id } of service.catalogue.sources) expect(text).toContain(id);
  });
});
