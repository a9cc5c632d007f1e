import type { Fact } from "../domain/deployment.ts";
import type { Fix } from "../domain/finding.ts";
import { howToMeasureEffect } from "../evidence/how-to-measure.ts";
import { replaced } from "./edit-lines.ts";
import { impactOf, wasteAgainst } from "./fleet-waste.ts";
import type { Rule, RuleSubject } from "./rule.ts";
import { byArithmetic } from "./rule-evidence.ts";
import { knownSize, percentRange, placed } from "./words.ts";

const why =
  "FP32 weights take twice the memory of 16 bit and twice the traffic for every token; checkpoints are published in 16 bit, so nothing is gained.";

export const fp32Inference: Rule = {
  id: "fp32-inference",
  title: "FP32 weights for inference",
  description:
    "A model is loaded in 32 bit (torch_dtype=torch.float32, --dtype float32; vLLM's `float` is float32 too). The number is physics: bytes moved and held, for no published row measures FP32; rows of your own that measured both come first. At most a warning unless the deployment can be estimated. Silent on the CPU, in training, under a quantization (there the dtype is the compute dtype) and where no dtype is stated.",
  why,
  default_severity: "warning",
  example: {
    language: "python",
    before: "model = AutoModelForCausalLM.from_pretrained(MODEL, torch_dtype=torch.float32)",
    after: "model = AutoModelForCausalLM.from_pretrained(MODEL, torch_dtype=torch.bfloat16)",
  },
  evidence: () =>
    byArithmetic(
      `4 bytes per weight instead of 2, by the catalogue's precisions. ${howToMeasureEffect("precision", null)}.`,
    ),
  check: (subject) => {
    const fact = statedFp32(subject);
    if (!fact) return [];
    const to = sixteenBit(subject);
    const waste = wasteAgainst(subject, { precision: to });
    const impact = waste ? impactOf(waste) : null;
    const says = impact
      ? `${waste?.is_measured ? "as one session measured both," : "by physics"} 16 bit saves ${percentRange(impact.impact_percent.low, impact.impact_percent.high)} of this deployment's energy.`
      : "nobody has measured how much that costs here.";
    return [
      {
        ...placed(fact.at),
        message: `The weights are loaded in FP32, twice the bytes of 16 bit: ${says}`,
        impact_percent: impact?.impact_percent ?? null,
        evidence: impact?.evidence ?? [],
        ...(impact
          ? {}
          : { how_to_measure: howToMeasureEffect("precision", subject.deployment.facts.model_id?.value ?? null) }),
        why,
        fix: fixOf(subject, fact, to),
      },
    ];
  },
};

function statedFp32({ deployment: { facts, purpose } }: RuleSubject): Fact<string> | null {
  if (purpose === "training") return null;
  if (facts.quantization) return facts.quantization.value === "fp32" ? facts.quantization : null;
  return facts.dtype?.value === "fp32" ? facts.dtype : null;
}

/** bfloat16 where the card has it or is not known; float16 on older cards. */
function sixteenBit(subject: RuleSubject): "bf16" | "fp16" {
  const { gpu } = knownSize(subject);
  const supports = gpu === null || (subject.catalogue.gpuById.get(gpu)?.supports_bf16 ?? true);
  return supports ? "bf16" : "fp16";
}

function fixOf({ deployment, file }: RuleSubject, { at }: Fact<string>, to: "bf16" | "fp16"): Fix {
  const name = to === "bf16" ? "bfloat16" : "float16";
  const served = deployment.facts.framework?.value !== "transformers";
  return {
    description: `Load in ${name}, or in the checkpoint's own precision ("auto").`,
    code: served ? `--dtype ${name}` : `AutoModelForCausalLM.from_pretrained(MODEL, torch_dtype=torch.${name})`,
    ...replaced(
      file,
      at,
      [
        [/torch\.float(?:32)?\b/, `torch.${name}`],
        [/((?:^|["'=:\s]))(?:float32|fp32|float)(?=["'\s,)]|$)/, `$1${name}`],
      ],
      [[/^(\s{0,200}(?:-\s{1,4})?["']?)(?:float32|fp32|float)(?=["']?,?\s{0,4}\\?\s{0,4}$)/, `$1${name}`]],
    ),
  };
}
