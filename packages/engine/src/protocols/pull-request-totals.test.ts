import { describe, expect, test } from "vitest";
import { exampleChange } from "./pull-request-example.test-data.ts";
import { totalsOf } from "./pull-request-totals.ts";

const A = "a.yaml#a";
const B = "b.yaml#b";

describe("totalsOf", () => {
  test("46: the change is the sum of the changes, and its share is of the sum before", () => {
    const { before, after, change } = totalsOf([
      exampleChange(A, { before: 100, after: 160 }),
      exampleChange(B, { before: 50 }),
    ]);
    expect(before.energy_kwh.value).toBeCloseTo(150);
    expect(after.energy_kwh.value).toBeCloseTo(160);
    expect(change.energy_kwh.value).toBeCloseTo(10);
    expect(change.percent).toBeCloseTo(6.667, 2);
    expect([before.at_least, after.at_least, change.at_least]).toEqual([false, false, false]);
  });

  test("49: from nothing there is no percentage", () => {
    expect(totalsOf([exampleChange(A, { after: 160 })]).change.percent).toBeNull();
    expect(totalsOf([]).change).toMatchObject({ energy_kwh: { value: 0 }, percent: null, at_least: false });
  });

  test("48: what could not be estimated makes a sum a lower bound", () => {
    const added = totalsOf([exampleChange(A, { before: 1, after: 2 }), exampleChange(B, { after: null })]);
    expect([added.before.at_least, added.after.at_least, added.change.at_least]).toEqual([false, true, true]);
  });

  test("48: a change that is not known may also be a fall, so the sum of changes is no lower bound", () => {
    const changed = totalsOf([exampleChange(A, { before: 1, after: 2 }), exampleChange(B, { before: 5, after: null })]);
    expect([changed.before.at_least, changed.after.at_least, changed.change.at_least]).toEqual([false, true, false]);
  });

  test("48: a price that is not known is not 0", () => {
    const priced = exampleChange(A, { after: 10 });
    const after = priced.after?.monthly
      ? { ...priced.after, monthly: { ...priced.after.monthly, cost_usd: null } }
      : null;
    expect(totalsOf([{ ...priced, after }, exampleChange(B, { after: 1 })]).after.cost_usd).toBeNull();
  });
});
