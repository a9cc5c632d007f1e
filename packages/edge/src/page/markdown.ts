import type { Catalogue } from "@ecocompute/engine";
import { Marked } from "marked";
import { escapeHtml } from "./escape-html.ts";
import { EVIDENCE_ID } from "./linked-text.tsx";

/** Links of our own Markdown lead to pages here or to a source; nothing else becomes a link. */
const isLink = (href: string): boolean => /^(\/(?!\/)|https:\/\/)/.test(href);

const withEvidence = (isEvidence: (id: string) => boolean) =>
  new Marked({
    gfm: true,
    renderer: {
      // Reports hold names that a request gave: HTML in them is text.
      html: ({ text }) => escapeHtml(text),
      image: ({ text }) => escapeHtml(text),
      link({ href, tokens }) {
        const text = this.parser.parseInline(tokens);
        return isLink(href) ? `<a href="${escapeHtml(href)}">${text}</a>` : text;
      },
      codespan({ text }) {
        const code = `<code>${escapeHtml(text)}</code>`;
        return isEvidence(text) ? `<a href="/evidence/${encodeURIComponent(text)}">${code}</a>` : code;
      },
      table(token) {
        const head = token.header
          .map((cell) => `<th scope="col">${this.parser.parseInline(cell.tokens)}</th>`)
          .join("");
        const name = escapeHtml(token.header.map((cell) => cell.text).join(", "));
        const rows = token.rows.map(
          (row) => `<tr>${row.map((cell) => `<td>${this.parser.parseInline(cell.tokens)}</td>`).join("")}</tr>`,
        );
        return `<section class="scroll" tabindex="0" aria-label="Table: ${name}"><table><thead><tr>${head}</tr></thead><tbody>${rows.join("")}</tbody></table></section>`;
      },
    },
  });

const parsers = new WeakMap<Catalogue, Marked>();

/** A report's Markdown as HTML, its measurements linked, without anything that a request could have smuggled in. */
export function markdownToHtml(markdown: string, catalogue: Catalogue): string {
  const parser = parsers.get(catalogue) ?? withEvidence((id) => catalogue.measurementById.has(id));
  parsers.set(catalogue, parser);
  return withLinkedText(parser.parse(markdown, { async: false }), catalogue);
}

const PART = /<(\/?)(a|code|pre)\b[^>]*>|<[^>]*>|[^<]+/g;
const IDS = new RegExp(EVIDENCE_ID, "g");

/** Measurements that a sentence names are links too; what stands in a link or in code stays as it is. */
function withLinkedText(html: string, catalogue: Catalogue): string {
  let inside = 0;
  return html.replace(PART, (part, closing: string | undefined, tag: string | undefined) => {
    if (tag !== undefined) inside += closing === "/" ? -1 : 1;
    if (part.startsWith("<") || inside > 0) return part;
    return part.replace(IDS, (id) => (catalogue.measurementById.has(id) ? `<a href="/evidence/${id}">${id}</a>` : id));
  });
}
