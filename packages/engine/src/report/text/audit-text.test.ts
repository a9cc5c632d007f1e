import { expect, test } from "vitest";
import type { AuditedDeployment, AuditReport } from "../../domain/audit-report.ts";
import { coverageOf } from "../../protocols/audit-coverage.ts";
import { exampleDeployment, exampleFinding } from "../../protocols/pull-request-example.test-data.ts";
import { auditText } from "./audit-text.ts";
import { plainText } from "./styled.ts";

const WIDTH = 80;

function textOf(deployments: readonly AuditedDeployment[], change: Partial<AuditReport> = {}, width = WIDTH): string {
  const report: AuditReport = {
    protocol: "audit",
    dataset_version: "2026.01.01+test",
    configuration: { files: [], assumed: [] },
    warnings: [],
    findings: [],
    suppressed: [],
    good_practices: [],
    recommended_changes: [],
    deployments,
    coverage: coverageOf({ files_read: deployments.length, files_skipped: [], deployments }),
    ...change,
  };
  return plainText(auditText(report, [], width));
}
const lastLine = (text: string) => text.trimEnd().split("\n").at(-1);
const unknown = (n: number) => Array.from({ length: n }, (_, i) => exampleDeployment(`k8s/${i}.yaml#d${i}`, null));

test("a clean bill is for what was judged and estimated, nothing else", () => {
  expect(lastLine(textOf([exampleDeployment("a.yaml#a", 10)]))).toBe("✓ 0 critical, 0 warnings, 0 info");
  expect(lastLine(textOf(unknown(2)))).toBe("0 critical, 0 warnings, 0 info; 2 of 2 deployments not estimated");
  expect(lastLine(textOf([]))).toBe("Nothing was judged: this says nothing about energy.");
  const found = textOf([exampleDeployment("a.yaml#a", 10)], { findings: [exampleFinding()] });
  expect(lastLine(found)).toBe("1 critical, 0 warnings, 0 info");
});

test("a reason that many deployments share is told once", () => {
  const text = textOf(unknown(40));
  expect(text.split("The GPU is not stated.")).toHaveLength(2);
  expect(text).toContain("d0 at k8s/0.yaml:3");
  expect(text).toContain("and 36 more: --format json has them all");
});

test("the sum says what it leaves out", () => {
  const text = textOf([exampleDeployment("a.yaml#a", 10), exampleDeployment("b.yaml#b", 20), ...unknown(1)]);
  expect(text).toMatch(/all that are +1 more deployment not +30/);
});

test("a narrow terminal has deployments one below the other, their words whole", () => {
  const all = [exampleDeployment("k8s/chat.yaml#chat", 10), exampleDeployment("b.yaml#b", 20), ...unknown(1)];
  const text = textOf(all, {}, 60);
  expect(text).toContain("\nchat k8s/chat.yaml:3\n");
  expect(text).toContain("\n  10 kWh (8.33–12) · $1.2 (1–1.44) · 3.9 kgCO2e (3.25–4.68)\n  a month\n");
  expect(text).toContain("\nall that are estimated (1 more deployment not)\n  30 kWh (25–36)");
  expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(60);
});

test("an edit that was checked is shown with its place", () => {
  const edit = { path: "app.py", line: 4, end_line: 4, replacement: "    use_cache=True," };
  const text = textOf([], { findings: [exampleFinding({ fix: { description: "Mend it.", code: "", edit } })] });
  expect(text).toContain("  Suggested edit, checked: line 4 of app.py\n  │     use_cache=True,\n");
});

test("text of a repository cannot write on the terminal", () => {
  const text = textOf([exampleDeployment("a\u001b[2J\r\n.yaml#evil\u0007\u202e", 10)], {
    findings: [
      exampleFinding({ path: "a\u001b]8;;x\u0007.py", fix: { description: "x\u001b[1m", code: "a\u001b[1mb" } }),
    ],
  });
  const control = [...text].filter((c) => (c < " " && c !== "\n") || c === "\u202e");
  expect(control).toEqual([]);
});
