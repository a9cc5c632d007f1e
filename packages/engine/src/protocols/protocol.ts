import type * as z from "zod";
import type { Catalogue } from "../domain/catalogue.ts";
import type { PythonParser } from "../domain/parser.ts";
import type { Outcome } from "../domain/problem.ts";
import type { ProtocolId, Report } from "../domain/report.ts";

export interface ProtocolContext {
  readonly catalogue: Catalogue;
  /** The host loads the wasm; only AUDIT needs it. */
  readonly python: PythonParser | null;
  /** The host's day, YYYY-MM-DD: AUDIT tells suppressions that have expired. Absent: none expires. */
  readonly today?: string;
  /** Of one OPTIMIZE, where the host has not the time for as many as the engine takes. */
  readonly max_configurations?: number;
}

/** One schema gives validation, types, OpenAPI and the MCP tool. `run` takes raw JSON-like input and never throws on bad input. */
export interface Protocol<R extends Report = Report> {
  readonly id: ProtocolId;
  readonly title: string;
  readonly description: string;
  readonly schema: z.ZodObject;
  readonly run: (input: unknown, context: ProtocolContext) => Outcome<R>;
}
