// The golden comment as GitHub shows it, for the README: an SVG that follows the reader's light or dark theme.
import { marked } from "marked";

const WIDTH = 880;
const LINE = 21;
/** Characters of a line of text at this width and size. */
const CHARACTERS = 118;
const PAD = 34;

const STYLE = `
  .c { font: 14px/1.5 -apple-system, "Segoe UI", "Noto Sans", Helvetica, Arial, sans-serif; color: #1f2328; background: #fff;
       border: 1px solid #d1d9e0; border-radius: 6px; padding: 12px 16px; box-sizing: border-box; width: 100%; height: 100%; overflow: hidden; }
  .c p, .c ul { margin: 0 0 12px; } .c ul { padding-left: 22px; } .c h3 { font-size: 17px; margin: 4px 0 10px; }
  .c code { font: 12px ui-monospace, SFMono-Regular, Menlo, monospace; background: #818b981f; border-radius: 6px; padding: 2px 5px; }
  .c table { border-collapse: collapse; margin: 0 0 14px; } .c th, .c td { border: 1px solid #d1d9e0; padding: 5px 11px; }
  .c tr:nth-child(2n) { background: #f6f8fa; }
  @media (prefers-color-scheme: dark) {
    .c { color: #f0f6fc; background: #0d1117; border-color: #3d444d; } .c th, .c td { border-color: #3d444d; }
    .c code { background: #656c7633; } .c tr:nth-child(2n) { background: #151b23; }
  }`;

/** What is seen before anything is unfolded; without its marker and its links. */
export function visiblePart(golden: string): string {
  const shown = golden.replace(/^<!--.*?-->\n/, "").replace(/\[(`[^`]*`)\]\(https:[^)]*\)/g, "$1");
  const folded = shown.indexOf("<details>");
  return (folded < 0 ? shown : shown.slice(0, folded)).trim();
}

/** The height that the text takes: rows of tables, wrapped lines, headings. */
function heightOf(markdown: string): number {
  const lines = markdown.split("\n").filter((line) => line !== "" && !/^\|[-:|]+\|$/.test(line));
  const heights = lines.map((line) => {
    if (line.startsWith("|")) return line.includes("<br>") ? 53 : 32;
    if (line.startsWith("#")) return 40;
    return Math.ceil(line.length / CHARACTERS) * LINE + (line.startsWith("- ") ? 0 : 12);
  });
  return heights.reduce((total, height) => total + height, PAD);
}

export function commentImage(golden: string): string {
  const markdown = visiblePart(golden);
  // An SVG is XML: empty elements are closed.
  const html = marked.parse(markdown, { gfm: true, async: false }).replaceAll("<br>", "<br/>").trim();
  const height = heightOf(markdown);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}">
<title>A comment of EcoCompute on a pull request</title>
<style>${STYLE}
</style>
<foreignObject width="${WIDTH}" height="${height}"><div xmlns="http://www.w3.org/1999/xhtml" class="c">
${html}
</div></foreignObject>
</svg>
`;
}
