import { catalogueData } from "@ecocompute/data";
import { indexCatalogue, PROTOCOLS, renderMarkdown } from "@ecocompute/engine";
import { describe, expect, test } from "vitest";
import { createApp } from "../app.ts";
import { smallService } from "../small-service.test-data.ts";

// The real protocols over the real evidence, without the Worker around them.
const app = createApp({
  ...smallService(),
  catalogue: indexCatalogue(catalogueData),
  protocols: PROTOCOLS,
  renderMarkdown,
});
const post = (path: string, body: object, accept = "application/json") =>
  app.request(path, {
    method: "POST",
    headers: { "content-type": "application/json", accept },
    body: JSON.stringify(body),
  });

const QUESTION = { model_id: "mistralai/Mistral-7B-Instruct-v0.2", hardware_platform: "rtx4090d" };
const MINE = {
  id: "run-0001",
  gpu: "NVIDIA GeForce RTX 4090 D",
  model_id: "mistralai/Mistral-7B-Instruct-v0.2",
  precision: "fp16",
  batch_size: 1,
  input_tokens: 512,
  output_tokens: 256,
  throughput_tok_s: 40,
  power_w: 300,
  energy_j_per_token: 7.5,
  n_runs: "10",
  tier: 1,
  energy_meter: "nvml_counter",
  energy_j_per_token_counter: 7.5,
  power_sample_hz: 20,
  date: "2026-11-27",
};

describe("POST with measurements of one's own", () => {
  test("the answer cites the row, and the next request knows nothing of it", async () => {
    const before = await (await post("/v1/estimate", QUESTION)).json();
    const response = await post("/v1/estimate", { ...QUESTION, measurements: [MINE] });
    expect(response.status).toBe(200);
    const body = await response.json();
    expect(body.current.basis).toMatchObject({ tier: "measured", confidence: "high", own_evidence: ["run-0001"] });
    expect(body.current.basis.evidence[0]).toBe("run-0001");
    expect(body.current.metrics.energy_j_per_1k_tokens.value).toBe(7500);
    expect(body.warnings[0].message).toContain('"NVIDIA GeForce RTX 4090 D" is taken as rtx4090d');
    expect(await (await post("/v1/estimate", QUESTION)).json()).toEqual(before);
    expect((await app.request("/v1/evidence/run-0001")).status).toBe(404);
  });

  test("Markdown names it as the user's own, with its method", async () => {
    const asked = { ...QUESTION, quantization: "fp16", batch_size: 1, max_vram_gb: 20 };
    const text = await (await post("/v1/optimize", { ...asked, measurements: [MINE] }, "text/markdown")).text();
    expect(text).toContain("own row");
    expect(text).not.toContain("/v1/evidence/run-0001");
  });

  test("a row that no published one could be: a problem that names row and field", async () => {
    const response = await post("/v1/estimate", { ...QUESTION, measurements: [{ ...MINE, power_w: 3000 }] });
    expect(response.status).toBe(422);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    const parameters = (await response.json()).errors.map(({ parameter }: { parameter: string }) => parameter);
    expect(parameters).toEqual(["measurements[0].energy_j_per_token", "measurements[0].power_w"]);
  });

  test("not by GET: a list is no URL, and OpenAPI says so", async () => {
    const response = await app.request("/v1/estimate?model_id=7B&measurements=run.csv");
    expect(response.status).toBe(422);
    expect((await response.json()).errors[0].message).toBe("expected a list of rows");
    const { paths } = await (await app.request("/openapi.json")).json();
    const names = paths["/v1/estimate"].get.parameters.map(({ name }: { name: string }) => name);
    expect(names).toContain("model_id");
    expect(names).not.toContain("measurements");
  });
});
