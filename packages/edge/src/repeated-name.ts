/** A name in an object (a string before a colon), or where an object begins or ends. */
const PART = /"([^"\\]*(?:\\.[^"\\]*)*)"(?:[ \t\n\r]*(:))?|[{}]/g;

/** A name that valid JSON gives twice in one object, of which JSON.parse keeps the last unsaid; null where none is. Linear. */
export function repeatedName(json: string): string | null {
  const objects: Set<string>[] = [];
  for (const [part, written, colon] of json.matchAll(PART)) {
    if (part === "{") objects.push(new Set());
    else if (part === "}") objects.pop();
    else if (colon !== undefined) {
      const name: string = JSON.parse(`"${written}"`);
      const names = objects.at(-1);
      if (names?.has(name)) return name;
      names?.add(name);
    }
  }
  return null;
}
