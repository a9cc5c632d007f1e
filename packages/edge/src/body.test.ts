import { describe, expect, test } from "vitest";
import { readJsonObject } from "./body.ts";
import { MAX_BODY_BYTES } from "./limits.ts";

const read = (body: BodyInit | null, contentType = "application/json") =>
  readJsonObject(
    new Request("http://localhost/", {
      method: "POST",
      headers: { "content-type": contentType },
      body,
      ...{ duplex: "half" },
    }),
  );
const nested = (levels: number) => `${'{"a":'.repeat(levels - 1)}{}${"}".repeat(levels - 1)}`;

test("an object comes through", async () => {
  expect(await read('{"a": [1, "é"]}', "Application/JSON; charset=utf-8")).toEqual({
    ok: true,
    value: { a: [1, "é"] },
  });
});

describe("what is not one JSON object is malformed", () => {
  test.each(["", "{", "[1]", "null", "7", '"text"', '{"a": NaN}', "{'a': 1}", '{"a":1}{"b":2}'])("%s", async (body) => {
    expect(await read(body)).toMatchObject({ ok: false, refusal: { type: "malformed" } });
  });

  test("no body at all", async () => {
    expect(await read(null)).toMatchObject({ ok: false, refusal: { type: "malformed" } });
  });

  test("bytes that are not UTF-8", async () => {
    expect(await read(new Uint8Array([0x7b, 0xff, 0x7d]))).toMatchObject({
      refusal: { type: "malformed", detail: expect.stringContaining("UTF-8") },
    });
  });

  test("the answer does not repeat the body", async () => {
    expect(JSON.stringify(await read("<script>alert(1)</script>"))).not.toContain("script");
  });
});

test("depth is bounded at 8, and a hostile depth costs nothing", async () => {
  expect(await read(nested(8))).toMatchObject({ ok: true });
  expect(await read(nested(9))).toMatchObject({ refusal: { type: "malformed" } });
  expect(await read(`{"a":${"[".repeat(30_000)}${"]".repeat(30_000)}}`)).toMatchObject({
    refusal: { type: "malformed" },
  });
});

describe("size is bounded on the bytes that arrive", () => {
  const ofSize = (bytes: number) => `{"a":"${"x".repeat(bytes - 8)}"}`;

  test("64 KiB pass, one more byte does not", async () => {
    expect(await read(ofSize(MAX_BODY_BYTES))).toMatchObject({ ok: true });
    expect(await read(ofSize(MAX_BODY_BYTES + 1))).toMatchObject({ refusal: { type: "body-too-large" } });
  });

  test("a stream without a stated length stops being read at the bound", async () => {
    let pulled = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled += 1;
        controller.enqueue(new Uint8Array(16 * 1024).fill(0x20));
      },
    });
    expect(await read(endless)).toMatchObject({ refusal: { type: "body-too-large" } });
    expect(pulled).toBeLessThan(10);
  });

  test("bytes count, not characters", async () => {
    expect(await read(`{"a":"${"é".repeat(MAX_BODY_BYTES / 2)}"}`)).toMatchObject({
      refusal: { type: "body-too-large" },
    });
  });
});

test.each(["", "text/plain", "application/x-www-form-urlencoded", "application/jsonp"])(
  "content type %j is refused",
  async (contentType) => {
    expect(await read("{}", contentType)).toMatchObject({
      refusal: {
        type: "unsupported-media-type",
        errors: [{ parameter: "Content-Type", allowed: ["application/json"] }],
      },
    });
  },
);
