/** One word of a command line; `text` is null where a part of it is not known. */
export interface ShellWord {
  readonly text: string | null;
  /** As written, for messages and for finding its place. */
  readonly raw: string;
  /** Offsets into the script; what comes out of a variable stands where the variable is used, items of an array where they are written. */
  readonly start: number;
  readonly end: number;
}

/** Values of variables; a name that maps to null is set to something unknown. */
export type Variables = ReadonlyMap<string, string | null>;
export type ShellValue = string | null | readonly ShellWord[];

/** What a script has set so far, and what it may still cost. */
export interface ShellState {
  readonly variables: Map<string, ShellValue>;
  /** Arguments of the function that runs; null: of the script itself, which has none by default; "unknown": of a function that nothing calls. */
  readonly positional: readonly (string | null)[] | "unknown" | null;
  readonly budget: { words: number };
  /** The script is written by a heredoc that replaces variables: single quotes are plain text to it. */
  readonly inHeredoc?: boolean;
}

/** Longer values are no flag of an engine; a variable made of itself doubles at each assignment. */
export const MAX_TEXT = 4_096;
export const MAX_EXPANDED = 65_536;
const MAX_ARRAY = 500;

/** `NAME=value`, `NAME+=value`. */
export function assign(state: ShellState, name: string, value: ShellValue, append: boolean): void {
  const { variables } = state;
  const before = variables.get(name);
  if (!append) variables.set(name, bounded(value));
  else if (Array.isArray(value)) {
    const items: readonly ShellWord[] = typeof before === "object" && before !== null ? before : [];
    variables.set(name, bounded([...items, ...(value as readonly ShellWord[])]));
  } else if (typeof value === "string" && (typeof before === "string" || before === undefined)) {
    variables.set(name, bounded((before ?? "") + value));
  } else variables.set(name, null);
}

function bounded(value: ShellValue): ShellValue {
  if (typeof value === "string") return value.length <= MAX_TEXT ? value : null;
  return value === null || value.length <= MAX_ARRAY ? value : null;
}

export const textOf = (value: ShellValue | undefined): string | null | undefined => {
  if (value === undefined || value === null || typeof value === "string") return value;
  const texts = value.map(({ text }) => text);
  return texts.includes(null) ? null : texts.join(" ");
};
