import { expect, test } from "vitest";
import { row } from "../../../../test/support/toy-evidence.ts";
import { smallService } from "../small-service.test-data.ts";
import { markdownToHtml } from "./markdown.ts";

const { catalogue } = smallService();
const known = {
  ...catalogue,
  measurementById: new Map([
    ["toy-0001", row({ id: "toy-0001" })],
    ["eco-a800-0001", row({ id: "eco-a800-0001" })],
  ]),
};
const html = (markdown: string) => markdownToHtml(markdown, known).trim();

test("a measurement is a link in a sentence and as code; no other name is", () => {
  const link = '<a href="/evidence/eco-a800-0001">';
  expect(html("From eco-a800-0001, not eco-a800-0002.")).toBe(
    `<p>From ${link}eco-a800-0001</a>, not eco-a800-0002.</p>`,
  );
  expect(html("`eco-a800-0001`")).toBe(`<p>${link}<code>eco-a800-0001</code></a></p>`);
});

test("what stands in a link or in a block of code stays as it is", () => {
  expect(html("[see eco-a800-0001](/claims)")).toBe('<p><a href="/claims">see eco-a800-0001</a></p>');
  expect(html("```\neco-a800-0001\n```")).not.toContain("/evidence/");
});

test("hostile text stays text", () => {
  expect(html("<img src=x> [x](javascript:alert(1)) ![y](http://z) eco-a800-0001<b>")).not.toMatch(
    /<img|<b>|javascript/,
  );
});
