import type { Workload } from "../domain/workload.ts";
import { type MemoryNeed, memoryGb } from "../physics/memory.ts";
import { checkpointFormat } from "./checkpoint.ts";
import { ratioNear } from "./evidence-pairs.ts";
import { impactOf, wasteAgainst } from "./fleet-waste.ts";
import { unusedGpus } from "./gpus-used.ts";
import type { Rule, RuleFinding, RuleSubject } from "./rule.ts";
import { byArithmetic } from "./rule-evidence.ts";
import { againstSixteenBit, gb, knownSize, placed } from "./words.ts";

const why =
  "Memory is the sum of the weights, the KV cache of the sequences in flight and the context of the driver and the engine.";

export const modelGpuFit: Rule = {
  id: "model-gpu-fit",
  title: "Model and GPU memory",
  description:
    "Weights + KV cache + overhead against the memory of the GPUs of one replica. Too much: critical, with the arithmetic. Quantized only because FP16 does not fit, at a measured cost in energy: told. Would run on half the GPUs for less energy: told. Silent where the GPU or the model's size is not stated.",
  why,
  default_severity: "critical",
  example: {
    language: "yaml",
    before:
      "args: [--model=meta-llama/Llama-3.1-70B-Instruct]\nresources: {limits: {nvidia.com/gpu: 1}}  # 141 GB of weights on 80 GB",
    after:
      "args: [--model=meta-llama/Llama-3.1-70B-Instruct, --tensor-parallel-size=4]\nresources: {limits: {nvidia.com/gpu: 4}}",
  },
  evidence: ({ physics }) => {
    const overhead = physics.memory_overhead_gb;
    const said = overhead ? ` Overhead: ${overhead.value} ${overhead.unit} (${overhead.basis}).` : "";
    return byArithmetic(
      `Parameters × bytes per weight + KV cache + overhead, from the catalogue's models, precisions and GPUs.${said}`,
    );
  },
  check: (subject) => {
    const { resolved, deployment } = subject;
    const { gpu, gpu_assumed } = knownSize(subject);
    if (!resolved || deployment.purpose === "training" || gpu === null || gpu_assumed) return [];
    if (resolved.workload.model.params_b_total === null) return [];
    const workload = minimalWorkload(subject, resolved.workload);
    const need = memoryGb(workload, subject.catalogue);
    if (need.available_gb === null) return [];
    // The KV cache of a model that only its name describes is a guess: what its lower end leaves open is not told.
    if (!need.fits && workload.model.architecture === null && need.total_gb.low <= need.available_gb) return [];
    if (!need.fits) return [doesNotFit(subject, workload, need, need.available_gb)];
    return [...quantizedToFit(subject, workload), ...fewerGpus(subject, workload)];
  },
};

/** One sequence of the stated length: what must fit for the deployment to start. */
function minimalWorkload({ deployment, catalogue }: RuleSubject, workload: Workload): Workload {
  const format = checkpointFormat(deployment.facts.model_id?.value ?? "", catalogue);
  const stored = format === "awq" || format === "gptq" || format === "fp8" || format === "mxfp4" ? format : null;
  const stated = deployment.facts.quantization ? workload.precision : (stored ?? workload.precision);
  const batch = deployment.facts.batch_size?.value ?? 1;
  const length = deployment.facts.max_model_len?.value;
  const sequence = length === undefined ? workload.sequence_length : Math.max(1, length - workload.generation_length);
  return { ...workload, precision: stated, batch_size: batch, sequence_length: sequence };
}

const arithmetic = (workload: Workload, need: MemoryNeed, available: number): string =>
  `weights ${gb(need.weights_gb.value)} (${workload.precision}) + KV cache ${gb(need.kv_cache_gb.value)} + overhead ${gb(need.overhead_gb.value)} = ${gb(need.total_gb.value)}; ${workload.num_gpus} × ${workload.gpu.name} has ${gb(available)}`;

function doesNotFit(subject: RuleSubject, workload: Workload, need: MemoryNeed, available: number): RuleFinding {
  const { facts } = subject.deployment;
  const at = (facts.gpus_per_replica ?? facts.hardware_platform ?? facts.model_id)?.at ?? subject.deployment.at;
  // device_map="auto" may spread over more GPUs than the file says; a narrow miss may still start.
  const sure = need.total_gb.low > available && !subject.resolved?.configuration.assumed.includes("num_gpus");
  const given = workload.num_gpus + unusedGpus(subject.deployment);
  const sizes = [given, 1, 2, 4, 8, 16].filter((n) => n > workload.num_gpus);
  const enough = sizes.find((num_gpus) => memoryGb({ ...workload, num_gpus }, subject.catalogue).fits);
  return {
    ...placed(at),
    message: `${workload.model.id} ${sure ? "does not fit" : "is not likely to fit"}: ${arithmetic(workload, need, available)}${given > workload.num_gpus ? `: the engine uses no more of the ${given} asked for` : ""}.`,
    impact_percent: null,
    evidence: [],
    why,
    ...(sure ? { always_critical: true } : { at_most: "warning" as const }),
    fix:
      enough === undefined
        ? { description: "Choose a GPU with more memory or a smaller model.", code: "" }
        : {
            description: `Use ${enough} GPUs per replica, or a GPU with more memory.`,
            code:
              facts.framework?.value === "transformers"
                ? 'AutoModelForCausalLM.from_pretrained(MODEL, device_map="auto")'
                : `--tensor-parallel-size ${enough}`,
          },
  };
}

const BITSANDBYTES = ["nf4", "nf4_dq", "int8_pure"];

/** Quantized because FP16 does not fit: right only where the evidence does not say that it costs. */
function quantizedToFit(subject: RuleSubject, workload: Workload): readonly RuleFinding[] {
  const { quantization } = subject.deployment.facts;
  if (!quantization || !BITSANDBYTES.includes(workload.precision)) return [];
  const full = memoryGb({ ...workload, precision: "fp16" }, subject.catalogue);
  if (full.fits || full.available_gb === null) return [];
  const { gpu, params } = knownSize(subject);
  const near = ratioNear(subject.catalogue, workload.precision, gpu, params);
  if (!near || near.mean <= 1) return [];
  return [
    {
      ...placed(quantization.at),
      message: `Quantized only to fit: FP16 needs ${arithmetic({ ...workload, precision: "fp16" }, full, full.available_gb)}; ${workload.precision} costs ${againstSixteenBit(near, subject)}.`,
      impact_percent: null,
      evidence: near.evidence,
      why: "Quantization that is only there to fit a small card may use more energy than FP16 on a card that holds the model.",
      at_most: "info",
      fix: { description: "Compare with a GPU that holds the model in FP16.", code: "torch_dtype=torch.float16" },
    },
  ];
}

function fewerGpus(subject: RuleSubject, workload: Workload): readonly RuleFinding[] {
  const { facts } = subject.deployment;
  const half = workload.num_gpus / 2;
  const stated = facts.gpus_per_replica ?? facts.tensor_parallel;
  // GPUs that the engine does not use are told by parallelism-mismatch.
  if (!stated || !Number.isInteger(half) || half < 1 || unusedGpus(subject.deployment) > 0) return [];
  const concurrency = subject.fleet?.kind === "estimated" ? Math.max(1, Math.ceil(subject.fleet.mean_concurrency)) : 1;
  const need = memoryGb({ ...workload, num_gpus: half, batch_size: concurrency }, subject.catalogue);
  if (need.available_gb === null || need.total_gb.high > need.available_gb) return [];
  const waste = wasteAgainst(subject, { num_gpus: half });
  if (!waste || waste.low <= 0 || waste.after.replicas_needed !== null) return [];
  return [
    {
      ...placed(stated.at),
      message: `Would fit ${half} GPU${half === 1 ? "" : "s"} per replica: ${arithmetic({ ...workload, num_gpus: half }, need, need.available_gb)}.`,
      ...impactOf(waste),
      why: "More GPUs than the model needs idle more, and each layer waits for their exchange.",
      at_most: "info",
      fix: {
        description: `Use ${half} GPU${half === 1 ? "" : "s"} per replica, after checking the latency that you need.`,
        code: `--tensor-parallel-size ${half}`,
      },
    },
  ];
}
