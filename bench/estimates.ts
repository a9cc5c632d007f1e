import { catalogueData } from "@ecocompute/data";
import { estimateWorkload, indexCatalogue, PROTOCOLS, resolveRequest, type Workload } from "@ecocompute/engine";
import { type BenchLine, ratio } from "./line.ts";

/** A question for each rung: a measured row, between two batches, the model's rows elsewhere, physics with and without rows of the card. */
const REQUESTS = [
  {
    model_id: "mistralai/Mistral-7B-Instruct-v0.2",
    hardware_platform: "a800",
    quantization: "int8_pure",
    batch_size: 8,
  },
  { model_id: "mistralai/Mistral-7B-Instruct-v0.2", hardware_platform: "a800", quantization: "fp16", batch_size: 24 },
  {
    model_id: "meta-llama/Llama-3.1-8B-Instruct",
    hardware_platform: "h100",
    framework: "vllm",
    quantization: "bf16",
    batch_size: 64,
  },
  {
    model_id: "meta-llama/Llama-3.1-8B-Instruct",
    hardware_platform: "h100",
    framework: "vllm",
    quantization: "bf16",
    batch_size: 90,
  },
  { model_id: "Qwen/Qwen2-7B", hardware_platform: "l4", quantization: "fp16", batch_size: 4 },
  {
    model_id: "meta-llama/Llama-3.1-8B-Instruct",
    hardware_platform: "h200",
    framework: "vllm",
    quantization: "fp8",
    batch_size: 64,
  },
] as const;
const SECONDS = 1.5;
const WARM_UP_SECONDS = 0.5;

const catalogue = indexCatalogue(catalogueData);

/** `estimateWorkload` of one resolved workload, each rung in turn: what a search calls for each of its candidates. */
function estimateLine(): BenchLine {
  const workloads = REQUESTS.map((request): Workload => {
    const outcome = resolveRequest(request, catalogue);
    if (!outcome.ok) throw new Error(`${JSON.stringify(request)}: ${outcome.problem.detail}`);
    return outcome.value.workload;
  });
  const run = (turn: number) => {
    const workload = workloads[turn % workloads.length];
    return workload && estimateWorkload(workload, catalogue);
  };
  const answers = workloads.map((_, turn) => run(turn));
  const tiers = new Set(answers.map((answer) => (answer?.kind === "estimated" ? answer.basis.tier : answer?.kind)));
  if (tiers.size < 4) throw new Error(`expected every rung, measured ${[...tiers].join(", ")}`);
  return besideJson("one estimate, every rung in turn", "estimates/s", run, answers);
}

/** A protocol's whole answer to each question in turn. */
function protocolLine(id: string, what: string, unit: string, requests: readonly object[]): BenchLine {
  const protocol = PROTOCOLS.find((candidate) => candidate.id === id);
  if (!protocol) throw new Error(`the engine has no protocol ${id}`);
  const run = (turn: number) => {
    const outcome = protocol.run(requests[turn % requests.length], { catalogue, python: null });
    if (!outcome.ok) throw new Error(`${id}: ${outcome.problem.detail}`);
    return outcome.value;
  };
  return besideJson(
    what,
    unit,
    run,
    requests.map((_, turn) => run(turn)),
  );
}

const TRAFFIC = { requests_per_month: 3e6, replicas: 4 };

/** The engine in Node, one thread, each beside writing the same answers as JSON: what an answer costs in any case. */
export const engineLines = (): readonly BenchLine[] => [
  estimateLine(),
  protocolLine("optimize", "OPTIMIZE, default grid", "answers/s", REQUESTS),
  protocolLine(
    "optimize",
    "OPTIMIZE, always-on fleet",
    "answers/s",
    REQUESTS.map((request) => ({ ...request, ...TRAFFIC })),
  ),
  protocolLine("compare", "COMPARE", "answers/s", REQUESTS),
  protocolLine("estimate", "ESTIMATE", "answers/s", REQUESTS),
];

function besideJson(
  what: string,
  unit: string,
  run: (turn: number) => unknown,
  answers: readonly unknown[],
): BenchLine {
  const ours = perSecond(run);
  const reference = perSecond((turn) => JSON.stringify(answers[turn % answers.length]));
  const each = ours < 1e4 ? ` (${(1000 / ours).toPrecision(2)} ms each)` : "";
  return {
    what: `${what} in Node, one thread`,
    ours: `${Math.round(ours)} ${unit}${each}`,
    reference: `${Math.round(reference)}/s: JSON.stringify of the same`,
    ratio: ratio(ours, reference),
  };
}

function perSecond(work: (turn: number) => unknown): number {
  let turn = 0;
  const warm = performance.now() + WARM_UP_SECONDS * 1000;
  while (performance.now() < warm) work(turn++);
  turn = 0;
  const started = performance.now();
  while (performance.now() < started + SECONDS * 1000) work(turn++);
  return (turn / (performance.now() - started)) * 1000;
}
