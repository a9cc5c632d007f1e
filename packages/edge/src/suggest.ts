import { didYouMean } from "@ecocompute/engine";
import { MAX_RECEIVED_LENGTH } from "./limits.ts";

/** The user's text as an error may repeat it. */
export const cut = (text: string): string => text.slice(0, MAX_RECEIVED_LENGTH);

/** `{ did_you_mean }` when one of the candidates was most likely meant, else nothing: made for spreading. */
export function suggest(received: string, candidates: readonly string[]): { readonly did_you_mean?: string } {
  const meant = didYouMean(received, candidates);
  return meant === undefined ? {} : { did_you_mean: meant };
}
