import { catalogueData } from "@ecocompute/data";
import { indexCatalogue, PROTOCOLS } from "@ecocompute/engine";
import { type BenchLine, ratio } from "./line.ts";

/** Requests of each rung of the ladder: a measured row, a batch between two, a neighbour's GPU, physics only. */
const REQUESTS = [
  {
    model_id: "mistralai/Mistral-7B-Instruct-v0.2",
    hardware_platform: "a800",
    quantization: "int8_pure",
    batch_size: 8,
  },
  { model_id: "mistralai/Mistral-7B-Instruct-v0.2", hardware_platform: "a800", quantization: "fp16", batch_size: 24 },
  { model_id: "Qwen/Qwen2-7B", hardware_platform: "l4", quantization: "fp16", batch_size: 4 },
  {
    model_id: "meta-llama/Llama-3.1-8B-Instruct",
    hardware_platform: "h100",
    framework: "vllm",
    quantization: "bf16",
    batch_size: 64,
  },
];
const SECONDS = 3;

/** Estimates per second in Node, beside writing the same answers as JSON: what an answer costs in any case. */
export function estimateLine(): BenchLine {
  const catalogue = indexCatalogue(catalogueData);
  const estimate = PROTOCOLS.find(({ id }) => id === "estimate");
  if (!estimate) throw new Error("the engine has no protocol estimate");
  const run = (request: unknown) => {
    const outcome = estimate.run(request, { catalogue, python: null });
    if (!outcome.ok) throw new Error(`${JSON.stringify(request)}: ${outcome.problem.detail}`);
    return outcome.value;
  };
  const answers = REQUESTS.map(run);
  const ours = perSecond((turn) => run(REQUESTS[turn % REQUESTS.length]));
  const reference = perSecond((turn) => JSON.stringify(answers[turn % answers.length]));
  return {
    what: "ESTIMATE in Node, one thread",
    ours: `${Math.round(ours)} estimates/s`,
    reference: `${Math.round(reference)} answers/s: JSON.stringify of the same`,
    ratio: ratio(ours, reference),
  };
}

function perSecond(work: (turn: number) => unknown): number {
  let turn = 0;
  const warm = performance.now() + 500;
  while (performance.now() < warm) work(turn++);
  turn = 0;
  const started = performance.now();
  while (performance.now() < started + SECONDS * 1000) work(turn++);
  return (turn / (performance.now() - started)) * 1000;
}
