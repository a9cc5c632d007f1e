import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { architecture, catalogueOf, model } from "../evidence/fixture-catalogue.test-data.ts";
import { parametersFromName, resolveModel } from "./resolve-model.ts";

const catalogue = catalogueOf({
  models: [
    model({ id: "mist/Mist-7B-v0.1", family: "mist" }),
    model({ id: "mist/Mist-7B-Instruct-v0.1", family: "mist" }),
    model({ id: "mist/Mist-7B-Instruct-v0.3", family: "mist" }),
    model({ id: "mist/Mist-7B-Instruct-v0.3-FP8", family: "mist", checkpoint_precision: "fp8" }),
    model({ id: "mist/Mist-7B-v0.9", family: "mist", architecture: architecture({ id: "another-shape" }) }),
    model({ id: "bare/Shapeless-3B", family: "bare", params_b_total: 3, architecture: null }),
    model({ id: "bare/Countless", family: "bare", params_b_total: null, params_b_active: null, architecture: null }),
    model({ id: "one/Unique-1B", family: "one", architecture: architecture({ id: "unique" }) }),
  ],
});
const resolved = (name: string) => {
  const outcome = resolveModel(name, catalogue);
  if ("error" in outcome) throw new Error(outcome.error.message);
  return {
    id: outcome.model.id,
    params: outcome.model.params_b_total,
    codes: outcome.warnings.map(({ code }) => code),
  };
};

describe("a name of the catalogue", () => {
  test("its own id, without a word", () => {
    expect(resolved("mist/Mist-7B-v0.1")).toEqual({ id: "mist/Mist-7B-v0.1", params: 7, codes: [] });
  });

  test("another spelling, told", () => {
    expect(resolved("MIST/mist_7b_v0.1")).toMatchObject({ id: "mist/Mist-7B-v0.1", codes: ["model-alias"] });
    expect(resolved("unique-1b")).toMatchObject({ id: "one/Unique-1B", codes: ["model-alias"] });
  });

  test("without an architecture, told", () => {
    expect(resolved("bare/Shapeless-3B")).toMatchObject({ params: 3, codes: ["architecture-unknown"] });
  });
});

describe("a common name", () => {
  test("is the newest version of its architecture, never another shape, never a quantized checkpoint", () => {
    expect(resolved("mist/Mist-7B")).toMatchObject({ codes: ["model-alias"] });
    expect(resolved("mist/Mist-7B-Instruct-v0.2").id).not.toContain("FP8");
    expect(["mist/Mist-7B-Instruct-v0.3", "mist/Mist-7B-v0.9"]).toContain(resolved("Mist-7B").id);
  });

  test("of another organisation is not this one", () => {
    expect(resolved("else/Mist-7B")).toMatchObject({ id: "else/Mist-7B", codes: ["parameters-from-name"] });
  });
});

describe("a name that nobody knows", () => {
  test("states its parameters", () => {
    expect(resolved("SomeOrg/Unknown-13B")).toEqual({
      id: "SomeOrg/Unknown-13B",
      params: 13,
      codes: ["parameters-from-name"],
    });
  });

  test.each(["foo", "bare/Countless", "0B", "a/b/c"])("%s does not: an error that says so", (name) => {
    const outcome = resolveModel(name, catalogue);
    expect(outcome).toMatchObject({
      error: { parameter: "model_id", message: expect.stringContaining("states no number") },
    });
  });
});

describe("parameters in a name", () => {
  test.each([
    ["Org/X-13B", 13, 13, false],
    ["Org/X-1.5b-chat", 1.5, 1.5, false],
    ["opt-350m", 0.35, 0.35, false],
    ["Org/X-8x7B-v0.1", 56, 14, true],
    ["Org/X-235B-A22B", 235, 22, true],
    ["Org/X-30B-A99B", 30, 30, true],
    ["Org/X-30B-A0B", 30, 30, false],
  ])("%s: %f of which %f are active", (name, total, active, mixture) => {
    expect(parametersFromName(name)).toEqual({ total, active, mixture });
  });

  test.each(["Org/X", "Org/0B", "Org/0x7B", "Org/8x0B", "7Bananas", "Org/v0.1", "Org/X-12345B"])(
    "%s states none",
    (name) => {
      expect(parametersFromName(name)).toBeNull();
    },
  );

  test("are positive, finite, and the active ones no more than all; long names cost no time", () => {
    const token = fc.constantFrom("0", "7", "x", "b", "B", "m", "-", "a", ".", "A22B", "8x7B", " ");
    fc.assert(
      fc.property(
        fc.array(token, { maxLength: 100 }).map((tokens) => tokens.join("")),
        (name) => {
          const found = parametersFromName(name);
          if (!found) return;
          expect(found.total).toBeGreaterThan(0);
          expect(found.active).toBeGreaterThan(0);
          expect(found.active).toBeLessThanOrEqual(found.total);
          expect(Number.isFinite(found.total)).toBe(true);
        },
      ),
      { numRuns: 2000 },
    );
    expect(parametersFromName("1".repeat(1e6))).toBeNull();
  });
});
