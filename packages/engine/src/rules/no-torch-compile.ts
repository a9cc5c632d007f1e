import type { Rule } from "./rule.ts";
import { placed } from "./words.ts";

export const noTorchCompile: Rule = {
  id: "no-torch-compile",
  title: "No torch.compile",
  description:
    "Eager transformers decoding launches each kernel from Python; torch.compile with a static cache removes most of that overhead. No row of the evidence measures it, so the finding gives no number. Silent for serving engines, for bitsandbytes weights (their kernels break the graph) and in training.",
  default_severity: "info",
  check: ({ deployment }) => {
    const { facts, purpose, at } = deployment;
    if (purpose === "training" || facts.framework?.value !== "transformers" || facts.torch_compile?.value) return [];
    if (facts.load_in_8bit?.value || facts.load_in_4bit?.value) return [];
    return [
      {
        ...placed(at),
        end_line: at.line,
        message:
          "The model runs eagerly: torch.compile may make decoding cheaper. Nobody has measured by how much here.",
        impact_percent: null,
        evidence: [],
        why: "Eager decoding at small batch is bound by kernel launches, which compilation fuses.",
        at_most: "info",
        fix: {
          description: "Compile the forward pass and use a static cache; measure before and after.",
          code: 'model.forward = torch.compile(model.forward, mode="reduce-overhead")\nmodel.generation_config.cache_implementation = "static"',
        },
      },
    ];
  },
};
