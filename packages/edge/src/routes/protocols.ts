import type { Protocol } from "@ecocompute/engine";
import { type Context, Hono } from "hono";
import { readJsonObject } from "../body.ts";
import { type Format, MEDIA_TYPES, negotiate } from "../negotiate.ts";
import { invalidInput, type Read, refuse, respondProblem } from "../problem.ts";
import { fieldTypes, readQuery, toInput, unknownParameter } from "../query.ts";
import type { Service } from "../service.ts";

const FORMATS = ["json", "markdown"] as const satisfies readonly Format[];

/** Source text does not belong in a URL: AUDIT is POST only. */
export const takesGet = (protocol: Protocol): boolean => protocol.id !== "audit";

/** `/v1/<protocol>`: parse, run, render. */
export function protocolRoutes(service: Service): Hono {
  const routes = new Hono();
  for (const protocol of service.protocols) {
    const types = fieldTypes(protocol.schema);
    if (takesGet(protocol)) {
      routes.get(`/v1/${protocol.id}`, (c) =>
        answer(c, service, protocol, async (query) => ({ ok: true, value: toInput(query, types) })),
      );
    }
    routes.post(`/v1/${protocol.id}`, (c) =>
      answer(c, service, protocol, async (query) => {
        const errors = [...query].map(([name, value]) => unknownParameter(name, value, ["format"]));
        return errors.length > 0 ? invalidInput(errors) : readJsonObject(c.req.raw);
      }),
    );
  }
  return routes;
}

type ReadInput = (query: ReadonlyMap<string, string>) => Promise<Read<unknown>>;

async function answer(c: Context, service: Service, protocol: Protocol, readInput: ReadInput): Promise<Response> {
  const request = await readRequest(c, readInput);
  if (!request.ok) return refuse(c, request.refusal);
  const { format, input } = request.value;
  const python = protocol.id === "audit" ? await service.loadPython() : null;
  const outcome = protocol.run(input, { catalogue: service.catalogue, python, today: today() });
  if (!outcome.ok) return respondProblem(c, outcome.problem);
  if (format === "json") return c.json(outcome.value);
  return c.body(service.renderMarkdown(outcome.value), 200, {
    "content-type": `${MEDIA_TYPES.markdown}; charset=utf-8`,
  });
}

/** The day in UTC, which suppressions that end are judged by. */
const today = (): string => new Date().toISOString().slice(0, "YYYY-MM-DD".length);

/** What to answer in, and on what. */
async function readRequest(
  c: Context,
  readInput: ReadInput,
): Promise<Read<{ readonly format: Format; readonly input: unknown }>> {
  const query = readQuery(new URL(c.req.url).searchParams);
  if (!query.ok) return query;
  const format = negotiate(c, FORMATS, query.value.get("format"));
  if (!format.ok) return format;
  const input = await readInput(new Map([...query.value].filter(([name]) => name !== "format")));
  return input.ok ? { ok: true, value: { format: format.value, input: input.value } } : input;
}
