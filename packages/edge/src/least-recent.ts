/** A bounded memory, the least recently asked leaving first. */
export interface Memory<T> {
  get(key: string): T | undefined;
  set(key: string, value: T): void;
}

/** Holds up to `maxEntries` values of together `maxWeight`. */
export function leastRecent<T>(maxEntries: number, maxWeight: number, weightOf: (value: T) => number): Memory<T> {
  const kept = new Map<string, T>();
  let weight = 0;
  const drop = (key: string): void => {
    const value = kept.get(key);
    if (value !== undefined && kept.delete(key)) weight -= key.length + weightOf(value);
  };
  return {
    get: (key) => {
      const found = kept.get(key);
      if (found !== undefined) {
        kept.delete(key);
        kept.set(key, found);
      }
      return found;
    },
    set: (key, value) => {
      drop(key);
      kept.set(key, value);
      weight += key.length + weightOf(value);
      for (const oldest of kept.keys()) {
        if (kept.size <= maxEntries && weight <= maxWeight) return;
        drop(oldest);
      }
    },
  };
}
