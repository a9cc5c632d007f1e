import type { Basis } from "../domain/estimate.ts";
import type { Warning } from "../domain/problem.ts";
import type { Configuration } from "../domain/request.ts";
import { codeSpan } from "./escape.ts";
import { prose } from "./prose.ts";

/** A list of sentences, or the one that stands where there are none. */
export const bullets = (sentences: readonly string[], none: string): string =>
  (sentences.length > 0 ? sentences : [none]).map((sentence) => `- ${prose(sentence)}`).join("\n");

/** What the request did not say and the answer rests on. */
function assumedText(c: Configuration): string[] {
  if (c.assumed.length === 0) return [];
  const values = new Map<string, unknown>(Object.entries(c));
  const shown = c.assumed.map((name) => codeSpan(`${name}=${String(values.get(name) ?? "default")}`));
  return [`- Assumed, because the request does not say: ${shown.join(", ")}`];
}

/** Their field says it already, in the reader's words. */
const SAID_BY_THE_FIELD = new Set(["no-electricity-price", "no-grid-intensity"]);

/** Warnings as sentences. */
export const sentencesOf = (warnings: readonly Warning[]): string[] =>
  warnings.filter(({ code }) => !SAID_BY_THE_FIELD.has(code)).map(({ message }) => message);

/** Warnings, notes behind the numbers and assumptions, each once. */
export function noteLines(sentences: readonly string[], bases: readonly (Basis | null)[], c: Configuration): string[] {
  const told = new Set([...sentences, ...together(bases)]);
  return [...[...told].map((sentence) => `- ${prose(sentence)}`), ...assumedText(c)];
}

/** Notes that differ only in the row that they speak of are said once. */
function together(bases: readonly (Basis | null)[]): string[] {
  const groups = new Map<string, { readonly note: string; readonly others: string[] }>();
  for (const basis of bases) {
    const id = basis?.evidence[0] ?? "";
    for (const note of basis?.notes ?? []) {
      const key = id === "" ? note : note.replaceAll(id, "");
      const group = groups.get(key);
      if (!group) groups.set(key, { note, others: [] });
      else if (key !== note && !group.note.includes(id) && !group.others.includes(id)) group.others.push(id);
    }
  }
  return [...groups.values()].map(({ note, others }) =>
    others.length === 0 ? note : `${note} The same holds for ${others.join(", ")}.`,
  );
}

/** The same under a title that is no heading: the skill's headings stay alone. Empty where nothing is to be said. */
export function notes(warnings: readonly Warning[], bases: readonly (Basis | null)[], c: Configuration): string {
  const lines = noteLines(sentencesOf(warnings), bases, c);
  return lines.length === 0 ? "" : `**Notes**\n\n${lines.join("\n")}`;
}

/** Parts as one text, a blank line between them; empty ones are left out. */
export const compose = (parts: readonly string[]): string => `${parts.filter((part) => part !== "").join("\n\n")}\n`;

/** Where each number can be looked up: this project's own pages. */
export const closing = (datasetVersion: string): string =>
  `Ranges are 90 % intervals. Energy is gross GPU-board energy, idle power included. Evidence: \`/v1/evidence/<id>\` · claims: \`/v1/claims\` · method and data: \`data/README.md\` · dataset ${codeSpan(datasetVersion)}`;
