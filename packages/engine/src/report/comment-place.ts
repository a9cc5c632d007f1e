import { codeSpan } from "./escape.ts";

/** `path:line`, as a link where the host knows one. The text is code, so nothing in a path is read as Markdown. */
export function place(path: string, line: number, url: ((path: string, line: number) => string) | null): string {
  const text = codeSpan(`${path}:${line}`);
  return url ? `[${text}](${url(path, line)})` : text;
}
