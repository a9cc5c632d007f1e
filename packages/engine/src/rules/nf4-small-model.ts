import type { Catalogue } from "../domain/catalogue.ts";
import { formatNumber } from "../domain/format.ts";
import { crossoverFor, crossoverOf, pairsOf, ratioNear, wastePercent } from "./evidence-pairs.ts";
import { ofDeployment } from "./fleet-waste.ts";
import type { Rule } from "./rule.ts";
import { pairEvidence } from "./rule-evidence.ts";
import { againstSixteenBit, knownSize, placed } from "./words.ts";

const WHY =
  "Decoding a small model is bound by kernel launches, not by memory: dequantization adds work and the smaller weights save little.";

/** The size from which NF4 saves, per GPU that has rows at enough sizes, and over all. */
function crossovers(catalogue: Catalogue): readonly string[] {
  const gpus = [...new Set(pairsOf(catalogue, "nf4").map(({ row }) => row.gpu))].sort();
  const own = gpus.flatMap((gpu) => {
    const params = crossoverOf(pairsOf(catalogue, "nf4", gpu));
    return params === null ? [] : [`${catalogue.gpuById.get(gpu)?.name ?? gpu} ${formatNumber(params, 2)}B`];
  });
  const all = crossoverOf(pairsOf(catalogue, "nf4"));
  const over = all === null ? [] : [`all GPUs together ${formatNumber(all, 2)}B`];
  return own.length + over.length === 0 ? [] : [`NF4 saves from about: ${[...own, ...over].join(", ")}.`];
}

export const nf4SmallModel: Rule = {
  id: "nf4-small-model",
  title: "4-bit weights on a small model",
  description:
    "On a small model, unpacking 4-bit weights costs more than the saved memory traffic: NF4 then uses more energy per token than FP16. The size at which that turns is computed per GPU from the evidence (pairs of one session, gross energy); where a GPU has no such rows, from all GPUs together. Silent above the crossover, when the size is not known, in training, and for engines other than transformers, whose kernels nobody measured.",
  why: WHY,
  default_severity: "warning",
  example: {
    language: "python",
    before:
      'model = AutoModelForCausalLM.from_pretrained("Qwen/Qwen2-1.5B", quantization_config=BitsAndBytesConfig(load_in_4bit=True))',
    after: 'model = AutoModelForCausalLM.from_pretrained("Qwen/Qwen2-1.5B", torch_dtype=torch.float16)',
  },
  evidence: (catalogue) => {
    const { says, ids } = pairEvidence(catalogue, "nf4");
    return { says: [...says, ...crossovers(catalogue)], ids };
  },
  check: (subject) => {
    const { facts, purpose } = subject.deployment;
    const quantization = facts.quantization?.value;
    if (purpose === "training" || facts.framework?.value !== "transformers") return [];
    if (quantization !== "nf4" && quantization !== "nf4_dq") return [];
    const { gpu, params } = knownSize(subject);
    if (params === null) return [];
    const crossover = crossoverFor(subject.catalogue, "nf4", gpu);
    const near = ratioNear(subject.catalogue, "nf4", gpu, params);
    if (!crossover || !near || params >= crossover.params_b || near.mean <= 1) return [];
    const whose = crossover.scope === "this GPU" ? "on this GPU" : "over all GPUs that were measured";
    const at = (facts.load_in_4bit ?? facts.quantization)?.at ?? subject.deployment.at;
    return [
      {
        ...placed(at),
        message: `4-bit weights on a model of ${formatNumber(params)}B parameters: ${againstSixteenBit(near, subject)}; NF4 saves from about ${formatNumber(crossover.params_b, 2)}B ${whose}.`,
        impact_percent: ofDeployment(wastePercent(near), subject),
        evidence: near.evidence,
        why: WHY,
        fix: {
          description: "Load in FP16: faster, less energy, no loss of quality.",
          code: 'AutoModelForCausalLM.from_pretrained(MODEL, torch_dtype=torch.float16, device_map="auto")',
        },
      },
    ];
  },
};
