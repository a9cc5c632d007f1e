import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type HistoryEntry, readState, writeState } from "./report-state.ts";

const entry = (day: string): HistoryEntry => ({
  day,
  energy_kwh: 10,
  cost_usd: 1.2,
  carbon_kgco2e: null,
  rental_usd: null,
  deployments: 2,
  not_estimated: 1,
  findings: 0,
});

describe("the state in the body of the issue", () => {
  test("law: what is written is read, no name ends the comment, and nothing in it is invisible", () => {
    const names = fc.oneof(
      fc.string({ unit: "binary", maxLength: 60 }),
      fc.constantFrom("--> <b>", "a--b", "-->", "\u202e", "\u{e0041}"),
    );
    fc.assert(
      fc.property(fc.dictionary(names, fc.option(fc.integer({ min: 0, max: 1e6 })), { maxKeys: 20 }), (energy_kwh) => {
        fc.pre(!Object.hasOwn(energy_kwh, "__proto__"));
        const last = { day: "2026-01-01", energy_kwh, complete: true };
        const written = writeState({ history: [entry("2026-01-01")], last, before: null });
        expect(written.indexOf("-->")).toBe(written.length - 3);
        expect(written).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
        const read = readState(`text\n\n${written}`);
        expect(read).toEqual({
          kind: "read",
          state: { version: 1, history: [entry("2026-01-01")], last, before: null },
        });
      }),
    );
  });

  test("keeps 24 reports and the largest deployments within its size", () => {
    const history = Array.from({ length: 40 }, (_, i) => entry(`2026-01-${String((i % 28) + 1).padStart(2, "0")}`));
    const energy_kwh = Object.fromEntries(Array.from({ length: 900 }, (_, i) => [`${"p".repeat(300)}${i}`, i]));
    const last = { day: "2026-01-28", energy_kwh, complete: true };
    const written = writeState({ history, last, before: last });
    expect(written.length).toBeLessThan(33_000);
    const read = readState(written);
    if (read.kind !== "read") throw new Error("the state was not read");
    expect(read.state.history).toHaveLength(24);
    expect(read.state.last.complete).toBe(false);
    expect(Object.values(read.state.last.energy_kwh)[0]).toBe(899);
  });

  test.each([
    ["no state", "hello", "absent"],
    ["no end", "<!-- ecocompute-state {", "broken"],
    ["no JSON", "<!-- ecocompute-state {x} -->", "broken"],
    ["another version", '<!-- ecocompute-state {"version":2} -->', "broken"],
    [
      "a key too many",
      '<!-- ecocompute-state {"version":1,"history":[],"last":{"day":"2026-01-01","energy_kwh":{},"complete":true},"before":null,"x":1} -->',
      "broken",
    ],
    [
      "a text for a number",
      '<!-- ecocompute-state {"version":1,"history":[],"last":{"day":"2026-01-01","energy_kwh":{"a":"<img>"},"complete":true},"before":null} -->',
      "broken",
    ],
    ["too much", `<!-- ecocompute-state ${"[".repeat(100_000)} -->`, "broken"],
  ])("%s", (_, body, kind) => expect(readState(body).kind).toBe(kind));
});
