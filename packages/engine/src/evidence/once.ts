/** Each answer found once; the memory goes with the returned function, so it is for the work on one question. */
export function once<K, T>(find: (key: K) => T): (key: K) => T {
  const known = new Map<K, T>();
  return (key) => {
    const cached = known.get(key);
    if (cached !== undefined) return cached;
    const found = find(key);
    known.set(key, found);
    return found;
  };
}
