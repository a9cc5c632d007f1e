import type { ShellWord, Variables } from "./state.ts";

/** Text between `<<EOF` and `EOF`. */
export interface Heredoc {
  /** The command that takes it, its redirections left out. */
  readonly command: readonly ShellWord[];
  /** The file it is written to. */
  readonly target: string | null;
  readonly start: number;
  readonly end: number;
  /** Values that the outer script puts into it before it is written; null: its delimiter is quoted, it is written as it stands. */
  readonly variables: Variables | null;
}

/** A heredoc whose body begins on the next line. */
export interface PendingHeredoc {
  readonly delimiter: string;
  readonly tabs: boolean;
  readonly quoted: boolean;
  readonly command: readonly ShellWord[];
  target: string | null;
}

const HEADER = /^<<(-?)[ \t]{0,20}(?:"([^"\n]{1,80})"|'([^'\n]{1,80})'|\\?([^\s;&|<>()"']{1,80}))/;

/** `<<EOF`, `<<-'EOF'` at an offset; null: none. */
export function heredocHeader(
  script: string,
  at: number,
): { readonly delimiter: string; readonly tabs: boolean; readonly quoted: boolean; readonly next: number } | null {
  if (script[at + 2] === "<") return null;
  const header = HEADER.exec(script.slice(at, at + 110));
  if (!header) return null;
  const delimiter = header[2] ?? header[3] ?? header[4] ?? "";
  return { delimiter, tabs: header[1] === "-", quoted: /["'\\]/.test(header[0]), next: at + header[0].length };
}

/** The body from `at` on: where it ends, and the line behind it. */
export function heredocBody(
  script: string,
  at: number,
  to: number,
  { delimiter, tabs }: PendingHeredoc,
): { readonly end: number; readonly next: number } {
  let line = at;
  while (line < to) {
    const newline = script.indexOf("\n", line);
    const stop = newline < 0 || newline > to ? to : newline;
    // Only a line that is about as long as the delimiter may be it.
    if (stop - line <= delimiter.length + 40) {
      const written = script.slice(line, stop).replace(/\r$/, "");
      if ((tabs ? written.trimStart() : written) === delimiter) return { end: line, next: stop };
    }
    line = stop + 1;
  }
  return { end: to, next: to };
}
