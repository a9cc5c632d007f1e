import { answerSchemas, catalogueData, method } from "@ecocompute/data";
import { indexCatalogue, PROTOCOLS, RULES, renderMarkdown } from "@ecocompute/engine";
import type { Service } from "../../packages/edge/src/service.ts";
import { loadPythonParser } from "./python-parser.ts";

/** What the Worker serves, in Node: the real catalogue, protocols and rules, a clock that stands still, no log. */
export function realService(changes: Partial<Service> = {}): Service {
  return {
    version: "0.0.0",
    method,
    catalogue: indexCatalogue(catalogueData),
    protocols: PROTOCOLS,
    answerSchemas,
    rules: RULES,
    renderMarkdown,
    loadPython: loadPythonParser,
    selfCheck: () => true,
    now: () => Date.UTC(2026, 10, 27, 12),
    log: () => {},
    ...changes,
  };
}
