// What an agent meets: MCP with the official client, and plain HTTP with nothing but the base URL.
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EXAMPLES } from "../packages/edge/src/openapi/examples.ts";
import { realService } from "./support/edge-service.ts";
import { ISSUE, MISTRAL } from "./support/questions.ts";
import { type ServedApp, serveApp } from "./support/serve-app.ts";

const service = realService();
let served: ServedApp;
let client: Client;
beforeAll(async () => {
  served = await serveApp(service);
  client = new Client({ name: "test", version: "1.0.0" });
  await client.connect(new StreamableHTTPClientTransport(new URL(`${served.base}/mcp`)));
});
afterAll(async () => {
  await client.close();
  await served.stop();
});

const rest = async (protocol: string, body: object) => {
  const headers = { "content-type": "application/json" };
  const response = await fetch(`${served.base}/v1/${protocol}`, {
    method: "POST",
    headers,
    body: JSON.stringify(body),
  });
  return response.json();
};
const textOf = (result: object): string => {
  const [first] = "content" in result && Array.isArray(result.content) ? result.content : [];
  return first?.text ?? "";
};

describe("C2 MCP with the official client", () => {
  test("lists the five protocols and the evidence, each with schemas and annotations", async () => {
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual([
      ...service.protocols.map(({ id }) => id),
      "search_evidence",
      "get_evidence",
    ]);
    for (const tool of tools) {
      expect(tool.inputSchema.type).toBe("object");
      expect(tool.outputSchema?.type).toBe("object");
      expect(tool.annotations).toMatchObject({ readOnlyHint: true, idempotentHint: true, openWorldHint: false });
    }
    expect(JSON.stringify(tools).length).toBeLessThan(64 * 1024);
  });

  // The client itself holds each structured content against the tool's output schema.
  test.each(
    Object.entries(EXAMPLES).flatMap(([protocol, examples]) =>
      Object.values(examples).map(({ summary, status, value }) => ({ protocol, summary, status, value })),
    ),
  )("$protocol: $summary: the same as REST", async ({ protocol, status, value }) => {
    await client.listTools();
    const result = await client.callTool({ name: protocol, arguments: value });
    if (status === 200) {
      expect(result.isError).toBeFalsy();
      expect(result.structuredContent).toEqual(await rest(protocol, value));
      expect(textOf(result)).toMatch(/^Data from EcoCompute, not instructions\. .+/);
      expect(textOf(result)).not.toContain("\n");
    } else {
      expect(result.isError).toBe(true);
      expect(JSON.parse(textOf(result))).toEqual(await rest(protocol, value));
    }
  });

  test("detail=full gives the report as text", async () => {
    const result = await client.callTool({ name: "estimate", arguments: { ...ISSUE, detail: "full" } });
    expect(textOf(result)).toContain("## Monthly Estimate");
    expect(result.structuredContent).toEqual(await rest("estimate", ISSUE));
  });

  test("evidence is found, and read, as over REST", async () => {
    const found = await client.callTool({ name: "search_evidence", arguments: { q: "a800 int8_pure", limit: 3 } });
    const overRest = await fetch(`${served.base}/v1/evidence?q=a800%20int8_pure&limit=3`);
    expect(found.structuredContent).toMatchObject({ total: (await overRest.json()).total, limit: 3 });
    const one = await client.callTool({ name: "get_evidence", arguments: { id: "eco-a800-batch-0215-0004" } });
    const row = await fetch(`${served.base}/v1/evidence/eco-a800-batch-0215-0004`);
    expect(one.structuredContent).toEqual(await row.json());
    const none = await client.callTool({ name: "get_evidence", arguments: { id: "eco-a800-batch-0215-000" } });
    expect(none.isError).toBe(true);
    expect(JSON.parse(textOf(none)).errors[0].did_you_mean).toContain("eco-a800-batch-0215-000");
  });

  test("an unknown tool and an unknown argument say what was meant", async () => {
    await expect(client.callTool({ name: "estimat", arguments: {} })).rejects.toThrow(/did you mean estimate/);
    const result = await client.callTool({ name: "estimate", arguments: { ...ISSUE, batchsize: 1 } });
    expect(JSON.parse(textOf(result)).errors).toMatchObject([{ did_you_mean: "batch_size" }]);
  });

  test("stateless: a call needs no initialization; GET and DELETE are 405 with Allow: POST", async () => {
    const headers = { "content-type": "application/json", accept: "application/json, text/event-stream" };
    const body = JSON.stringify({
      jsonrpc: "2.0",
      id: 1,
      method: "tools/call",
      params: { name: "estimate", arguments: ISSUE },
    });
    const response = await fetch(`${served.base}/mcp`, { method: "POST", headers, body });
    expect((await response.json()).result.structuredContent.protocol).toBe("estimate");
    for (const method of ["GET", "DELETE"]) {
      const refused = await fetch(`${served.base}/mcp`, { method });
      expect(refused.status).toBe(405);
      expect(refused.headers.get("allow")).toBe("POST");
    }
  });

  test("the Origin of a page is checked", async () => {
    const from = async (origin: string) =>
      (
        await fetch(`${served.base}/mcp`, {
          method: "POST",
          headers: { "content-type": "application/json", accept: "application/json, text/event-stream", origin },
          body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list" }),
        })
      ).status;
    expect(await from("https://evil.example")).toBe(403);
    expect(await from("null")).toBe(403);
    expect(await from(served.base)).toBe(200);
  });
});

describe("C3 discovery", () => {
  test("every document is there, of its type, and its links work", async () => {
    for (const [path, type] of [
      ["/llms.txt", "text/plain"],
      ["/llms-full.txt", "text/plain"],
      ["/SKILL.md", "text/markdown"],
      ["/robots.txt", "text/plain"],
      ["/sitemap.xml", "application/xml"],
      ["/.well-known/api-catalog", "application/linkset+json"],
    ] as const) {
      const response = await fetch(served.base + path);
      expect(response.headers.get("content-type"), path).toContain(type);
      const text = await response.text();
      // Markdown links, sitemap entries and hrefs of the catalog; not the patterns that prose shows.
      for (const [, link = ""] of text.matchAll(/(?:\]\(|<loc>|"href":")(http[^)<"]+)/g)) {
        const { status } = await fetch(link);
        expect(status, link).toBe(link.endsWith("/mcp") ? 405 : link.endsWith("/v1/estimate") ? 422 : 200);
      }
    }
  });

  test("each answer links to the description; an unknown well-known path is a 404, not the page", async () => {
    const { headers } = await fetch(`${served.base}/v1/gpus`);
    expect(headers.get("link")).toContain('</openapi.json>; rel="service-desc"');
    const missing = await fetch(`${served.base}/.well-known/openid-configuration`, {
      headers: { accept: "text/html" },
    });
    expect(missing.status).toBe(404);
  });

  test("the skill's frontmatter is one, and corrects each claim that does not hold", async () => {
    const text = await (await fetch(`${served.base}/SKILL.md`)).text();
    expect(text).toMatch(/^---\nname: ecocompute\ndescription: .{50,1024}\n/);
    for (const { claim, verdict } of service.catalogue.claims) expect(text).toContain(`"${claim}" **${verdict}**`);
  });
});

describe("C4 an agent that is given the base URL and plain HTTP does each protocol in three calls", () => {
  /** Counts calls, and follows only what an earlier answer said. */
  function agent() {
    let calls = 0;
    let read = "";
    return {
      get calls() {
        return calls;
      },
      /** GETs a URL that is the base, or was found in what was read. */
      async get(url: string) {
        calls += 1;
        if (url !== served.base) expect(read, "a link that was read").toContain(url);
        const text = await (await fetch(url)).text();
        read += text;
        return text;
      },
      async post(url: string, body: object) {
        calls += 1;
        expect(read, "a link that was read").toContain(url);
        const headers = { "content-type": "application/json" };
        const text = await (await fetch(url, { method: "POST", headers, body: JSON.stringify(body) })).text();
        read += text;
        return text;
      },
    };
  }
  const linkIn = (text: string, pattern: RegExp): string => {
    const found = pattern.exec(text)?.[0];
    if (found === undefined) throw new Error(`no link ${pattern} in ${text.slice(0, 300)}`);
    return found;
  };

  test.each(["estimate", "compare", "optimize", "diagnose"])("%s", async (protocol) => {
    const { get, ...rest } = agent();
    const start = await get(served.base);
    const guide = await get(linkIn(start, /http:\S+\/llms\.txt/));
    const answer = JSON.parse(await get(linkIn(guide, new RegExp(`http:[^)\\s]+/v1/${protocol}\\?[^)\\s]+`))));
    expect(answer.protocol).toBe(protocol);
    const cited = JSON.stringify(answer).match(/"(?:eco|qe|mlenergy)-[a-z0-9-]+-\d{4}"/g) ?? [];
    expect(cited.length).toBeGreaterThan(0);
    expect(rest.calls).toBeLessThanOrEqual(3);
  });

  test("audit, with code of its own", async () => {
    const run = agent();
    const start = await run.get(served.base);
    const guide = await run.get(linkIn(start, /http:\S+\/SKILL\.md/));
    const url = linkIn(guide, /http:\S+\/v1\/audit/);
    const example: unknown = JSON.parse(/```json\n(\{"code".*)\n```/.exec(guide)?.[1] ?? "");
    if (typeof example !== "object" || example === null) throw new Error("no example of an audit");
    const answer = JSON.parse(
      await run.post(url, { ...example, code: `from vllm import LLM\nllm = LLM("${MISTRAL}", max_num_seqs=1)\n` }),
    );
    expect(answer.protocol).toBe("audit");
    expect(answer.findings.length).toBeGreaterThan(0);
    expect(run.calls).toBeLessThanOrEqual(3);
  });
});
