import { expect, test } from "vitest";
import { catalogueOf, gpu, model, row } from "../evidence/fixture-catalogue.test-data.ts";
import { architectureId, evidenceKey } from "./catalogue.ts";

const idsOf = (catalogue: ReturnType<typeof catalogueOf>) => catalogue.usable.map(({ id }) => id);

test("rows of another scope, of tier 3, of encoder-decoders and superseded ones are never used", () => {
  const catalogue = catalogueOf({
    measurements: [
      row({ id: "good" }),
      row({ id: "whole-server", energy_scope: "gpu+cpu+ram" }),
      row({ id: "magnitude", tier: 3 }),
      row({ id: "translator", flag: "encoder_decoder" }),
      row({ id: "old" }),
      row({ id: "corrected", supersedes: "old" }),
      row({ id: "flagged", flag: "host_bound_suspected" }),
    ],
  });
  expect(idsOf(catalogue)).toEqual(["good", "corrected", "flagged"]);
  expect(catalogue.measurementById.get("old")?.id).toBe("old");
});

test("evidence is found by architecture, and bf16 under the key of fp16", () => {
  const sibling = model({ id: "toy/Seven-7B-Instruct" });
  const catalogue = catalogueOf({
    models: [model(), sibling],
    measurements: [row({ id: "a" }), row({ id: "b", model_id: sibling.id, precision: "bf16" })],
  });
  const key = evidenceKey(architectureId(sibling), gpu().id, 1, "transformers", "bf16");
  expect(catalogue.evidence.get(key)?.map(({ id }) => id)).toEqual(["a", "b"]);
  expect(key).toBe(evidenceKey(architectureId(model()), gpu().id, 1, "transformers", "fp16"));
});

test("a model known by its parameters only is an architecture of its own", () => {
  const bare = (id: string) => architectureId(model({ id, architecture: null }));
  expect(bare("toy/A-7B")).not.toBe(bare("toy/B-7B"));
});
