import type { Fact } from "../domain/deployment.ts";
import { replaced } from "./edit-lines.ts";
import type { Rule, RuleSubject } from "./rule.ts";
import { byArithmetic } from "./rule-evidence.ts";
import { knownSize, placed } from "./words.ts";

const why =
  "Tensor cores before Ampere know no bfloat16: vLLM refuses to start, PyTorch emulates it through float32 with more work per token.";

export const bf16Unsupported: Rule = {
  id: "bf16-unsupported",
  title: "bfloat16 on a card without it",
  description:
    "bfloat16 is asked for on a GPU older than Ampere (V100, T4, …: compute capability below 8.0, by the catalogue's GPUs). vLLM refuses to start; transformers emulates. Not measured: no number, a warning. Silent where the GPU is not stated, and for dtype auto.",
  why,
  default_severity: "warning",
  example: {
    language: "yaml",
    before: "# on nvidia.com/gpu.product: Tesla-T4\nargs: [--model=MODEL, --dtype=bfloat16]",
    after: "# on nvidia.com/gpu.product: Tesla-T4\nargs: [--model=MODEL, --dtype=float16]",
  },
  evidence: (catalogue) => {
    const without = catalogue.gpus
      .filter((gpu) => gpu.vendor === "nvidia" && !gpu.supports_bf16)
      .map(({ name }) => name);
    return byArithmetic(
      `Cards of the catalogue without bfloat16: ${without.length > 0 ? without.join(", ") : "none"}. The cost of emulating it is not measured here.`,
    );
  },
  check: (subject) => {
    const fact = statedBf16(subject);
    const { gpu, gpu_assumed } = knownSize(subject);
    const card = gpu === null ? subject.board : gpu_assumed ? undefined : subject.catalogue.gpuById.get(gpu);
    if (!fact || !card || card.supports_bf16) return [];
    const { framework } = subject.deployment.facts;
    const does = framework?.value === "vllm" ? "the engine refuses to start" : "it is emulated";
    return [
      {
        ...placed(fact.at),
        message: `bfloat16 on the ${card.name} (compute capability ${card.compute_capability ?? "not known"}; 8.0 is needed): ${does}. The cost of emulation is not measured here.`,
        impact_percent: null,
        evidence: [],
        why,
        fix: {
          description: "Use float16 on this card.",
          code: framework?.value === "transformers" ? "torch_dtype=torch.float16" : "--dtype float16",
          ...replaced(
            subject.file,
            fact.at,
            [
              [/torch\.bfloat16\b/, "torch.float16"],
              [/((?:^|["'=:\s]))(?:bfloat16|bf16)(?=["'\s,)]|$)/, "$1float16"],
            ],
            [[/^(\s{0,200}(?:-\s{1,4})?["']?)(?:bfloat16|bf16)(?=["']?,?\s{0,4}\\?\s{0,4}$)/, "$1float16"]],
          ),
        },
      },
    ];
  },
};

function statedBf16({ deployment: { facts, purpose } }: RuleSubject): Fact<string> | null {
  if (purpose === "training") return null;
  if (facts.quantization?.value === "bf16") return facts.quantization;
  return facts.dtype?.value === "bf16" ? facts.dtype : null;
}
