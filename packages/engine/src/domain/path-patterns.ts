/** Does one path segment match one pattern segment of `*`, `?` and letters? Linear in their product. */
function segmentMatches(segment: string, pattern: string): boolean {
  let s = 0;
  let p = 0;
  let star = -1;
  let resume = 0;
  while (s < segment.length) {
    if (pattern[p] === "*") {
      star = p++;
      resume = s;
    } else if (p < pattern.length && (pattern[p] === "?" || pattern[p] === segment[s])) {
      s++;
      p++;
    } else if (star >= 0) {
      p = star + 1;
      s = ++resume;
    } else return false;
  }
  while (pattern[p] === "*") p++;
  return p === pattern.length;
}

/** `**` stands for any number of folders, none included; names with a leading dot match like all others. */
export function pathMatches(path: string, pattern: string): boolean {
  const segments = path.split("/");
  const parts = pattern.split("/");
  // reachable[j]: the segments so far match the first j parts.
  let reachable = parts.map(() => false).concat(false);
  reachable[0] = true;
  const skipEmpty = (state: boolean[]) => {
    for (const [j, part] of parts.entries()) if (part === "**" && state[j]) state[j + 1] = true;
    return state;
  };
  reachable = skipEmpty(reachable);
  for (const segment of segments) {
    const next = reachable.map(() => false);
    for (const [j, part] of parts.entries()) {
      if (!reachable[j]) continue;
      if (part === "**") next[j] = true;
      else if (segmentMatches(segment, part)) next[j + 1] = true;
    }
    reachable = skipEmpty(next);
  }
  return reachable[parts.length] === true;
}

/** The last pattern that matches decides; `!pattern` excludes. Patterns that only exclude start from everything. */
export function isSelected(path: string, patterns: readonly string[]): boolean {
  let selected = patterns.every((pattern) => pattern.startsWith("!"));
  for (const pattern of patterns) {
    const excludes = pattern.startsWith("!");
    if (pathMatches(path, excludes ? pattern.slice(1) : pattern)) selected = !excludes;
  }
  return selected;
}
