import { readFileSync } from "node:fs";
import { catalogueData } from "@ecocompute/data";
import { expect, test } from "vitest";
import { parse } from "yaml";

interface Shape {
  readonly hidden_size: number;
  readonly intermediate_size: number;
  readonly num_hidden_layers: number;
  readonly num_attention_heads: number;
  readonly num_key_value_heads: number;
  readonly vocab_size: number;
  readonly tie_word_embeddings: boolean;
}

const shapes: Readonly<Record<string, Shape>> = parse(
  readFileSync(new URL("../measure/architectures.yaml", import.meta.url), "utf8"),
);

/** Weights of a gated decoder: embeddings, and per layer four attention and three feed-forward matrices; norms and biases are below a thousandth. */
function parametersB(shape: Shape): number {
  const { hidden_size: h, intermediate_size: f, num_hidden_layers: layers, vocab_size: vocabulary } = shape;
  const kv = (h / shape.num_attention_heads) * shape.num_key_value_heads;
  const layer = 2 * h * h + 2 * h * kv + 3 * h * f;
  return (layers * layer + (shape.tie_word_embeddings ? 1 : 2) * vocabulary * h) / 1e9;
}

test.each(Object.entries(shapes))("%s with random weights is as large as the model", (id, shape) => {
  const model = catalogueData.models.find((each) => each.id === id);
  expect(model, "the catalogue holds it, so that its rows find their model").toBeDefined();
  expect(parametersB(shape) / (model?.params_b_total ?? Number.NaN)).toBeCloseTo(1, 2);
  expect(model?.architecture).toMatchObject({
    layers: shape.num_hidden_layers,
    hidden_size: shape.hidden_size,
    kv_heads: shape.num_key_value_heads,
  });
});
