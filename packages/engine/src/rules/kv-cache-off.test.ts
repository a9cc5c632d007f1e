import { describe, expect, it } from "vitest";
import { row } from "../../../../test/support/toy-evidence.ts";
import { fact, measuredBy, subjectOf } from "./fixture-catalogue.test-data.ts";
import { kvCacheOff } from "./kv-cache-off.ts";

describe("kv-cache-off", () => {
  it("stands at the switch, at most a warning, without a number", () => {
    const [finding] = kvCacheOff.check(subjectOf({ use_cache: fact(false, 12) }));
    expect(finding).toMatchObject({ line: 12, impact_percent: null, at_most: "warning" });
  });

  it.each([
    ["the cache on", subjectOf({ use_cache: fact(true) })],
    ["nothing said", subjectOf({})],
    ["training, where it is rightly off", subjectOf({ use_cache: fact(false) }, null, { purpose: "training" })],
  ])("is silent on %s", (_name, subject) => {
    expect(kvCacheOff.check(subject)).toEqual([]);
  });

  it.each([
    ["    use_cache=False)", "    use_cache=True)", 5],
    ['    "use_cache": False}', '    "use_cache": True}', 5],
  ])("edits %j", (line, replacement, column) => {
    const at = { path: "app.py", line: 1, column, end_line: 1 };
    const subject = subjectOf({ use_cache: { value: false, at } }, null, { file: { path: "app.py", content: line } });
    expect(kvCacheOff.check(subject)[0]?.fix.edit).toEqual({ path: "app.py", line: 1, end_line: 1, replacement });
  });

  it("says how to measure it where nobody did", () => {
    const how = kvCacheOff.check(subjectOf({ use_cache: fact(false, 12), model_id: fact("org/large") }))[0]
      ?.how_to_measure;
    expect(how).toContain("Not measured here; run: `python measure/measure.py --model org/large --dtype fp16 ");
    expect(kvCacheOff.check(subjectOf({ use_cache: fact(false, 12) }))[0]?.how_to_measure).toContain(
      "--plan measure/plans/rules.yaml",
    );
  });

  it("has the number of a pair of runs, and cites both", () => {
    const subject = subjectOf({ use_cache: fact(false, 12) }, null, {
      catalogue: measuredBy(
        row({ id: "on", use_cache: true, energy_j_per_token: 2 }),
        row({ id: "off", use_cache: false, energy_j_per_token: 10 }),
      ),
    });
    const [finding] = kvCacheOff.check(subject);
    expect(finding).toMatchObject({ evidence: ["on", "off"] });
    expect(finding?.at_most).toBeUndefined();
    expect(finding?.how_to_measure).toBeUndefined();
    expect(finding?.message).toContain("energy per token (Toy Card, batch 1)");
    const { low = 0, high = 0 } = finding?.impact_percent ?? {};
    expect((low + high) / 2).toBeCloseTo(80, 0);
  });
});
