import { Hono } from "hono";
import { describe, expect, test } from "vitest";
import { negotiate } from "./negotiate.ts";

const app = new Hono().get("/", (c) => {
  const format = negotiate(c, ["json", "markdown"], c.req.query("format"));
  return c.text(format.ok ? format.value : format.refusal.type);
});
const chosen = async (accept: string | undefined, path = "/") =>
  (await app.request(path, accept === undefined ? {} : { headers: { accept } })).text();

describe("Accept picks the format", () => {
  test.each([
    [undefined, "json"],
    ["*/*", "json"],
    ["application/json", "json"],
    ["text/markdown", "markdown"],
    ["Text/Markdown; charset=utf-8", "markdown"],
    ["text/*", "markdown"],
    ["application/*", "json"],
    ["text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "json"],
    ["text/markdown, application/json;q=0.9", "markdown"],
    ["text/markdown;q=0.5, application/json;q=0.9", "json"],
    ["text/markdown;q=0.5, application/json;q=0.5", "json"],
    ["text/markdown, */*", "markdown"],
    ["text/*, */*", "markdown"],
    ["application/json;q=0, */*", "markdown"],
    ["text/markdown;q=0, text/*", "not-acceptable"],
    ["*/*;q=0", "not-acceptable"],
    ["text/html", "not-acceptable"],
    ["image/png, text/csv", "not-acceptable"],
  ])("%s → %s", async (accept, format) => {
    expect(await chosen(accept)).toBe(format);
  });
});

test("?format= wins over Accept", async () => {
  expect(await chosen("application/json", "/?format=markdown")).toBe("markdown");
  expect(await chosen("text/html", "/?format=json")).toBe("json");
  expect(await chosen("*/*", "/?format=xml")).toBe("invalid-input");
  expect(await chosen("*/*", "/?format=")).toBe("invalid-input");
});

test("caches are told that Accept matters", async () => {
  expect((await app.request("/")).headers.get("vary")).toBe("Accept");
});

test("a hostile Accept comes to its end: a quadratic reading of it would not", async () => {
  expect(await chosen(`${"text/*;q=0.1,".repeat(50_000)}a/b`)).toBe(await chosen("text/*;q=0.1,a/b"));
});
