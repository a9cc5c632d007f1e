import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { OwnMeasurementSchema } from "../domain/own-measurement.ts";
import { catalogueOf, gpu, model, row } from "../evidence/fixture-catalogue.test-data.ts";
import { PROTOCOLS } from "./index.ts";
import { MAX_OWN_MEASUREMENTS, takeOwnMeasurements } from "./own-measurements.ts";

const MINE = {
  gpu: "card",
  model_id: "toy/Seven-7B",
  precision: "fp16",
  batch_size: 1,
  energy_j_per_token: 5,
  throughput_tok_s: 20,
  power_w: 100,
  date: "2026-11-27",
} as const;

const estimate = PROTOCOLS.find(({ id }) => id === "estimate");

function ask(measurements: unknown, request: object = {}, catalogue = catalogueOf()) {
  const input = { model_id: "toy/Seven-7B", hardware_platform: "card", ...request };
  const outcome = estimate?.run({ ...input, measurements }, { catalogue, python: null });
  if (!outcome?.ok || outcome.value.protocol !== "estimate") throw new Error(JSON.stringify(outcome));
  return outcome.value;
}

const errorsOf = (measurements: unknown, catalogue = catalogueOf()) => {
  const outcome = takeOwnMeasurements(measurements, catalogue);
  if (outcome.ok) throw new Error("expected a refusal");
  expect(outcome.problem).toMatchObject({ type: "invalid-input", status: 422 });
  return outcome.problem.errors;
};

describe("a user's own row", () => {
  test("answers before the published row of the same configuration, and is cited", () => {
    const report = ask([MINE]);
    expect(report.current.basis).toMatchObject({ tier: "measured", evidence: ["own-0001"] });
    expect(report.current.metrics.energy_j_per_1k_tokens.value).toBe(5000);
    expect(report.current.basis.notes.join(" ")).toContain("The published toy-0001 measured +100 % against it");
    expect(report.warnings.map(({ code }) => code)).toContain("own-measurements");
    expect(report.dataset_version).toBe("toy+own.1");
  });

  test("is of this answer alone: the next one is as before", () => {
    const catalogue = catalogueOf();
    const before = ask([], {}, catalogue);
    ask([MINE], {}, catalogue);
    expect(ask([], {}, catalogue)).toEqual(before);
    expect(before.current.basis.evidence).toEqual(["toy-0001"]);
  });

  test("keeps its id, and its card and model may be called as people call them", () => {
    const report = ask([{ ...MINE, id: "run-7", gpu: "TC-1", model_id: "Seven-7B" }]);
    expect(report.current.basis.evidence).toEqual(["run-7"]);
    expect(report.warnings.filter(({ code }) => code.endsWith("-alias"))).toHaveLength(2);
  });

  test("of a model that the catalogue does not hold answers for that model", () => {
    const report = ask([{ ...MINE, model_id: "acme/Ours-13B" }], { model_id: "acme/Ours-13B" });
    expect(report.current.basis).toMatchObject({ tier: "measured", evidence: ["own-0001"] });
  });

  test("at FP16 and batch 1 sets the host's factor of other questions, and is cited there too", () => {
    const published = catalogueOf({
      measurements: [row(), row({ id: "nf4", precision: "nf4", energy_j_per_token: 20 })],
    });
    const report = ask([MINE], { quantization: "nf4" }, published);
    expect(report.current.basis).toMatchObject({ tier: "transferred", evidence: ["nf4", "own-0001"] });
    // Half the energy of the evidence's host at FP16: half of what NF4 takes there.
    expect(report.current.metrics.energy_j_per_1k_tokens.value).toBeCloseTo(10_000, 6);
    expect(report.current.basis.notes).toContain("The host's factor is of your row own-0001.");
  });

  test("of another card changes nothing on this one", () => {
    const catalogue = catalogueOf({ gpus: [gpu(), gpu({ id: "other", name: "Other", aliases: [] })] });
    const report = ask([{ ...MINE, gpu: "other" }], {}, catalogue);
    expect(report.current.basis.evidence).toEqual(["toy-0001"]);
    expect(report.current.metrics).toEqual(ask([], {}, catalogue).current.metrics);
  });

  test("that failed the gate is used, and told", () => {
    const report = ask([{ ...MINE, flag: "unstable_runs" }]);
    expect(report.current.basis.notes.join(" ")).toContain("own-0001 is flagged unstable runs");
    expect(report.warnings.map(({ code }) => code)).toContain("own-measurement-flagged");
  });

  test("that no estimate may use is told of, and a correction among one's own rows counts", () => {
    const compiled = { ...MINE, id: "compiled", torch_compile: true };
    const corrected = { ...MINE, id: "again", energy_j_per_token: 4, power_w: 80, supersedes: "first" };
    const report = ask([compiled, { ...MINE, id: "first" }, corrected]);
    expect(report.current.basis.evidence).toEqual(["again"]);
    const unused = report.warnings.find(({ code }) => code === "own-measurements-unused");
    expect(unused?.message).toContain("No estimate uses compiled, first:");
  });

  test("of many that are flagged is told once for each flag", () => {
    const many = Array.from({ length: 9 }, (_, index) => ({ ...MINE, id: `r${index}`, flag: "shared_gpu" }));
    const flagged = ask(many).warnings.filter(({ code }) => code === "own-measurement-flagged");
    expect(flagged.map(({ message }) => message)).toEqual(["Flagged shared gpu: r0, r1, r2, r3, r4 and 4 more."]);
  });

  test("ages no published row of the same configuration", () => {
    const old = catalogueOf({
      measurements: [row({ id: "one", batch_size: 1, date: "2023" }), row({ id: "four", batch_size: 4, date: "2023" })],
    });
    const report = ask([{ ...MINE, framework: "transformers", batch_size: 16 }], { batch_size: 4 }, old);
    expect(report.current.basis.evidence).toEqual(["four"]);
  });
});

describe("what a published row would not pass is refused, with the row and the field", () => {
  test.each([
    [{ energy_j_per_token: 50 }, "measurements[0].energy_j_per_token", /100 W \/ 20 tok\/s = 5/],
    [{ power_w: 900, energy_j_per_token: 45 }, "measurements[0].power_w", /above 1 × 400 W TDP/],
    [{ throughput_tok_s: 100, energy_j_per_token: 1 }, "measurements[0].throughput_tok_s", /GB\/s, above 1000/],
    [{ gpu: "mi300x" }, "measurements[0].gpu", /unknown GPU/],
    [{ model_id: "acme/unheard-of" }, "measurements[0].model_id", /catalogue does not hold/],
    [{ precision: "int8" }, "measurements[0].precision", /expected one of/],
    [{ date: "yesterday" }, "measurements[0].date", /expected a year/],
    [{ id: "toy-0001" }, "measurements[0].id", /published measurement/],
    [{ energy_meter: "nvml_power" }, "measurements[0].energy_j_per_token_sampled", /expected 5, .* received nothing/],
    [{ power_cv_percent: 7 }, "measurements[0].power_cv_percent", /expected the flag unstable_runs/],
    [{ energy: 3 }, "measurements[0].energy", /unknown parameter; did you mean/],
    [{ energy_j_per_token: undefined }, "measurements[0].energy_j_per_token", /required/],
  ])("%o", (change, parameter, message) => {
    expect(errorsOf([{ ...MINE, ...change }])).toEqual([
      expect.objectContaining({ parameter, message: expect.stringMatching(message) }),
    ]);
  });

  test("all rows are told of at once, the same id twice too", () => {
    const parameters = errorsOf([MINE, { ...MINE, power_w: 1000 }, { ...MINE, id: "own-0001" }]).map(
      (e) => e.parameter,
    );
    expect(parameters).toEqual(["measurements[1].energy_j_per_token", "measurements[1].power_w", "measurements[2].id"]);
  });

  test("no list, no row, too many rows, too many errors", () => {
    expect(errorsOf("run.csv")).toEqual([
      { parameter: "measurements", message: "expected a list of rows", received: "run.csv" },
    ]);
    expect(errorsOf([7])[0]?.parameter).toBe("measurements[0]");
    expect(errorsOf(Array(MAX_OWN_MEASUREMENTS + 1).fill(MINE))[0]?.message).toContain(`${MAX_OWN_MEASUREMENTS} rows`);
    const many = errorsOf(Array(100).fill({ ...MINE, date: "never" }));
    expect(many).toHaveLength(51);
    expect(many.at(-1)?.message).toBe("50 more errors are not listed");
  });
});

test("whatever is sent, the answer is a catalogue or a problem that names the place", () => {
  const catalogue = catalogueOf();
  const field = fc.constantFrom(...Object.keys(OwnMeasurementSchema.shape));
  const value = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom(0, 1, -1, 1e308, "", "x".repeat(600), null, true, "2026", "fp16"),
  );
  const almost = fc
    .array(fc.tuple(field, value), { maxLength: 4 })
    .map((changes) => ({ ...MINE, ...Object.fromEntries(changes) }));
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), fc.array(almost, { maxLength: 3 })), (sent) => {
      const outcome = takeOwnMeasurements(sent, catalogue);
      if (outcome.ok) expect(outcome.value.catalogue.usable.length).toBeGreaterThanOrEqual(catalogue.usable.length);
      else for (const error of outcome.problem.errors) expect(error.parameter).toMatch(/^measurements/);
    }),
    { numRuns: 1000 },
  );
});

test("every protocol takes them, and says so in its schema", () => {
  for (const { schema } of PROTOCOLS) expect(Object.keys(schema.shape)).toContain("measurements");
  const catalogue = catalogueOf({ models: [model()] });
  for (const { id, run } of PROTOCOLS) {
    const outcome = run({ measurements: [{ ...MINE, power_w: 1 }] }, { catalogue, python: null });
    expect(outcome.ok || outcome.problem.errors[0]?.parameter, id).toMatch(/^measurements\[0\]/);
  }
});
