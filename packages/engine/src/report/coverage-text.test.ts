import { expect, test } from "vitest";
import type { Coverage } from "../domain/audit-report.ts";
import { coverageText } from "./coverage-text.ts";

const coverage = (change: Partial<Coverage>): Coverage => ({
  files_seen: 0,
  files_read: 0,
  files_skipped: [],
  skipped_by_reason: [],
  partial: [],
  deployments: { estimated: 0, partly_known: 0, unresolved: 0 },
  ...change,
});

test("names what was read, what was not and why, and how far deployments are known", () => {
  const text = coverageText(
    coverage({
      files_seen: 320,
      files_read: 14,
      skipped_by_reason: [
        { why: "not a format that is read", files: 305 },
        { why: "larger than 1 MiB", files: 1 },
      ],
      deployments: { estimated: 4, partly_known: 1, unresolved: 2 },
    }),
  );
  expect(text).toBe(
    "14 of 320 files read, 306 skipped (305 not a format that is read; 1 larger than 1 MiB); 7 deployments: 4 estimated, 1 partly known, 2 unresolved",
  );
});

test("an empty answer does not read as a clean one", () => {
  expect(coverageText(coverage({}))).toBe("Nothing was read, so nothing is judged: 0 files seen");
  const skipped = coverage({ files_seen: 1, skipped_by_reason: [{ why: "it is binary", files: 1 }] });
  expect(coverageText(skipped)).toBe("Nothing was read, so nothing is judged: 1 file seen, 1 skipped (1 it is binary)");
  expect(coverageText(coverage({ files_seen: 2, files_read: 2 }))).toBe("2 files read; no deployment found in them");
});

test("many reasons stay one line", () => {
  const skipped_by_reason = Array.from({ length: 9 }, (_, i) => ({ why: `reason ${i}`, files: 1 }));
  expect(coverageText(coverage({ files_seen: 9, skipped_by_reason }))).toContain("1 reason 5; 3 for other reasons)");
});
