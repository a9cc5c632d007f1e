import { marked } from "marked";
import type { Log } from "sarif";

/** GitHub Flavoured Markdown as HTML. */
export const toHtml = (markdown: string): string => marked.parse(markdown, { gfm: true, async: false });

const LANGUAGES = "text|python|yaml|shell|mermaid|suggestion";
/** All that a report of ours is made of; an attribute more is another tag. */
const TAG = new RegExp(
  [
    "</?(?:p|strong|em|code|pre|table|thead|tbody|tr|th|td|h3|ul|li|details|summary|sub)>",
    '<t[hd] align="right">',
    '<a href="[^"<>]*">|</a>',
    `<code class="language-(?:${LANGUAGES})">`,
    "<br>",
    "<!-- ecocompute(?:-report|-suggestion)?:[^<>]*-->",
    "<!-- ecocompute-state [^<>]*-->",
  ].join("|"),
  "y",
);

export interface Parts {
  /** Tags in their order, without the targets of links. */
  readonly skeleton: readonly string[];
  readonly links: readonly string[];
  /** What a reader sees outside of code and links, where GitHub makes links and mentions of text. */
  readonly texts: readonly string[];
  /** A `<` that begins none of our tags. */
  readonly foreign: readonly string[];
}

const CLOSED = /^<(code|pre|a)\b/;
const FOREIGN_SHOWN = 60;

export function partsOf(html: string): Parts {
  const parts = { skeleton: [] as string[], links: [] as string[], texts: [] as string[], foreign: [] as string[] };
  let depth = 0;
  let at = 0;
  while (at < html.length) {
    const next = html.indexOf("<", at);
    const end = next < 0 ? html.length : next;
    if (end > at && depth === 0) parts.texts.push(decode(html.slice(at, end)));
    if (next < 0) break;
    TAG.lastIndex = next;
    const tag = TAG.exec(html)?.[0];
    if (tag === undefined) {
      parts.foreign.push(html.slice(next, next + FOREIGN_SHOWN));
      at = next + 1;
      continue;
    }
    if (CLOSED.test(tag)) depth += 1;
    else if (/^<\/(code|pre|a)>/.test(tag)) depth -= 1;
    const href = /^<a href="([^"]*)"/.exec(tag)?.[1];
    if (href !== undefined) parts.links.push(decode(href));
    parts.skeleton.push(href === undefined ? tag.replace(/^<!--.*/s, "<!-- -->") : "<a>");
    at = next + tag.length;
  }
  return parts;
}

const NAMED: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"' };
const decode = (html: string): string =>
  html.replace(/&(?:#(\d+)|#x([0-9a-f]+)|([a-z]+));/gi, (all, decimal, hex, name) => {
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
    if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
    return NAMED[name] ?? all;
  });

/** Where GitHub makes a link, a mention or a reference of plain text. */
const ACTING: readonly RegExp[] = [
  /@[\p{L}\p{N}_]/iu,
  /#\d/,
  /\bGH-\d/i,
  /\b(?:https?|ftp):\/\//i,
  /\bwww\./i,
  /(?<![\p{L}\p{N}_])(?=\d{0,39}[a-f])[0-9a-f]{7,40}(?![\p{L}\p{N}_])/iu,
  /(?<![\p{L}\p{N}_])\d{40}(?![\p{L}\p{N}_])/u,
];

const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

/** What is wrong with a body; empty when all that is not ours is text. */
export function wrongWith(body: string, isOurLink: (href: string) => boolean, ourShas: readonly string[]): string[] {
  const { links, texts, foreign } = partsOf(toHtml(body));
  const withoutOurs = (text: string) => ourShas.reduce((rest, sha) => rest.replaceAll(sha.slice(0, 7), ""), text);
  const acting = texts.flatMap((text) => {
    const match = ACTING.map((pattern) => pattern.exec(withoutOurs(text))?.[0]).find((each) => each !== undefined);
    return match === undefined ? [] : [`${JSON.stringify(match)} acts in ${JSON.stringify(text.slice(0, 200))}`];
  });
  const unseen = INVISIBLE.exec(body.replaceAll(/[\n\t]/g, ""))?.[0];
  return [
    ...foreign.map((tag) => `not ours: ${tag}`),
    ...links.filter((href) => !isOurLink(href)).map((href) => `a link to ${href}`),
    ...acting,
    ...(unseen === undefined ? [] : [`an invisible U+${unseen.codePointAt(0)?.toString(16)}`]),
  ];
}

/** Texts of a SARIF log that are no plain text, and places that lead out of the repository. */
export function wrongInSarif(text: string): string[] {
  const log: Log = JSON.parse(text);
  const [{ results = [], invocations = [] } = {}] = log.runs;
  const found: string[] = [];
  let seen = 0;
  JSON.stringify([results, invocations], (key, value) => {
    // What a fix inserts is a line of the file.
    if (key === "insertedContent" || typeof value !== "string") return key === "insertedContent" ? null : value;
    seen += 1;
    if (INVISIBLE.test(value)) found.push(`${key}: an invisible character`);
    if (key === "uri" && !new URL(value, "file:///src/").href.startsWith("file:///src/")) found.push(`uri: ${value}`);
    const isText = key === "text" || key === "justification";
    if (isText && /[[\]]/.test(value.replaceAll(/\\[\\[\]]/g, ""))) found.push(`${key}: a link`);
    return value;
  });
  return seen > 20 ? found : ["no texts"];
}

/** Lines of a log that the runner or a terminal would take for a command that is not ours. */
export const wrongInLog = (log: string): string[] =>
  log
    .split("\n")
    .filter(
      (line) =>
        INVISIBLE.test(line) ||
        line.includes("##[") ||
        (/^\s*::/.test(line) &&
          !/^::(?:error|warning|notice)(?: (?:title|file|line|endLine)=[^:,]*(?:,(?:title|file|line|endLine)=[^:,]*)*)?::/.test(
            line,
          )),
    );
