import { describe, expect, test } from "vitest";
import { gateRows } from "../docs/gate-table.ts";
import { runAction } from "./fake-github/run-action.ts";
import { startFakeGithub } from "./fake-github/server.ts";
import { MANIFEST } from "./support/action-checkout.ts";

const python = (more: string) => `from transformers import AutoModelForCausalLM
model = AutoModelForCausalLM.from_pretrained("mistralai/Mistral-7B-Instruct-v0.2"${more})
`;
const vllm = (flag: string) => MANIFEST.replace("--dtype=bfloat16", flag);

/** Of each severity a file without a finding, one with it, and how its line is marked. */
const CASES = {
  critical: ["app/chat.py", "x = 1\n", python(", load_in_8bit=True"), "int8-default"],
  warning: ["k8s/chat.yaml", MANIFEST, vllm("--max-num-seqs=1"), "batch-size-one"],
  info: ["k8s/chat.yaml", MANIFEST, vllm("--no-enable-prefix-caching"), "prefix-caching-off"],
} as const;
const suppressed = (text: string, rule: string) =>
  text
    .split("\n")
    .map((line) =>
      /load_in_8bit|max-num-seqs|prefix-caching/.test(line)
        ? `${line}  # ecocompute: ignore[${rule}] reason="measured, and needed"`
        : line,
    )
    .join("\n");

describe("54: the truth table of the documents is what the Action does", () => {
  const rows = gateRows();
  test.each(rows.flatMap((row) => Object.entries(row.codes).map(([failOn, code]) => ({ ...row, failOn, code }))))(
    "a finding of severity $severity that is $where, fail-on $failOn: $code",
    async ({ severity, where, failOn, code }) => {
      const [path, clean, bad, rule] = CASES[severity];
      const sides = {
        "brought in": [clean, bad],
        "was there before": [bad, `# moved\n${bad}`],
        removed: [bad, clean],
        "suppressed with a reason": [clean, suppressed(bad, rule)],
      } as const;
      const [before, after] = sides[where];
      const github = await startFakeGithub({ mergeBase: { [path]: before }, head: { [path]: after } });
      const run = await runAction({ apiUrl: github.url, inputs: { "fail-on": failOn, comment: "never" } });
      await github.close();
      expect(run.exitCode, run.log).toBe(code);
      expect(run.outputs.verdict).toBe(code === 0 ? "pass" : "fail");
      const report = JSON.parse(run.reportJson ?? "");
      const found = {
        "brought in": report.findings.introduced,
        "was there before": report.findings.existing,
        removed: report.findings.fixed,
      };
      const told =
        where === "suppressed with a reason"
          ? report.suppressed.map((each: { finding: object }) => each.finding)
          : found[where];
      expect(told).toContainEqual(expect.objectContaining({ rule, severity }));
      expect(run.outputs.findings).toBe(where === "brought in" ? "1" : "0");
    },
  );
});
