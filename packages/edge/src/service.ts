import type { Catalogue, Protocol, PythonParser, Report, Rule } from "@ecocompute/engine";

/** What the app serves; tests pass small ones. */
export interface Service {
  readonly version: string;
  readonly catalogue: Catalogue;
  readonly protocols: readonly Protocol[];
  readonly rules: readonly Rule[];
  readonly renderMarkdown: (report: Report) => string;
  /** Called on the first AUDIT only: the wasm costs start time and memory. */
  readonly loadPython: () => Promise<PythonParser>;
}
