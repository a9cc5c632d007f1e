const open = (name: string): string => `<!-- generated:${name} -->`;
const CLOSE = "<!-- /generated -->";

/**
 * Puts `content` between `<!-- generated:NAME -->` and the next `<!-- /generated -->` of a hand-written text.
 * Throws when the text has no such block: a renamed marker must not leave a stale one behind.
 */
export function replaceGeneratedBlock(text: string, name: string, content: string): string {
  const start = text.indexOf(open(name));
  const end = text.indexOf(CLOSE, start);
  if (start < 0 || end < 0) throw new Error(`expected a block ${open(name)} … ${CLOSE}`);
  return `${text.slice(0, start)}${open(name)}\n${content.trim()}\n${text.slice(end)}`;
}

/** A GFM table; cells are one line and escape their bars. */
export function markdownTable(header: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]): string =>
    `| ${cells.map((cell) => String(cell).replaceAll("|", "\\|").replaceAll("\n", " ")).join(" | ")} |`;
  const rule = header.map((_, column) => (rows.every((row) => typeof row[column] === "number") ? "---:" : "---"));
  return [line(header), line(rule), ...rows.map(line)].join("\n");
}
