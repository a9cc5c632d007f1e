import { howToMeasureEffect } from "../evidence/how-to-measure.ts";
import type { Rule } from "./rule.ts";
import { switchEvidence } from "./rule-evidence.ts";
import { switchEffect, wasteOf } from "./switch-effect.ts";
import { percentRange, placed } from "./words.ts";

const why = "Eager decoding at small batch is bound by kernel launches, which compilation fuses.";

export const noTorchCompile: Rule = {
  id: "no-torch-compile",
  title: "No torch.compile",
  description:
    "Eager transformers decoding launches each kernel from Python; torch.compile with a static cache removes most of that overhead. The number is of pairs of runs with and without it, published or your own; where nobody measured it the finding gives none and says how to measure it. Silent for serving engines, where the file only scores texts and generates none, for bitsandbytes weights (their kernels break the graph), in training, and where the pairs say that compiling saves nothing.",
  why,
  default_severity: "info",
  example: {
    language: "python",
    before: 'model = AutoModelForCausalLM.from_pretrained(MODEL, torch_dtype=torch.bfloat16, device_map="auto")',
    after:
      'model = AutoModelForCausalLM.from_pretrained(MODEL, torch_dtype=torch.bfloat16, device_map="auto")\nmodel.generation_config.cache_implementation = "static"\nmodel.forward = torch.compile(model.forward, mode="reduce-overhead")',
  },
  evidence: (catalogue) => switchEvidence(catalogue, "torch_compile"),
  check: (subject) => {
    const { facts, purpose, at, scores_only } = subject.deployment;
    if (
      purpose === "training" ||
      scores_only ||
      facts.framework?.value !== "transformers" ||
      facts.torch_compile?.value
    )
      return [];
    // torchao's FP8 has a rule of its own; what bitsandbytes computes cannot be compiled.
    if (facts.load_in_8bit?.value || facts.load_in_4bit?.value || facts.quantization?.value === "fp8") return [];
    const effect = switchEffect(subject, "torch_compile");
    if (effect && effect.saves.high <= 0) return [];
    return [
      {
        ...placed(at),
        end_line: at.line,
        message: effect
          ? `The model runs eagerly: compiled, it was measured at ${percentRange(-effect.saves.high, -effect.saves.low)} energy per token (${effect.where}).`
          : "The model runs eagerly: torch.compile may make decoding cheaper. Nobody has measured by how much here.",
        impact_percent: effect && wasteOf(effect, subject),
        evidence: effect?.evidence ?? [],
        why,
        ...(effect
          ? {}
          : { how_to_measure: howToMeasureEffect("torch_compile", facts.model_id?.value ?? null), at_most: "info" }),
        fix: {
          description: "Compile the forward pass and use a static cache; measure before and after.",
          code: 'model.forward = torch.compile(model.forward, mode="reduce-overhead")\nmodel.generation_config.cache_implementation = "static"',
        },
      },
    ];
  },
};
