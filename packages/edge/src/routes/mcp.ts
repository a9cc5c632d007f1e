import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js";
import { CallToolRequestSchema, ErrorCode, ListToolsRequestSchema, McpError } from "@modelcontextprotocol/sdk/types.js";
import { Hono } from "hono";
import { callTool } from "../agents/call-tool.ts";
import { toolsOf } from "../agents/tools.ts";
import { deeperThan, parseJson, readBytes } from "../body.ts";
import { MAX_BODY_BYTES, MAX_JSON_DEPTH } from "../limits.ts";
import { invalidInput, refuse } from "../problem.ts";
import type { Bindings, EdgeEnv, Service } from "../service.ts";
import { cut, suggest } from "../suggest.ts";

const INSTRUCTIONS =
  "Energy, cost and carbon of serving open LLMs on GPUs, from audited measurements. Cite the evidence ids and the tier of each number, and its interval. A problem of type unknown means that nobody has measured it: tell the user how_to_measure, and make up no number.";

/** Every tool reads a fixed catalogue and changes nothing. */
const ANNOTATIONS = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false } as const;

/** Levels of a call around the arguments of its tool: message, params, and they. */
const ARGUMENTS_DEPTH = 2;
/** The SDK leaves out this name unsaid; any other that is unknown reaches the tool, which says so. */
const DROPPED = "__proto__";
const names = (value: unknown, name: string): boolean =>
  typeof value === "object" &&
  value !== null &&
  (Object.hasOwn(value, name) || Object.values(value).some((inner) => names(inner, name)));

/** `/mcp`: stateless Streamable HTTP. Each POST has a server of its own, so any isolate may answer. */
export function mcpRoutes(service: Service): Hono<EdgeEnv> {
  const routes = new Hono<EdgeEnv>();
  routes.post("/mcp", async (c) => {
    const origin = c.req.header("origin");
    if (origin !== undefined && !isAllowed(origin, c.req.url)) {
      const detail = "A page of another origin may not use /mcp.";
      const errors = [{ parameter: "Origin", message: detail, received: cut(origin) }];
      return refuse(c, { type: "origin-not-allowed", detail, errors });
    }
    const bytes = await readBytes(c.req.raw, MAX_BODY_BYTES);
    if (bytes === null) {
      return refuse(c, { type: "body-too-large", detail: `A body may have ${MAX_BODY_BYTES} bytes.` });
    }
    const parsed = parseJson(bytes);
    // What is no JSON is the transport's to answer, in JSON-RPC.
    if (!parsed.ok && parsed.refusal.type === "invalid-input") return refuse(c, parsed.refusal);
    if (parsed.ok && deeperThan(parsed.value, ARGUMENTS_DEPTH + MAX_JSON_DEPTH)) {
      return refuse(c, { type: "malformed", detail: `Arguments may nest ${MAX_JSON_DEPTH} levels deep.` });
    }
    if (parsed.ok && names(parsed.value, DROPPED)) {
      const message = `${DROPPED} is not a parameter here.`;
      return refuse(c, invalidInput([{ parameter: DROPPED, message, received: DROPPED }]).refusal);
    }
    const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true });
    await serverOf(service, c.env).connect(transport);
    const request = new Request(c.req.url, { method: "POST", headers: c.req.raw.headers, body: bytes });
    const response = await transport.handleRequest(request);
    const headers = new Headers(response.headers);
    headers.set("cache-control", "no-store");
    return new Response(response.body, { status: response.status, headers });
  });
  return routes;
}

/** A page may ask its own server, and a page of this machine a server of this machine. */
function isAllowed(origin: string, url: string): boolean {
  const from = URL.parse(origin);
  if (!from) return false;
  return from.host === new URL(url).host || from.hostname === "localhost" || from.hostname === "127.0.0.1";
}

function serverOf(service: Service, bindings: Bindings | undefined): Server {
  const server = new Server(
    { name: "ecocompute", title: "EcoCompute", version: service.version },
    {
      capabilities: { tools: {} },
      instructions: INSTRUCTIONS,
      // Only elicitation would validate, and this server asks nothing back.
      jsonSchemaValidator: {
        getValidator: () => () => ({ valid: false, data: undefined, errorMessage: "nothing is elicited" }),
      },
    },
  );
  server.setRequestHandler(ListToolsRequestSchema, () => ({
    tools: toolsOf(service).map((tool) => ({
      ...tool,
      inputSchema: { ...tool.inputSchema, type: "object" as const },
      outputSchema: { ...tool.outputSchema, type: "object" as const },
      annotations: { title: tool.title, ...ANNOTATIONS },
    })),
  }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params }) => {
    const result = await callTool(service, bindings, params.name, params.arguments ?? {});
    if (!result) {
      const names = toolsOf(service).map(({ name }) => name);
      const { did_you_mean: meant } = suggest(params.name, names);
      const hint = meant === undefined ? "" : `; did you mean ${meant}?`;
      throw new McpError(ErrorCode.InvalidParams, `unknown tool${hint} Tools: ${names.join(", ")}`);
    }
    const content = [{ type: "text" as const, text: result.text }];
    return result.structured ? { content, structuredContent: { ...result.structured } } : { content, isError: true };
  });
  return server;
}
