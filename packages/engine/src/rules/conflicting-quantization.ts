import { type CheckpointFormat, checkpointFormat } from "./checkpoint.ts";
import type { Rule, RuleFinding, RuleSubject } from "./rule.ts";
import { byArithmetic } from "./rule-evidence.ts";
import { placed } from "./words.ts";

const WHY =
  "A weight has one storage format: the loader refuses the second, or ignores it and runs something else than the file says.";

export const conflictingQuantization: Rule = {
  id: "conflicting-quantization",
  title: "Two quantizations at once",
  description:
    "One configuration asks for 8-bit and 4-bit weights, or quantizes a checkpoint that is already quantized another way. The load fails, or silently ignores one of them. Judged per configuration, not per file. Silent in training and where the checkpoint's name and the catalogue say nothing.",
  why: WHY,
  default_severity: "critical",
  example: {
    language: "shell",
    before: "vllm serve org/model-AWQ --quantization fp8",
    after: "vllm serve org/model-AWQ",
  },
  evidence: () =>
    byArithmetic("The loaders' documented behaviour; nothing to measure: the load fails, or one setting is ignored."),
  check: (subject) => {
    if (subject.deployment.purpose === "training") return [];
    const { load_in_8bit: eight, load_in_4bit: four } = subject.deployment.facts;
    if (eight?.value && four?.value) {
      const later = four.at.line >= eight.at.line ? four : eight;
      return [
        conflict(later.at, "load_in_8bit and load_in_4bit are both True in one configuration.", {
          description: "Keep one of the two.",
          code: 'BitsAndBytesConfig(load_in_4bit=True, bnb_4bit_quant_type="nf4")',
        }),
      ];
    }
    return againstCheckpoint(subject);
  },
};

/** Which checkpoint format a requested precision can load. */
const LOADS: ReadonlyMap<string, CheckpointFormat> = new Map([
  ["awq", "awq"],
  ["gptq", "gptq"],
  ["fp8", "fp8"],
  ["mxfp4", "mxfp4"],
  ["nf4", "bitsandbytes"],
  ["nf4_dq", "bitsandbytes"],
  ["int8_default", "bitsandbytes"],
  ["int8_pure", "bitsandbytes"],
]);

function againstCheckpoint({ deployment, catalogue }: RuleSubject): readonly RuleFinding[] {
  const { model_id, quantization } = deployment.facts;
  const format = model_id ? checkpointFormat(model_id.value, catalogue) : null;
  const loads = quantization ? LOADS.get(quantization.value) : undefined;
  if (!format || format === "other" || !quantization || !loads || loads === format) return [];
  const asked = quantization.text ?? quantization.value;
  return [
    conflict(quantization.at, `${asked} is asked for a checkpoint that is already ${format}.`, {
      description: `Drop the quantization setting (the checkpoint brings its own), or load the 16-bit checkpoint.`,
      code:
        deployment.facts.framework?.value === "transformers"
          ? 'AutoModelForCausalLM.from_pretrained(MODEL, device_map="auto")'
          : "vllm serve MODEL",
    }),
  ];
}

const conflict = (at: Parameters<typeof placed>[0], message: string, fix: RuleFinding["fix"]): RuleFinding => ({
  ...placed(at),
  message,
  impact_percent: null,
  evidence: [],
  why: WHY,
  always_critical: true,
  fix,
});
