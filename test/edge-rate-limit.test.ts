// Who asks too often.
import { readFileSync } from "node:fs";
import { describe, expect, test, vi } from "vitest";
import { createApp } from "../packages/edge/src/app.ts";
import { RATE_LIMIT, RATE_WINDOW_S } from "../packages/edge/src/limits.ts";
import { addressKey } from "../packages/edge/src/rate-limit.ts";
import { realService } from "./support/edge-service.ts";

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
