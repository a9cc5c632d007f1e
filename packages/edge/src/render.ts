import type { Report } from "@ecocompute/engine";
import type { Answer } from "./answer.ts";
import { compareCsv } from "./csv.ts";
import type { Format } from "./negotiate.ts";
import { auditSarif } from "./sarif.ts";
import type { Service } from "./service.ts";

/** What a protocol's answer exists as. */
export function formatsOf(protocol: Report["protocol"]): readonly [Format, ...Format[]] {
  if (protocol === "compare") return ["json", "markdown", "html", "csv"];
  if (protocol === "audit") return ["json", "markdown", "html", "sarif"];
  return ["json", "markdown", "html"];
}

/** The text of an answer in every format but HTML, which is a page of its own. */
export function renderAnswer(
  answer: Answer,
  format: Exclude<Format, "html">,
  service: Service,
  input: Readonly<Record<string, unknown>>,
): string {
  switch (format) {
    case "json":
      return JSON.stringify(answer);
    case "markdown":
      return service.renderMarkdown(answer) + edgeNotes(answer);
    case "csv":
      if (answer.protocol !== "compare") throw new Error(`${answer.protocol} has no CSV`);
      return compareCsv(answer);
    case "sarif":
      if (answer.protocol !== "audit") throw new Error(`${answer.protocol} has no SARIF`);
      return auditSarif(answer, input, service.version);
  }
}

/** What only the edge knows, after the skill's report: the live grid and the verdict, where they were asked for. */
function edgeNotes({ grid, verdict, verdict_why }: Answer): string {
  const notes = [
    grid.kind === "live"
      ? `- Grid: ${grid.gco2_per_kwh} gCO2/kWh in ${grid.zone} at ${grid.time} (${grid.statistic}, ${grid.scope}; ${grid.source?.id})`
      : null,
    verdict === undefined ? null : `- Verdict: **${verdict}**. ${verdict_why}`,
  ].filter((note) => note !== null);
  return notes.length === 0 ? "" : `\n## Verdict and grid\n\n${notes.join("\n")}\n`;
}
