import type { Protocol } from "@ecocompute/engine";
import * as z from "zod";

const dataset = z
  .string()
  .min(1)
  .max(64)
  .describe("Answer only from this dataset_version; a deployment that holds another refuses with 409")
  .optional();
const carbon = z
  .enum(["yearly", "live"])
  .describe(
    "live: the grid's intensity of this hour where a service publishes it, else the yearly figure and a warning",
  )
  .optional();
const verdict_as_status = z
  .boolean()
  .describe("A verdict of fail is answered with HTTP 422, so that `curl -f` fails; else every verdict is a 200")
  .optional();

const FOR_WORKLOADS = {
  dataset,
  carbon,
  budget_kwh: z.number().nonnegative().max(1e12).describe("Energy that a month may use: asks for a verdict").optional(),
  verdict_at: z
    .enum(["lower", "mid", "upper"])
    .describe("The end of the 90 % interval that the budget is held against (mid: the value)")
    .optional(),
  verdict_as_status,
} as const;
const FOR_AUDIT = {
  dataset,
  carbon,
  fail_on: z
    .enum(["critical", "warning", "never"])
    .describe("Severity from which a finding fails the verdict: asks for a verdict")
    .optional(),
  verdict_as_status,
} as const;

/** What the edge adds to every protocol's own parameters; none of it changes a number but the live grid. */
export const EdgeParametersSchema = z.object({ ...FOR_WORKLOADS, ...FOR_AUDIT });
export type EdgeParameters = z.infer<typeof EdgeParametersSchema>;
const EDGE_NAMES: ReadonlySet<string> = new Set(Object.keys(EdgeParametersSchema.shape));

const schemas = new WeakMap<Protocol, z.ZodObject>();

/** The whole request of a protocol over HTTP and MCP: one schema that validates, documents and describes the tool. */
export function requestSchema(protocol: Protocol): z.ZodObject {
  const known = schemas.get(protocol);
  if (known) return known;
  const schema = protocol.schema.extend(protocol.id === "audit" ? FOR_AUDIT : FOR_WORKLOADS);
  schemas.set(protocol, schema);
  return schema;
}

/** Splits a valid request into the edge's part and the protocol's. */
export function splitRequest(request: Readonly<Record<string, unknown>>): {
  readonly edge: EdgeParameters;
  readonly question: Readonly<Record<string, unknown>>;
} {
  const entries = Object.entries(request);
  return {
    edge: EdgeParametersSchema.parse(Object.fromEntries(entries.filter(([name]) => EDGE_NAMES.has(name)))),
    question: Object.fromEntries(entries.filter(([name]) => !EDGE_NAMES.has(name))),
  };
}
