import { describe, expect, it } from "vitest";
import { architecture, gpu, model, row } from "../../../../test/support/toy-evidence.ts";
import { indexCatalogue, withOwnMeasurements } from "../domain/catalogue.ts";
import type { Measurement } from "../domain/measurement.ts";
import { fixtureCatalogue, subjectOf, workloadOf } from "./fixture-catalogue.test-data.ts";
import { switchEffect } from "./switch-effect.ts";

const pair = (name: string, ratio: number, change: Partial<Measurement> = {}): Measurement[] => [
  row({ id: `${name}-on`, torch_compile: true, energy_j_per_token: 10 * ratio, energy_j_per_token_std: 0, ...change }),
  row({ id: `${name}-off`, energy_j_per_token_std: 0, ...change }),
];
const CARD = gpu({ id: "card-a" });
const LARGE = model({ id: "org/large", architecture: architecture({ id: "another" }) });

function effectOf(...pairs: readonly Measurement[][]) {
  const measurements = pairs.flat();
  const catalogue = indexCatalogue({
    ...fixtureCatalogue,
    gpus: [CARD, gpu()],
    models: [LARGE, model()],
    measurements,
  });
  const workload = { ...workloadOf("org/large", "card-a"), batch_size: 8 };
  return switchEffect(subjectOf({}, workload, { catalogue }), "torch_compile");
}

describe("what a switch saves is of the runs nearest to the deployment", () => {
  const elsewhere = pair("elsewhere", 0.5, { gpu: "card", model_id: "toy/Seven-7B" });
  const here = pair("here", 0.6, { gpu: "card-a", model_id: "toy/Seven-7B" });
  const same = pair("same", 0.7, { gpu: "card-a", model_id: "org/large" });

  it("card and model, else the card, else any card, told", () => {
    expect(effectOf(elsewhere, here, same)?.evidence).toEqual(["same-on", "same-off"]);
    expect(effectOf(elsewhere, here)?.evidence).toEqual(["here-on", "here-off"]);
    expect(effectOf(elsewhere)?.where).toBe("no row on this GPU; Toy Card, batch 1");
    expect(effectOf()).toBeNull();
  });

  it("of those, the nearest batch", () => {
    const near = pair("near", 0.9, { gpu: "card-a", model_id: "org/large", batch_size: 16 });
    const effect = effectOf(same, near);
    expect(effect?.evidence).toEqual(["near-on", "near-off"]);
    expect(effect?.saves.low).toBeCloseTo(10, 9);
  });

  it("several pairs are a range; a pair that costs more is below 0", () => {
    const costs = pair("costs", 1.2, { gpu: "card-a", model_id: "org/large", source: "another" });
    const saves = effectOf(same, costs)?.saves;
    expect(saves?.low).toBeCloseTo(-20, 9);
    expect(saves?.high).toBeCloseTo(30, 9);
  });

  it("a user's own runs count as well", () => {
    const published = indexCatalogue({ ...fixtureCatalogue, gpus: [CARD], models: [LARGE], measurements: [] });
    const catalogue = withOwnMeasurements(published, same);
    const subject = subjectOf({}, workloadOf("org/large", "card-a"), { catalogue });
    expect(switchEffect(subject, "torch_compile")?.evidence).toEqual(["same-on", "same-off"]);
  });

  it("and come before what others measured on the same card", () => {
    const others = pair("others", 0.5, { gpu: "card-a", model_id: "org/large" });
    const published = indexCatalogue({ ...fixtureCatalogue, gpus: [CARD], models: [LARGE], measurements: others });
    const catalogue = withOwnMeasurements(
      published,
      pair("mine", 0.7, { gpu: "card-a", model_id: "org/large", source: "mine" }),
    );
    const subject = subjectOf({}, workloadOf("org/large", "card-a"), { catalogue });
    expect(switchEffect(subject, "torch_compile")?.evidence).toEqual(["mine-on", "mine-off"]);
  });
});
