// The protocols on the real catalogue, without any host: what every test of the engine's answers starts from.
import { catalogueData } from "@ecocompute/data";
import {
  type CompareReport,
  type DiagnoseReport,
  type EstimateReport,
  indexCatalogue,
  type OptimizeReport,
  type Outcome,
  PROTOCOLS,
  type Problem,
} from "@ecocompute/engine";

export const catalogue = indexCatalogue(catalogueData);

interface Reports {
  readonly optimize: OptimizeReport;
  readonly diagnose: DiagnoseReport;
  readonly compare: CompareReport;
  readonly estimate: EstimateReport;
}
export type Runnable = keyof Reports;
export const RUNNABLE: readonly Runnable[] = ["optimize", "diagnose", "compare", "estimate"];

/** Raw input → the protocol's own outcome. */
export function outcomeOf<P extends Runnable>(id: P, input: unknown): Outcome<Reports[P]> {
  const protocol = PROTOCOLS.find((candidate) => candidate.id === id);
  if (!protocol) throw new Error(`no protocol "${id}"`);
  return protocol.run(input, { catalogue, python: null }) as Outcome<Reports[P]>;
}

/** The report, or a failure that shows the problem. */
export function reportOf<P extends Runnable>(id: P, input: unknown): Reports[P] {
  const outcome = outcomeOf(id, input);
  if (!outcome.ok) throw new Error(`${id} refused: ${JSON.stringify(outcome.problem)}`);
  return outcome.value;
}

/** The refusal, or a failure. */
export function problemOf(id: Runnable, input: unknown): Problem {
  const outcome = outcomeOf(id, input);
  if (outcome.ok) throw new Error(`${id} answered although it should refuse`);
  return outcome.problem;
}

export const codesOf = (report: { readonly warnings: readonly { readonly code: string }[] }): string[] =>
  report.warnings.map(({ code }) => code);

/** The message of the first warning of this code; a failure when there is none. */
export function warningOf(
  report: { readonly warnings: readonly { readonly code: string; readonly message: string }[] },
  code: string,
): string {
  const warning = report.warnings.find((candidate) => candidate.code === code);
  if (!warning) throw new Error(`no warning "${code}" among ${codesOf(report).join(", ") || "none"}`);
  return warning.message;
}
