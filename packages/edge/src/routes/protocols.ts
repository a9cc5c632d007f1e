import type { Protocol } from "@ecocompute/engine";
import { type Context, Hono } from "hono";
import { ask } from "../answer.ts";
import { readJsonObject } from "../body.ts";
import { leastRecent, type Memory } from "../least-recent.ts";
import { type Format, MEDIA_TYPES, negotiate } from "../negotiate.ts";
import { renderAnswerPage } from "../page/answer-page.tsx";
import { renderProblemPage } from "../page/problem-page.tsx";
import { requestSchema } from "../parameters.ts";
import { type EdgeProblem, invalidInput, PROBLEM_PAGES, type Read, refuse, respondProblem } from "../problem.ts";
import { type FieldTypes, fieldTypes, readQuery, toInput, unknownParameter } from "../query.ts";
import { formatsOf, renderAnswer } from "../render.ts";
import { LIVE, type Representation, represent, send, UNTIL_DEPLOYED } from "../reply.ts";
import type { EdgeEnv, Service } from "../service.ts";

/** Source text does not belong in a URL: AUDIT is POST only. */
export const takesGet = (protocol: Protocol): boolean => protocol.id !== "audit";

/** Parameters of a POST that stand in its URL: they choose a representation, not an answer. */
const POST_QUERY = ["format", "dataset"];

type AnswerCache = Memory<Representation>;
const MAX_ENTRIES = 512;
const MAX_CHARACTERS = 8 * 1024 * 1024;

type EdgeContext = Context<EdgeEnv>;
type Input = Readonly<Record<string, unknown>>;
type ReadInput = (query: ReadonlyMap<string, string>) => Promise<Read<Input>>;

/** `/v1/<protocol>`: parse, run, render. */
export function protocolRoutes(service: Service): Hono<EdgeEnv> {
  const routes = new Hono<EdgeEnv>();
  const cache: AnswerCache = leastRecent(MAX_ENTRIES, MAX_CHARACTERS, ({ body }) => body.length);
  for (const protocol of service.protocols) {
    const types = fieldTypes(requestSchema(protocol));
    if (takesGet(protocol)) {
      routes.get(`/v1/${protocol.id}`, (c) => answer(c, service, protocol, cache, fromQuery(types)));
    }
    routes.post(`/v1/${protocol.id}`, (c) => answer(c, service, protocol, null, fromBody(c)));
  }
  return routes;
}

const fromQuery =
  (types: FieldTypes): ReadInput =>
  async (query) => ({ ok: true, value: toInput(query, types) });

const fromBody =
  (c: EdgeContext): ReadInput =>
  async (query) => {
    const errors = [...query]
      .filter(([name]) => !POST_QUERY.includes(name))
      .map(([name, value]) => unknownParameter(name, value, POST_QUERY));
    if (errors.length > 0) return invalidInput(errors);
    const body = await readJsonObject(c.req.raw);
    const dataset = query.get("dataset");
    return body.ok && dataset !== undefined && !Object.hasOwn(body.value, "dataset")
      ? { ok: true, value: { ...body.value, dataset } }
      : body;
  };

async function answer(
  c: EdgeContext,
  service: Service,
  protocol: Protocol,
  cache: AnswerCache | null,
  readInput: ReadInput,
): Promise<Response> {
  const request = await readRequest(c, protocol, readInput);
  if (!request.ok) return refuse(c, request.refusal);
  const { format, input } = request.value;
  if (format === "html" && Object.values(input).includes("")) return c.redirect(withoutBlanks(c.req.url), 303);
  const key = cache ? `${protocol.id} ${format} ${canonical(input)}` : "";
  const known = cache?.get(key);
  if (known) return send(c, known);
  const answered = await ask(service, c.env, protocol, input);
  if (!answered.ok) {
    return format === "html"
      ? problemPage(c, service, protocol, input, answered.problem)
      : respondProblem(c, answered.problem);
  }
  const { value, live } = answered;
  const text =
    format === "html"
      ? renderAnswerPage(value, { service, url: new URL(c.req.url), input })
      : renderAnswer(value, format, service, input);
  const found = await represent(text, MEDIA_TYPES[format], live ? LIVE : UNTIL_DEPLOYED);
  // A live answer, and one that fell back from it, is true for a moment only.
  if (input.carbon === undefined) cache?.set(key, found);
  return send(c, found);
}

/** A form without a script sends a field that was left empty; the URL that is shared has none. */
function withoutBlanks(url: string): string {
  const { pathname, searchParams } = new URL(url);
  return `${pathname}?${new URLSearchParams([...searchParams].filter(([, value]) => value !== ""))}`;
}

/** Equal questions have one key, whatever the order of their parameters and the writing of their numbers. */
const canonical = (input: Input): string =>
  JSON.stringify(Object.entries(input).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));

function problemPage(
  c: EdgeContext,
  service: Service,
  protocol: Protocol,
  input: Input,
  problem: EdgeProblem,
): Response {
  const page = renderProblemPage(problem, { service, protocol, input });
  const { status } = PROBLEM_PAGES[problem.type];
  return c.body(page, status, { "content-type": `${MEDIA_TYPES.html}; charset=utf-8`, "cache-control": "no-store" });
}

/** What to answer in, and on what. */
async function readRequest(
  c: EdgeContext,
  protocol: Protocol,
  readInput: ReadInput,
): Promise<Read<{ readonly format: Format; readonly input: Input }>> {
  const query = readQuery(new URL(c.req.url).searchParams);
  if (!query.ok) return query;
  const format = negotiate(c, formatsOf(protocol.id), query.value.get("format"));
  if (!format.ok) return format;
  const input = await readInput(new Map([...query.value].filter(([name]) => name !== "format")));
  return input.ok ? { ok: true, value: { format: format.value, input: input.value } } : input;
}
