import type { FileText } from "../domain/deployment.ts";
import { scalarIn, textOrigin } from "./text-node.ts";
import type { YamlNode } from "./yaml-tree.ts";

const LINE = /^[ \t]{0,20}(?:export[ \t]{1,20})?([A-Za-z_][\w.-]{0,200})[ \t]{0,20}=[ \t]{0,20}/;
const MAX_LINES = 5_000;

/** The variables of an `.env` file, each where its value stands: `NAME=value`, quotes taken off, comments left out. */
export function envFileVariables(file: FileText): readonly (readonly [string, YamlNode])[] {
  const origin = textOrigin(file.path, file.content);
  const found: (readonly [string, YamlNode])[] = [];
  let start = 0;
  for (const line of file.content.split("\n").slice(0, MAX_LINES)) {
    const match = LINE.exec(line.slice(0, 4_000));
    const name = match?.[1];
    if (match && name !== undefined) {
      const from = match[0].length;
      const { value, end } = valueIn(line.trimEnd(), from);
      found.push([name, scalarIn(origin, start + from, start + end, value)]);
    }
    start += line.length + 1;
  }
  return found;
}

function valueIn(line: string, from: number): { readonly value: string; readonly end: number } {
  const quote = line.charAt(from);
  const close = quote === '"' || quote === "'" ? line.indexOf(quote, from + 1) : -1;
  if (close > from) return { value: line.slice(from + 1, close), end: close + 1 };
  const comment = line.indexOf(" #", from);
  const end = comment < 0 ? line.length : comment;
  const value = line.slice(from, end).trimEnd();
  return { value, end: from + value.length };
}
