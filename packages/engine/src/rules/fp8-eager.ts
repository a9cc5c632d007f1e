import type { Fact } from "../domain/deployment.ts";
import { howToMeasureEffect } from "../evidence/how-to-measure.ts";
import { checkpointFormat } from "./checkpoint.ts";
import type { Rule, RuleSubject } from "./rule.ts";
import { notMeasured } from "./rule-evidence.ts";
import { placed } from "./words.ts";

const why =
  "FP8 quantizes activations before every product and scales after it: small kernels that only compilation or CUDA graphs fuse or replay; launched one by one they may cost more than the smaller weights save.";

export const fp8Eager: Rule = {
  id: "fp8-eager",
  title: "FP8 without compilation",
  description:
    "torchao's FP8 in transformers without torch.compile, or FP8 under vLLM with --enforce-eager, asked for or stored in the checkpoint. Nothing of it is measured here: no number, at most a warning. Silent for FP8 checkpoints that an engine runs with its CUDA graphs, and in training.",
  why,
  default_severity: "warning",
  example: {
    language: "python",
    before:
      'model = AutoModelForCausalLM.from_pretrained(MODEL, quantization_config=TorchAoConfig("float8_weight_only"))\nmodel.generate(**inputs)',
    after:
      'model = AutoModelForCausalLM.from_pretrained(MODEL, quantization_config=TorchAoConfig("float8_weight_only"))\nmodel.forward = torch.compile(model.forward, mode="reduce-overhead")\nmodel.generate(**inputs)',
  },
  evidence: () => notMeasured("torch_compile"),
  check: (subject) => {
    const eager = eagerFact(subject);
    if (!eager) return [];
    const { model_id, framework } = subject.deployment.facts;
    const served = framework?.value !== "transformers";
    return [
      {
        ...placed(eager.at),
        message: `FP8 weights run eagerly${served ? " (--enforce-eager)" : ", without torch.compile"}. Nobody has measured what that costs here.`,
        impact_percent: null,
        evidence: [],
        how_to_measure: howToMeasureEffect("torch_compile", model_id?.value ?? null),
        why,
        fix: served
          ? {
              description: "Remove --enforce-eager: the engine then replays CUDA graphs.",
              code: "vllm serve MODEL --quantization fp8",
            }
          : {
              description: "Compile the forward pass, or load in 16 bit; measure both.",
              code: 'model.forward = torch.compile(model.forward, mode="reduce-overhead")',
            },
      },
    ];
  },
};

/** The fact that makes it eager; null where it is not. */
function eagerFact({ deployment: { facts, purpose }, catalogue }: RuleSubject): Fact<unknown> | null {
  const asked = facts.quantization?.value;
  const stored = asked === undefined ? checkpointFormat(facts.model_id?.value ?? "", catalogue) : asked;
  if (purpose === "training" || stored !== "fp8") return null;
  if (facts.framework?.value === "transformers") {
    const torchao = facts.quantization_library?.value === "torchao";
    return torchao && !facts.torch_compile?.value ? (facts.quantization ?? null) : null;
  }
  return facts.framework?.value === "vllm" && facts.enforce_eager?.value ? facts.enforce_eager : null;
}
