// C3: a link that leads nowhere is found before a reader finds it.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { marked, type Token } from "marked";
import { describe, expect, test } from "vitest";
import { app } from "./support/ask-edge.ts";

const ROOT = resolve(import.meta.dirname, "..");
const DOCUMENTS = [
  "README.md",
  "CONTRIBUTING.md",
  "CHANGELOG.md",
  "data/README.md",
  "data/LICENSES.md",
  "measure/README.md",
  ...readdirSync(join(ROOT, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];
const textOf = (path: string): string => readFileSync(join(ROOT, path), "utf8");

/** Every target of a link or an image in Markdown, those in HTML too. */
function targets(markdown: string): string[] {
  const found: string[] = [];
  marked.walkTokens(marked.lexer(markdown), (token: Token) => {
    if (token.type === "link" || token.type === "image") found.push(token.href);
    if (token.type === "html")
      found.push(...[...token.text.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, to = ""]) => to));
  });
  return found;
}

/** Anchors as GitHub makes them of headings, and those that stand in the text. */
function anchors(markdown: string): ReadonlySet<string> {
  const found = new Set([...markdown.matchAll(/<a (?:id|name)="([^"]+)"/g)].map(([, id = ""]) => id));
  const seen = new Map<string, number>();
  marked.walkTokens(marked.lexer(markdown), (token: Token) => {
    if (token.type !== "heading") return;
    const slug = token.text
      .toLowerCase()
      .replace(/<[^>]*>|[^\p{L}\p{N} _-]/gu, "")
      .trim()
      .replaceAll(" ", "-");
    const times = seen.get(slug) ?? 0;
    seen.set(slug, times + 1);
    found.add(times === 0 ? slug : `${slug}-${times}`);
  });
  return found;
}

describe("C3 links of the repository's documents", () => {
  test.each(DOCUMENTS)("%s: files are there, with the headings that are linked", (document) => {
    const broken = targets(textOf(document)).filter((target) => {
      if (/^[a-z]+:/.test(target)) return false;
      const [path = "", fragment] = target.split("#", 2);
      const file = path === "" ? document : join(dirname(document), decodeURIComponent(path));
      if (!existsSync(join(ROOT, file))) return true;
      if (fragment === undefined || statSync(join(ROOT, file)).isDirectory()) return false;
      return file.endsWith(".md") && !anchors(textOf(file)).has(fragment);
    });
    expect(broken).toEqual([]);
  });

  test("what they say of localhost:8787 is served", async () => {
    const paths = DOCUMENTS.flatMap((document) =>
      [...textOf(document).matchAll(/localhost:8787([^\s'"`),]*)/g)].map(([, path = ""]) => path || "/"),
    );
    expect(paths.length).toBeGreaterThan(3);
    for (const path of paths) expect((await app.request(path)).status, path).toBe(path === "/mcp" ? 405 : 200);
  });

  test("what they say of the API's paths exists", async () => {
    const paths = new Set(
      DOCUMENTS.flatMap((document) =>
        [...textOf(document).matchAll(/`(\/(?:v1\/)?[a-z][a-z./-]*[a-z])`/g)].map(([, path = ""]) => path),
      ),
    );
    expect(paths.size).toBeGreaterThan(8);
    for (const path of paths) expect((await app.request(path)).status, path).not.toBe(404);
  });
});

describe("C3 links of what is served to agents", () => {
  const ORIGIN = "http://localhost";
  /** Places that prose leaves open. */
  const EXAMPLE: Readonly<Record<string, string>> = {
    protocol: "estimate",
    id: "eco-a800-batch-0215-0004",
    "name>=<value": "model_id=Mistral-7B",
  };

  test.each([
    "/",
    "/llms.txt",
    "/llms-full.txt",
    "/SKILL.md",
    "/robots.txt",
    "/sitemap.xml",
    "/.well-known/api-catalog",
  ])("%s: every address in it answers, also in prose", async (document) => {
    const text = await (await app.request(document)).text();
    const urls = [...new Set(text.match(/http:\/\/localhost[^\s"'`)]*/g) ?? [])].map((url) =>
      url
        .replace(/[.,;:]$/, "")
        .replace(/<\/?loc>.*$/, "")
        .replace(/[<{](\w+)[>}]/g, (whole, name: string) => EXAMPLE[name] ?? whole),
    );
    expect(urls.length).toBeGreaterThan(0);
    for (const url of urls) {
      const { pathname, search } = new URL(url, ORIGIN);
      const { status } = await app.request(pathname + search);
      // /mcp and an audit take POST; a protocol without a question says what it needs; an example of a refusal is one.
      const expected =
        pathname === "/mcp" || pathname === "/v1/audit" ? [405] : pathname.startsWith("/v1/") ? [200, 422] : [200];
      expect(expected, `${url} is ${status}`).toContain(status);
    }
  });

  test.each([
    "/.well-known/openid-configuration",
    "/.well-known/security.txt",
    "/.well-known/",
    "/.well-known/mcp.json",
  ])("%s is a 404, for a browser too", async (path) => {
    for (const accept of ["*/*", "text/html,*/*;q=0.8"]) {
      expect((await app.request(path, { headers: { accept } })).status).toBe(404);
    }
  });
});

describe("C3 links of the pages", () => {
  test.each([
    "/",
    "/diagnose",
    "/audit",
    "/claims",
    "/evidence",
    "/accuracy",
    "/rules",
    "/docs",
    "/evidence/eco-a800-batch-0215-0004",
  ])("%s: every link and fragment leads somewhere", async (path) => {
    const page = async (at: string) => {
      const response = await app.request(at, { headers: { accept: "text/html,*/*;q=0.8" } });
      return { status: response.status, text: await response.text() };
    };
    const { text } = await page(path);
    const hrefs = new Set(
      [...text.matchAll(/<a [^>]*href="([^"]+)"/g)].map(([, href = ""]) => href.replaceAll("&amp;", "&")),
    );
    expect(hrefs.size).toBeGreaterThan(9);
    for (const href of [...hrefs].slice(0, 120)) {
      if (/^[a-z]+:/.test(href)) continue;
      const [to = "", fragment] = href.split("#", 2);
      const target = to === "" ? { status: 200, text } : await page(to);
      expect(target.status, href).toBeLessThan(href.startsWith("/v1/") ? 423 : 300);
      if (fragment) expect(target.text, href).toContain(`id="${fragment}"`);
    }
  });
});
