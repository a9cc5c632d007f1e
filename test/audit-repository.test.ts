import { catalogueData } from "@ecocompute/data";
import { auditRepository, indexCatalogue, renderMarkdown } from "@ecocompute/engine";
import { expect, test } from "vitest";
import { chat, vllm } from "./support/audit-fixtures.ts";
import { loadPythonParser } from "./support/python-parser.ts";

const context = { catalogue: indexCatalogue(catalogueData), python: await loadPythonParser() };
const file = (path: string, content: string) => ({ path, content });

test("every file of a repository is accounted for, those that may matter by name", () => {
  const { coverage, findings } = auditRepository(
    {
      files: [
        chat,
        vllm,
        file("k8s/huge.yaml", `${vllm.content}#${"x".repeat(1_100_000)}`),
        file("ci.yaml", "on: push"),
        file("tests/test_a.py", chat.content),
      ],
      skipped: [{ path: "k8s/link.yaml", why: "a link out of the tree" }],
      unlisted: [{ why: "not a format that is read", files: 40 }],
      partial: ["the scan was cut"],
    },
    { hardware_platform: "a800" },
    context,
  );
  expect(findings.length).toBeGreaterThan(0);
  expect(coverage).toMatchObject({
    files_seen: 46,
    files_read: 2,
    partial: ["the scan was cut"],
    deployments: { estimated: 2, partly_known: 0, unresolved: 0 },
  });
  expect(coverage.files_skipped.map(({ path }) => path)).toEqual(["k8s/link.yaml", "k8s/huge.yaml"]);
  expect(coverage.skipped_by_reason[0]).toEqual({ why: "not a format that is read", files: 40 });
  expect(coverage.skipped_by_reason.reduce((sum, { files }) => sum + files, 0)).toBe(44);
});

test("a repository without any deployment does not look clean", () => {
  const input = { files: [file("a.yaml", "a: 1")], skipped: [], unlisted: [], partial: [] };
  const text = renderMarkdown(auditRepository(input, {}, context));
  expect(text).toContain("**No deployment was judged.** Nothing was read, so nothing is judged: 1 file seen");
});
