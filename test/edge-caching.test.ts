// What may be kept, and for how long.
import { describe, expect, test } from "vitest";
import { app, ask, post, query } from "./support/ask-edge.ts";
import { ISSUE } from "./support/questions.ts";

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
