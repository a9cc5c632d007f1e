import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { attacksOn, hasLoop, regularExpressionsIn } from "./support/regular-expressions.ts";

const ROOT = join(import.meta.dirname, "..");
const LENGTH = 20_000;
const WARM = 500;
/** Below this no ratio of times means anything, and no harm is done. */
const NOTHING_MS = 40;
/** Three times the text takes one loop three times as long, and a loop within a loop nine times. */
const TIMES = 3;
const MOST = 5;

/** Those that only ever see a short text, and why it is short. */
const BOUNDED: Readonly<Record<string, string>> = {
  [`engine/domain/format.ts ${/\B(?=(\d{3})+$)/g}`]: "the digits of a number",
  [`engine/domain/format.ts ${/0+$/}`]: "the digits of a number",
  [`engine/protocols/audit-instance.ts ${/\d+xlarge$/}`]: "a name of the catalogue",
  [`engine/protocols/audit-model.ts ${/\/+$/}`]: "the name is cut to 300 characters before",
  [`engine/protocols/deployment-options.ts ${/#[^/]+\/([^/]+)\/[^/]+\//}`]: "the id is cut to 1,000 characters before",
};

/** Milliseconds of this process's own time. */
function cpuOf(work: () => void): number {
  const before = process.cpuUsage();
  work();
  return process.cpuUsage(before).user / 1_000;
}

const run = (pattern: RegExp, text: string): void => {
  if (pattern.global) text.replaceAll(pattern, "");
  else pattern.test(text);
};

/** Does the time grow faster than the text? */
function isSuperLinear(pattern: RegExp): boolean {
  return attacksOn(pattern, LENGTH).some((text, i) => {
    // Compiled when it is used again: that is no part of the ratio.
    for (let warm = 0; warm < 3; warm++) run(pattern, text.slice(0, WARM));
    if (cpuOf(() => run(pattern, text)) < NOTHING_MS) return false;
    // The least of three: a pause of the machine would make the short one look long.
    const short = Math.min(...[1, 2, 3].map(() => cpuOf(() => run(pattern, text))));
    const long = attacksOn(pattern, LENGTH * TIMES)[i] ?? "";
    return cpuOf(() => run(pattern, long)) > short * MOST;
  });
}

describe("36: no regular expression takes more than linear time", () => {
  test.each(["engine", "action"])(
    "packages/%s",
    (name) => {
      const literals = regularExpressionsIn(join(ROOT, "packages", name, "src")).filter(({ pattern }) =>
        hasLoop(pattern),
      );
      expect(literals.length).toBeGreaterThan(3);
      const named = literals.map(({ at, pattern }) => ({ name: `${name}/${at.split(":")[0]} ${pattern}`, pattern }));
      const names = named.map((each) => each.name);
      expect(names).toEqual(expect.arrayContaining(Object.keys(BOUNDED).filter((each) => each.startsWith(name))));
      const tried = named.filter((each) => !Object.hasOwn(BOUNDED, each.name));
      expect(tried.filter(({ pattern }) => isSuperLinear(pattern)).map((each) => each.name)).toEqual([]);
    },
    120_000,
  );

  test.each([
    [/0+$/, true],
    [/^a+b/, false],
    [/\s{1,80}$/, false],
  ])("the trial tells of %s: %s", (pattern, isSlow) => expect(isSuperLinear(pattern)).toBe(isSlow), 60_000);
});
