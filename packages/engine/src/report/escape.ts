/** Longest text of a file that a report repeats, in UTF-16 units. */
const SHOWN = 300;

/** Invisible characters: controls, bidirectional overrides, zero-width and tag characters, lone surrogates. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** A zero-width space as an entity: it parts what GitHub would link or notify, and does not show. */
export const PART = "&#8203;";

/** What GitHub takes for the id of a commit: a run of hexadecimal digits that is no plain number. */
const COMMIT = /(?<![\p{L}\p{N}])(?:\d{40}|(?=\d{0,39}[a-f])[0-9a-f]{7,40})(?![\p{L}\p{N}])/giu;

/** Parts what would become the link of a commit. Adds entities. */
const partCommits = (text: string): string => text.replace(COMMIT, (sha) => sha.replace(/.{6}(?=.)/g, `$&${PART}`));

/** Markdown in which nothing links or notifies by itself: no address, @mention, commit or GH-123. Entities are added: the last step. */
export const unlinked = (markdown: string): string =>
  partCommits(
    markdown
      .replaceAll("@", `@${PART}`)
      .replace(/:(?=\/\/)/g, `:${PART}`)
      .replace(/www\./gi, (www) => `${www.slice(0, 3)}${PART}.`)
      .replace(/\bGH(?=-\d)/gi, `$&${PART}`),
  );

/** One line of at most `max` characters without invisible ones. */
export function tame(text: string, max: number = SHOWN): string {
  // Cut first: the work is bounded by what is shown, not by what was sent.
  const cut = text.length > max ? `${text.slice(0, max - 1)}…` : text;
  return cut.replace(/\s+/g, " ").trim().replace(INVISIBLE, "\uFFFD");
}

/**
 * Text from a file or a user as one line of plain Markdown text: no markup, HTML, link, @mention, #123 or table cell
 * of its own. At most `max` characters.
 */
export function escapeMarkdown(text: string, max: number = SHOWN): string {
  const escaped = tame(text, max)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replace(/[\\`*_[\]|~$]/g, "\\$&")
    .replace(/^[-+=]/, "\\$&")
    .replace(/^(\d{1,9})([.)])/, "$1\\$2");
  // `#` before entities are added, for they hold one.
  return unlinked(escaped.replaceAll("#", `\\#${PART}`));
}

/** Text from a file or a user as inline code, in a sentence or in a table cell. At most 300 characters. */
export function codeSpan(text: string): string {
  const shown = tame(text);
  if (shown === "") return "(empty)";
  // A table splits at `|` even inside backticks: HTML code with entities is safe in both places.
  if (shown.includes("|")) {
    return `<code>${shown.replace(/[^\p{L}\p{N} ]/gu, (c) => `&#${c.codePointAt(0)};`)}</code>`;
  }
  const runs = shown.match(/`+/g) ?? [];
  const fence = "`".repeat(Math.max(0, ...runs.map((run) => run.length)) + 1);
  const pad = shown.startsWith("`") || shown.endsWith("`") ? " " : "";
  return `${fence}${pad}${shown}${pad}${fence}`;
}

/** What a fenced block is said to hold, for its colours. */
type Language = "python" | "yaml" | "shell" | "text";
export function languageOf(path: string): Language {
  if (/\.(?:pyi?|ipynb)$/i.test(path)) return "python";
  if (/\.(?:sh|bash|sbatch)$/i.test(path)) return "shell";
  return /\.ya?ml$/i.test(path) ? "yaml" : "text";
}

/** Code from a file or a fix as a fenced block that its content cannot close. At most `max` characters. */
export function codeBlock(code: string, language: Language = "text", max = 2000): string {
  const cut = code.length > max ? `${code.slice(0, max - 1)}…` : code;
  const shown = cut.replace(/\r\n?/g, "\n").replace(INVISIBLE, (c) => (c === "\n" || c === "\t" ? c : "\uFFFD"));
  const runs = shown.match(/`{3,}/g) ?? [];
  const fence = "`".repeat(Math.max(2, ...runs.map((run) => run.length)) + 1);
  return `${fence}${language}\n${shown}\n${fence}`;
}
