import type { Representation } from "./reply.ts";

const MAX_ENTRIES = 512;
const MAX_CHARACTERS = 8 * 1024 * 1024;

/** What this isolate answered, the least recently asked leaving first. The catalogue is fixed in an isolate, so an answer stays true. */
export interface AnswerCache {
  get(key: string): Representation | undefined;
  set(key: string, answer: Representation): void;
}

export function answerCache(): AnswerCache {
  const kept = new Map<string, Representation>();
  let characters = 0;
  const weight = (key: string, { body }: Representation): number => key.length + body.length;
  return {
    get: (key) => {
      const found = kept.get(key);
      if (found) {
        kept.delete(key);
        kept.set(key, found);
      }
      return found;
    },
    set: (key, answer) => {
      kept.set(key, answer);
      characters += weight(key, answer);
      for (const [oldest, value] of kept) {
        if (kept.size <= MAX_ENTRIES && characters <= MAX_CHARACTERS) return;
        kept.delete(oldest);
        characters -= weight(oldest, value);
      }
    },
  };
}
