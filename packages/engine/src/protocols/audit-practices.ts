import type { Fact } from "../domain/deployment.ts";
import type { GoodPractice } from "../domain/finding.ts";
import { formatNumber } from "../domain/format.ts";
import { ENGINE_NAMES } from "../domain/framework.ts";
import { crossoverFor, ratioNear } from "../rules/evidence-pairs.ts";
import type { RuleSubject } from "../rules/rule.ts";
import { againstSixteenBit, knownSize } from "../rules/words.ts";

const isOne = (fact: Fact<number> | undefined): boolean => fact?.value === 1;

/** What a deployment already does right. */
export function goodPractices(subject: RuleSubject): readonly GoodPractice[] {
  const { facts, purpose } = subject.deployment;
  if (purpose === "training" || (facts.device && facts.device.value !== "gpu")) return [];
  const found: GoodPractice[] = [];
  const say = (message: string, at: GoodPractice["at"], evidence: readonly string[] = []) =>
    found.push({ message, at, evidence });
  const { gpu, params } = knownSize(subject);
  if (facts.quantization?.value === "int8_pure" && facts.llm_int8_threshold) {
    const near = ratioNear(subject.catalogue, "int8_pure", gpu, params);
    say(
      "llm_int8_threshold=0.0 avoids the mixed-precision decomposition of default INT8.",
      facts.llm_int8_threshold.at,
      near?.evidence,
    );
  }
  const scaler = facts.replicas_max ?? facts.replicas_min ?? (facts.autoscaled?.value ? facts.autoscaled : undefined);
  if (scaler) {
    const zero = facts.replicas_min?.value === 0 ? ", down to none" : "";
    say(`An autoscaler follows the load${zero}: replicas that wait are let go.`, scaler.at);
  }
  if (facts.torch_compile?.value) say("The model is compiled with torch.compile.", facts.torch_compile.at);
  if (facts.use_cache?.value) say("The KV cache is on.", facts.use_cache.at);
  if (facts.prefix_caching?.value) say("Prefix caching is on.", facts.prefix_caching.at);
  if (
    facts.framework &&
    facts.framework.value !== "transformers" &&
    !isOne(facts.max_num_seqs) &&
    !isOne(facts.max_concurrency)
  ) {
    say(`${ENGINE_NAMES[facts.framework.value]} batches requests continuously.`, facts.framework.at);
  }
  if ((facts.batch_size?.value ?? 1) > 1 && facts.batch_size) {
    say(`Prompts are generated in batches of ${facts.batch_size.value}.`, facts.batch_size.at);
  }
  const quantized = facts.quantization;
  if (quantized?.value === "nf4" && facts.framework?.value === "transformers" && params !== null) {
    const crossover = crossoverFor(subject.catalogue, "nf4", gpu);
    const near = ratioNear(subject.catalogue, "nf4", gpu, params);
    if (crossover && near && params >= crossover.params_b && near.mean < 1) {
      say(
        `NF4 on ${formatNumber(params)}B parameters is above the crossover of about ${formatNumber(crossover.params_b, 2)}B: ${againstSixteenBit(near, subject)}.`,
        quantized.at,
        near.evidence,
      );
    }
  }
  return found;
}
