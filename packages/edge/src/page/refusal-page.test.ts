import { describe, expect, test } from "vitest";
import { createApp } from "../app.ts";
import { smallService } from "../small-service.test-data.ts";

const app = createApp(smallService());
const BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8";
const visit = (path: string, init: RequestInit = {}) => app.request(path, { ...init, headers: { accept: BROWSER } });

describe("a browser gets a refusal as a page", () => {
  test.each([
    ["/nowhere", 404, "Nothing is served at this path."],
    ["/evidence/row-9", 404, "No measurement has this id."],
    ["/v1/audit", 405, "/v1/audit takes POST."],
    ["/v1/estimate?model_id=m&model_id=n", 422, "model_id is given 2 times"],
    ["/v1/estimate?model_id=m&format=xyz", 422, "format is one of json, markdown, html"],
    [`/v1/estimate?model_id=${"x".repeat(9000)}`, 414, "use POST"],
    ["/v1/estimate?model_id=throw", 500, "a fault of the service, not of the request"],
  ])("%s: %i", async (path, status, said) => {
    const response = await visit(path);
    expect(response.status).toBe(status);
    expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(response.headers.get("content-security-policy")).toContain("style-src 'self'");
    const text = await response.text();
    expect(text).toContain(said);
    expect(text).toContain(`HTTP ${status}`);
    expect(text).not.toContain("secret of the inside");
  });

  test("a path that is nearly one has a link, one of an id has none", async () => {
    expect(await (await visit("/claim")).text()).toContain('<a href="/claims">');
    expect(await (await visit("/evidence/row-9")).text()).toContain("Did you mean <code>row-1</code>?");
  });

  test("hostile text stays text", async () => {
    const path = "/%3Cimg%20src=x%20onerror=alert(1)%3E?x=<script>";
    expect(await (await visit(path)).text()).not.toMatch(/<img|<script(?! src="\/assets\/page\.js")/);
  });

  test("429 keeps its headers", async () => {
    const response = await app.request(
      "/",
      { headers: { accept: BROWSER, "cf-connecting-ip": "203.0.113.7" } },
      { RATE_LIMITER: { limit: async () => ({ success: false }) } },
    );
    expect(response.status).toBe(429);
    expect(response.headers.get("retry-after")).toBe("60");
    expect(response.headers.get("content-type")).toContain("text/html");
  });
});

describe("a program gets problem+json", () => {
  test.each(["*/*", "application/json", "text/markdown, text/html", "text/html;q=0.5, application/json"])(
    "Accept: %s",
    async (accept) => {
      const response = await app.request("/nowhere", { headers: { accept } });
      expect(response.headers.get("content-type")).toBe("application/problem+json");
    },
  );

  test("also a browser whose URL names the format", async () => {
    for (const format of ["json", "markdown"]) {
      const response = await visit(`/v1/estimate?model_id=unknown&format=${format}`);
      expect(response.headers.get("content-type")).toBe("application/problem+json");
    }
  });
});

describe("a question that has no answer, in a browser", () => {
  test("a wrong name leads to the question under the right one", async () => {
    const text = await (await visit("/v1/estimate?model_idd=m&batch_size=8")).text();
    expect(text).toContain('<a href="/v1/estimate?model_id=m&amp;batch_size=8">');
  });
});
