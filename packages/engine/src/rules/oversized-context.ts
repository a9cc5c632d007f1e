import { formatNumber } from "../domain/format.ts";
import type { Workload } from "../domain/workload.ts";
import { shapeOf } from "../physics/architecture.ts";
import { memoryGb } from "../physics/memory.ts";
import { VLLM_DEFAULT_MAX_NUM_SEQS } from "../readers/engine-flags.ts";
import type { Rule, RuleSubject } from "./rule.ts";
import { threshold } from "./threshold.ts";
import { gb, knownSize, placed } from "./words.ts";

const why =
  "Serving engines page the KV cache, so the bound itself reserves nothing; but each request that uses it takes that much memory, and while it runs few others share its steps.";

export const oversizedContext: Rule = {
  id: "oversized-context",
  title: "A context bound far above need",
  description:
    "The context length that a server accepts (max_model_len, max-total-tokens, context-length) is several times what requests need, and memory holds only a few requests of that length at once: one long request then takes the batch from the others. No number: how often such requests come is not known. At most a warning, and info where the lengths are assumed. Silent where the model, the GPU or the bound is not stated.",
  why,
  default_severity: "warning",
  example: {
    language: "shell",
    before: "vllm serve meta-llama/Llama-3.1-8B-Instruct --max-model-len 131072  # requests of 2,000 tokens, 80 GB",
    after: "vllm serve meta-llama/Llama-3.1-8B-Instruct --max-model-len 8192",
  },
  evidence: ({ thresholds }) => {
    const says = ["usual_tokens", "long_context_times_need", "few_full_sequences"].flatMap((name) => {
      const entry = thresholds[name];
      return entry ? [`${entry.meaning} ${entry.value}: ${entry.basis}.`] : [];
    });
    return { says: [...says, "The KV cache of a token is the catalogue's, by layers and KV heads."], ids: [] };
  },
  check: (subject) => {
    const { resolved, deployment, catalogue } = subject;
    const { gpu, gpu_assumed } = knownSize(subject);
    const bound = deployment.facts.max_model_len;
    if (!bound || !resolved || gpu === null || gpu_assumed || deployment.purpose === "training") return [];
    const { workload, configuration } = resolved;
    const assumed = ["sequence_length", "generation_length"].some((name) => configuration.assumed.includes(name));
    const asked = workload.sequence_length + workload.generation_length;
    const need = assumed ? Math.max(asked, threshold(catalogue, "usual_tokens")) : asked;
    const times = threshold(catalogue, "long_context_times_need");
    if (workload.model.params_b_total === null || bound.value < times * need) return [];
    const held = fullSequences(subject, workload, bound.value);
    const most = deployment.facts.max_num_seqs?.value ?? VLLM_DEFAULT_MAX_NUM_SEQS;
    const few = Math.min(most, threshold(catalogue, "few_full_sequences"));
    if (!held || held.sequences < 1 || held.sequences >= few) return [];
    return [
      {
        ...placed(bound.at),
        message: `Requests of up to ${formatNumber(bound.value, 6)} tokens are let in, ${formatNumber(bound.value / need, 2)} times the ${formatNumber(need, 6)} that ${assumed ? "are usual" : "are stated"}. One takes ${gb(held.each_gb)} of KV cache: beside the weights ${workload.num_gpus} × ${workload.gpu.name} holds ${held.sequences} of them, not the ${most} that max_num_seqs allows. What that costs is not measured here: it depends on how often such requests come.`,
        impact_percent: null,
        evidence: [],
        why,
        at_most: assumed ? "info" : "warning",
        fix: {
          description: "Bound the context by what requests need, with headroom; serve rare long ones apart.",
          code: `--max-model-len ${Math.ceil((times * need) / 1024) * 1024}`,
        },
      },
    ];
  },
};

/** How many sequences of the full bound memory holds beside the weights. */
function fullSequences({ catalogue }: RuleSubject, workload: Workload, bound: number) {
  // A cache that is guessed from models of about its size is no ground to call a bound too large.
  if (!shapeOf(workload.model, catalogue).known) return null;
  const at = (batch_size: number) =>
    memoryGb({ ...workload, batch_size, sequence_length: Math.max(1, bound - 1), generation_length: 1 }, catalogue);
  const one = at(1);
  if (one.available_gb === null || one.kv_cache_gb.value <= 0) return null;
  const room = one.available_gb - one.weights_gb.value - one.overhead_gb.value;
  return { sequences: Math.floor(room / one.kv_cache_gb.value), each_gb: one.kv_cache_gb.value };
}
