import { ansiText, type Line, plainText } from "@ecocompute/engine";
import { type FlagValues, switchOf } from "./flags.ts";
import { isColoured, type Terminal } from "./terminal.ts";

export function showLines(terminal: Terminal, values: FlagValues, lines: readonly Line[]): void {
  const coloured = isColoured(terminal, switchOf(values, "color"));
  terminal.write(coloured ? ansiText(lines) : plainText(lines));
}

export const showMarkdown = (terminal: Terminal, markdown: string): void =>
  terminal.write(markdown.endsWith("\n") ? markdown : `${markdown}\n`);
