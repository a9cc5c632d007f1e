import type { Finding } from "@ecocompute/engine";
import { expect, test } from "vitest";
import { annotationsOf } from "./annotations.ts";

const finding = (severity: Finding["severity"], kwh: number): Finding => ({
  rule: "r",
  severity,
  message: `wastes ${kwh}`,
  path: "a.py",
  line: 2,
  end_line: 3,
  column: 1,
  deployment: "a.py#module/1",
  impact_percent: null,
  impact_kwh_month: { value: kwh, low: kwh, high: kwh },
  evidence: [],
  why: "",
  fix: { description: "Fix it.", code: "" },
});

test("59: the ten worst of each level are shown and the rest is counted", () => {
  const many = Array.from({ length: 14 }, (_, i) => finding("critical", i));
  const { annotations, left_out } = annotationsOf([...many, finding("warning", 99), finding("info", 1)]);
  expect(annotations.filter((each) => each.level === "error").map((each) => each.message)).toEqual(
    [13, 12, 11, 10, 9, 8, 7, 6, 5, 4].map((kwh) => `wastes ${kwh} Fix it.`),
  );
  expect(annotations.slice(10).map((each) => each.level)).toEqual(["warning", "notice"]);
  expect(left_out).toBe(4);
  expect(annotations[0]).toMatchObject({ title: "r", file: "a.py", line: 2, end_line: 3 });
});
