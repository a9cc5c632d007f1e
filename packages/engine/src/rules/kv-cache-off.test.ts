import { describe, expect, it } from "vitest";
import { fact, subjectOf } from "./fixture-catalogue.test-data.ts";
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
});
