import { closest } from "fastest-levenshtein";

/** Characters of the user's text that an error repeats. */
export const RECEIVED_MAX = 64;
/** A suggestion further away than this share of its own length is no help. */
const SUGGESTION_MAX_DISTANCE = 0.5;

/** The beginning of an allowed name means that name, from this many characters on. */
const PREFIX_MIN = 3;

/** What was received, as text of at most 64 characters. */
export function shown(value: unknown): string {
  // JSON has no infinity.
  const text = typeof value === "object" ? (JSON.stringify(value) ?? String(value)) : String(value);
  return text.length > RECEIVED_MAX ? `${text.slice(0, RECEIVED_MAX - 1)}…` : text;
}

/** The allowed name that `received` most likely meant, or undefined. Compares without case and punctuation. */
export function didYouMean(received: string, allowed: readonly string[]): string | undefined {
  if (received.length === 0 || received.length > RECEIVED_MAX * 2 || allowed.length === 0) return undefined;
  const simplify = (text: string) => text.toLowerCase().replace(/[^a-z0-9.]/g, "");
  const wanted = simplify(received);
  if (wanted === "") return undefined;
  const simplified = allowed.map(simplify);
  const longer = wanted.length < PREFIX_MIN ? [] : simplified.filter((name) => name.startsWith(wanted));
  const best = closest(wanted, longer.length > 0 ? longer : simplified);
  const index = simplified.indexOf(best);
  const suggestion = allowed[index];
  if (suggestion === undefined) return undefined;
  const shared = [...best].filter((character) => wanted.includes(character)).length;
  const near = shared >= Math.ceil(best.length * SUGGESTION_MAX_DISTANCE) && best[0] === wanted[0];
  return near || best.includes(wanted) ? suggestion : undefined;
}
