import { closest, distance } from "fastest-levenshtein";
import { MAX_RECEIVED_LENGTH } from "./limits.ts";

/** The user's text as an error may repeat it. */
export const cut = (text: string): string => text.slice(0, MAX_RECEIVED_LENGTH);

/** `{ did_you_mean }` when a candidate is near enough to be a slip of the finger, else nothing: made for spreading. */
export function suggest(received: string, candidates: readonly string[]): { readonly did_you_mean?: string } {
  const word = cut(received).toLowerCase();
  if (word === "" || candidates.length === 0) return {};
  const longer = candidates.find((candidate) => candidate.toLowerCase().startsWith(word));
  if (longer !== undefined) return { did_you_mean: longer };
  const nearest = closest(word, candidates);
  return distance(word, nearest.toLowerCase()) <= Math.max(2, word.length / 3) ? { did_you_mean: nearest } : {};
}
