// Text of others, on its way through.
import { describe, expect, test, vi } from "vitest";
import { createApp } from "../packages/edge/src/app.ts";
import { app, ask, post, QUESTIONS } from "./support/ask-edge.ts";
import { realService } from "./support/edge-service.ts";
import { ISSUE } from "./support/questions.ts";

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

  test("no address of a request is fetched", async () => {
    const fetched = vi.spyOn(globalThis, "fetch").mockRejectedValue(new Error("no network"));
    const url = "http://169.254.169.254/latest/meta-data/";
    for (const [protocol, values] of Object.entries(QUESTIONS)) {
      for (const name of ["model_id", "hardware_platform", "region"]) await ask(protocol, { ...values, [name]: url });
      await ask(protocol, { ...values, carbon: "live", region: "GBR" });
    }
    const content = `services:\n  a:\n    extends: { file: "${url}", service: b }\n    image: ${url}\n    env_file: ${url}\n`;
    expect((await post("audit", { files: [{ path: "compose.yaml", content }] })).status).toBe(200);
    expect(fetched).not.toHaveBeenCalled();
    fetched.mockRestore();
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
