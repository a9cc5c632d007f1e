import { ansiText, type Line, plainText, renderSarif, type SarifInput } from "@ecocompute/engine";
import packageFile from "../package.json" with { type: "json" };
import { type FlagValues, switchOf, textOf } from "./flags.ts";
import { isColoured, type Terminal } from "./terminal.ts";

/** One answer in each of the ways that it can be written; only the one that is asked for is made. */
export interface Answer {
  readonly json: () => unknown;
  readonly markdown: () => string;
  readonly text: () => readonly Line[];
  readonly sarif?: () => SarifInput;
}

/** Writes an answer as --format asks. */
export function show(terminal: Terminal, values: FlagValues, answer: Answer): void {
  const format = textOf(values, "format") ?? "text";
  if (format === "json") terminal.write(`${JSON.stringify(answer.json(), null, 2)}\n`);
  else if (format === "sarif" && answer.sarif) {
    const options = { tool_version: packageFile.version, project_url: null, category: "cli" };
    terminal.write(renderSarif(answer.sarif(), options));
  } else if (format === "markdown") {
    const markdown = answer.markdown();
    terminal.write(markdown.endsWith("\n") ? markdown : `${markdown}\n`);
  } else {
    const lines = answer.text();
    terminal.write(isColoured(terminal, switchOf(values, "color")) ? ansiText(lines) : plainText(lines));
  }
}
