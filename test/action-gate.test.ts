import { describe, expect, test } from "vitest";
import { gateRows } from "../docs/gate-table.ts";
import { runAction } from "./fake-github/run-action.ts";
import { startFakeGithub } from "./fake-github/server.ts";

/** A finding of each severity that the Action makes of a file. */
const FILES = {
  critical: `from transformers import AutoModelForCausalLM
model = AutoModelForCausalLM.from_pretrained("mistralai/Mistral-7B-Instruct-v0.2", load_in_8bit=True)
`,
} as const;
const SUPPRESSED = FILES.critical.replace(
  "load_in_8bit=True)",
  'load_in_8bit=True)  # ecocompute: ignore[int8-default] reason="measured, and needed"',
);

describe("54: the truth table of the documents is what the Action does", () => {
  const rows = gateRows().filter(({ severity }) => severity === "critical");
  test.each(rows.flatMap((row) => Object.entries(row.codes).map(([failOn, code]) => ({ ...row, failOn, code }))))(
    "a critical finding that is $where, fail-on $failOn: $code",
    async ({ where, failOn, code }) => {
      const clean = { "app/chat.py": "x = 1\n" };
      const bad = { "app/chat.py": FILES.critical };
      const sides = {
        "brought in": [clean, bad],
        "was there before": [bad, { "app/chat.py": `# moved\n${FILES.critical}` }],
        removed: [bad, clean],
        "suppressed with a reason": [clean, { "app/chat.py": SUPPRESSED }],
      } as const;
      const [mergeBase, head] = sides[where];
      const github = await startFakeGithub({ mergeBase, head });
      const run = await runAction({ apiUrl: github.url, inputs: { "fail-on": failOn, comment: "never" } });
      await github.close();
      expect(run.exitCode, run.log).toBe(code);
      expect(run.outputs.verdict).toBe(code === 0 ? "pass" : "fail");
      expect(run.outputs["critical-count"]).toBe(where === "brought in" ? "1" : "0");
    },
  );
});
