import { describe, expect, test } from "vitest";
import type { Suppression } from "../domain/suppression.ts";
import { suppress } from "./audit-suppress.ts";
import { exampleFinding } from "./pull-request-example.test-data.ts";

const PATH = "app/chat.py";
const finding = exampleFinding({
  rule: "int8-default",
  path: PATH,
  line: 3,
  end_line: 3,
  deployment: `${PATH}#load/1`,
});
const AT = { path: PATH, line: 1, column: 1, end_line: 1 };
const TODAY = "2026-11-27";

const run = (lines: readonly string[], given: readonly Suppression[] = [], today: string | undefined = TODAY) =>
  suppress([finding], {
    files: [{ path: PATH, content: lines.join("\n") }],
    deployments: new Map([[finding.deployment, { name: "org/m", at: { ...AT, line: 2 } }]]),
    given,
    today,
  });
const CODE = ["def load():", "    m = f(", "        load_in_8bit=True,", "    )"];
const comment = (line: number, text: string) => CODE.map((code, i) => (i + 1 === line ? `${code}  # ${text}` : code));
const IGNORE = 'ecocompute: ignore[int8-default] reason="legacy"';

describe("57: a comment silences", () => {
  test.each([
    ["on the line", comment(3, IGNORE)],
    ["on the first line of the call", comment(2, IGNORE)],
    ["on the first line of the function", comment(1, IGNORE)],
  ])("%s", (_name, lines) => {
    const { kept, suppressed, warnings } = run(lines);
    expect([kept, warnings]).toEqual([[], []]);
    expect(suppressed).toEqual([
      { finding, suppression: { rule: "int8-default", reason: "legacy", at: expect.anything() } },
    ]);
  });

  test("on the line above", () => {
    const lines = [...CODE.slice(0, 2), `        # ${IGNORE}`, ...CODE.slice(2)];
    const moved = { ...finding, line: 4, end_line: 4 };
    const files = [{ path: PATH, content: lines.join("\n") }];
    expect(suppress([moved], { files, deployments: new Map(), given: [], today: TODAY }).kept).toEqual([]);
  });

  test.each([
    ["beside the line before it", [...CODE.slice(0, 2), "        a=1,  # x", ...CODE.slice(2)]],
    ["after it", comment(4, IGNORE)],
    ["for another rule", comment(3, IGNORE.replace("int8-default", "batch-size-one"))],
  ])("nothing %s", (_name, lines) => {
    expect(run(lines).kept).toEqual([finding]);
  });
});

describe("57: what does not count is told", () => {
  test.each([
    ["no reason", comment(3, "ecocompute: ignore[int8-default]"), "suppression-without-reason"],
    ["an empty reason", comment(3, 'ecocompute: ignore[int8-default] reason=" "'), "suppression-without-reason"],
    ["an expired day", comment(3, `${IGNORE} until=2026-11-26`), "suppression-expired"],
    ["no day", comment(3, `${IGNORE} until=2027-02-30`), "suppression-bad-date"],
    ["an unknown rule", comment(3, IGNORE.replace("int8-default", "int8-defualt")), "suppression-unknown-rule"],
  ])("%s", (_name, lines, code) => {
    const { kept, suppressed, warnings } = run(lines);
    expect([kept, suppressed]).toEqual([[finding], []]);
    expect(warnings.map((warning) => warning.code)).toEqual([code]);
    expect(warnings[0]?.message).toContain(`${PATH}:3`);
  });

  test("with the rule that was meant", () => {
    const { warnings } = run(comment(3, IGNORE.replace("int8-default", "int8-defualt")));
    expect(warnings[0]?.message).toContain('did you mean "int8-default"?');
  });

  test("and one that silences nothing", () => {
    const { warnings } = run(comment(3, IGNORE.replace("int8-default", "kv-cache-off")));
    expect(warnings).toEqual([expect.objectContaining({ code: "suppression-unused" })]);
  });
});

test("57: the last day still counts, and without a host's day none expires", () => {
  expect(run(comment(3, `${IGNORE} until=${TODAY}`)).kept).toEqual([]);
  const files = [{ path: PATH, content: comment(3, `${IGNORE} until=2020-01-01`).join("\n") }];
  expect(suppress([finding], { files, deployments: new Map(), given: [], today: undefined }).kept).toEqual([]);
});

describe("57: the configuration silences", () => {
  const given = (change: Partial<Suppression>) =>
    run(CODE, [{ rule: "int8-default", reason: "known", ...change }]).kept;

  test.each([
    [{}, 0],
    [{ path: "app/**" }, 0],
    [{ path: "lib/**" }, 1],
    [{ deployment: "org/m" }, 0],
    [{ deployment: `${PATH}#load/1` }, 0],
    [{ deployment: "org/n" }, 1],
    [{ until: "2026-11-26" }, 1],
    [{ rule: "batch-size-one" }, 1],
  ])("%j", (change, left) => {
    expect(given(change)).toHaveLength(left);
  });

  test("and is not told when a run does not see what it silences", () => {
    expect(run(CODE, [{ rule: "kv-cache-off", reason: "known" }]).warnings).toEqual([]);
  });
});
