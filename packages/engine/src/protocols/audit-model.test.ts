import { describe, expect, it } from "vitest";
import { model } from "../../../../test/support/toy-evidence.ts";
import { type Catalogue, indexCatalogue } from "../domain/catalogue.ts";
import { fixtureCatalogue } from "../rules/fixture-catalogue.test-data.ts";
import { modelNamed } from "./audit-model.ts";

const catalogue: Catalogue = indexCatalogue({
  ...fixtureCatalogue,
  models: [
    model({ id: "lab/Owl-3-8B-Instruct", params_b_total: 8 }),
    model({ id: "lab/Owl-3-8B-FP8", params_b_total: 8 }),
  ],
});

describe("modelNamed", () => {
  it.each([
    ["lab/Owl-3-8B-Instruct", "lab/Owl-3-8B-Instruct"],
    ["lab/Owl-3-8B-FP8", "lab/Owl-3-8B-FP8"],
    ["someone/owl-3-8b-instruct-awq", "lab/Owl-3-8B-Instruct"],
    ["someone/Owl-3-8B-Instruct-quantized.w4a16", "lab/Owl-3-8B-Instruct"],
    ["gs://bucket/someone/owl-3-8b-instruct", "lab/Owl-3-8B-Instruct"],
    ["pvc://weights/Owl-3-8B-Instruct/", "lab/Owl-3-8B-Instruct"],
    ["oci://registry.example.com/modelcar-owl-3-8b-instruct-fp8:1.5", "lab/Owl-3-8B-Instruct"],
    ["oci://registry.example.com/catalog:owl-3-8b-instruct", "lab/Owl-3-8B-Instruct"],
    ["/models/new-70b", "new-70b"],
    ["someone/new-70b-awq", "someone/new-70b-awq"],
    ["/models", "models"],
  ])("%s is asked for as %s", (written, id) => {
    expect(modelNamed(written, catalogue)).toBe(id);
  });
});
