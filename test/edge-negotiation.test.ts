// What an answer exists as.
import { describe, expect, test } from "vitest";
import { MAX_ANSWER_BYTES } from "../packages/edge/src/limits.ts";
import { ask, INT8_CODE, post, QUESTIONS } from "./support/ask-edge.ts";
import { ISSUE } from "./support/questions.ts";

describe("B3 negotiation", () => {
  const BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8";
  test.each([
    ["*/*", "application/json"],
    ["application/json;q=0.5, text/markdown", "text/markdown; charset=utf-8"],
    ["text/html;q=0.9, text/markdown;q=0.9", "text/markdown; charset=utf-8"],
    ["text/html, text/markdown;q=0.9", "text/html; charset=utf-8"],
    [BROWSER, "text/html; charset=utf-8"],
    ["text/csv", "text/csv; charset=utf-8"],
  ])("COMPARE for Accept: %s is %s", async (accept, type) => {
    const response = await ask("compare", QUESTIONS.compare, { accept });
    expect(response.headers.get("content-type")).toBe(type);
    expect(response.headers.get("vary")).toContain("Accept");
  });

  test("?format= wins over Accept", async () => {
    const response = await ask("compare", { ...QUESTIONS.compare, format: "csv" }, { accept: "application/json" });
    expect(response.headers.get("content-type")).toBe("text/csv; charset=utf-8");
  });

  test("CSV has a line for each precision, and the numbers of the JSON", async () => {
    const csv = await (await ask("compare", { ...QUESTIONS.compare, format: "csv" })).text();
    const { columns } = await (await ask("compare", QUESTIONS.compare)).json();
    const [head = "", ...lines] = csv.trimEnd().split("\r\n");
    expect(lines).toHaveLength(columns.length);
    const at = head.split(",").indexOf("energy_j_per_1k_tokens");
    expect(lines.map((line) => Number(line.split(",")[at]))).toEqual(
      columns.map(
        (column: { metrics: { energy_j_per_1k_tokens: { value: number } } }) =>
          column.metrics.energy_j_per_1k_tokens.value,
      ),
    );
  });

  test("406 lists what exists", async () => {
    const response = await ask("estimate", ISSUE, { accept: "image/png" });
    expect(response.status).toBe(406);
    expect((await response.json()).errors[0].allowed).toEqual(["application/json", "text/markdown", "text/html"]);
  });
});

describe("A11 an audit as SARIF", () => {
  const sarif = async (body: object) => {
    const response = await post("audit", body, { accept: "application/sarif+json" });
    expect(response.headers.get("content-type")).toBe("application/sarif+json");
    return response.text();
  };

  test("has the findings of the JSON, with rule and line", async () => {
    const body = { files: [{ path: "serve.py", content: INT8_CODE }] };
    const { version, runs } = JSON.parse(await sarif(body));
    const { findings } = await (await post("audit", body)).json();
    expect(version).toBe("2.1.0");
    const told = runs[0].results.map(
      (result: { ruleId: string; locations: { physicalLocation: { region: { startLine: number } } }[] }) => [
        result.ruleId,
        result.locations[0]?.physicalLocation.region.startLine,
      ],
    );
    expect(told).toEqual(findings.map((finding: { rule: string; line: number }) => [finding.rule, finding.line]));
    expect(told).toContainEqual(["int8-default", 2]);
  });

  test("a pasted text has them too, and a text of many holds 64 KiB", async () => {
    expect(await sarif({ code: INT8_CODE })).toContain("int8-default");
    const many = INT8_CODE + `${INT8_CODE.split("\n")[1]}\n`.repeat(60);
    const text = await sarif({ code: many });
    expect(new TextEncoder().encode(text).length).toBeLessThanOrEqual(MAX_ANSWER_BYTES);
    expect(text).toContain("left out");
  });
});
