import { at, type Check, isNear } from "./check.ts";

const PARAMETER_TOLERANCE = 0.031;
const SHAPE = ["layers", "hidden_size", "kv_heads", "experts"] as const;

export const oneArchitectureOneShape: Check = {
  id: "one-architecture-one-shape",
  title: "Models that share an architecture id share their evidence: so they share shape and, within 3 %, parameters.",
  find: (data) => {
    const first = new Map<string, (typeof data.models)[number]["value"]>();
    return data.models.flatMap((model) => {
      const { id, architecture, params_b_total: params } = model.value;
      if (!architecture) return [];
      const other = first.get(architecture.id);
      if (!other?.architecture) {
        first.set(architecture.id, model.value);
        return [];
      }
      const { architecture: shape } = other;
      const differing = SHAPE.filter((field) => shape[field] !== architecture[field]);
      const sameSize =
        params !== null && other.params_b_total !== null && isNear(params, other.params_b_total, PARAMETER_TOLERANCE);
      return [
        ...differing.map((field) => at(model, id, `${architecture.id}: ${field} differs from ${other.id}`)),
        ...(sameSize
          ? []
          : [at(model, id, `${architecture.id}: ${params} G parameters, but ${other.id} has ${other.params_b_total}`)]),
      ];
    });
  },
};
