// The load model's mean values against a replica simulated event by event, on the real evidence.
import { estimateFleet, estimateWorkload, type Workload } from "@ecocompute/engine";
import { describe, expect, test } from "vitest";
import { loadedIdle } from "../packages/engine/src/evidence/loaded-idle.ts";
import { resolved } from "./support/arbitrary-requests.ts";
import { type Server, simulate } from "./support/queue-simulation.ts";
import { catalogue } from "./support/run-protocol.ts";

const SECONDS_PER_MONTH = 730 * 3600;

/** The engine's own throughput and energy at each batch, so that only the load model is on trial. */
function serverOf(w: Workload): Server {
  const known = new Map<number, { readonly throughput: number; readonly power: number }>();
  const at = (n: number) => {
    const cached = known.get(n);
    if (cached) return cached;
    const estimate = estimateWorkload({ ...w, batch_size: n }, catalogue);
    if (estimate.kind !== "estimated" || !estimate.metrics.throughput_tok_s) throw new Error(`batch ${n} is not known`);
    const throughput = estimate.metrics.throughput_tok_s.value;
    const power = (estimate.metrics.energy_j_per_1k_tokens.value / 1000) * throughput;
    known.set(n, { throughput, power });
    return { throughput, power };
  };
  const idle = (loadedIdle(w, catalogue)?.power_w.value ?? Number.NaN) * w.num_gpus;
  return {
    max_num_seqs: w.batch_size,
    throughput: (n) => at(n).throughput,
    power: (n) => (n === 0 ? idle : at(n).power),
  };
}

const LLAMA = { model_id: "meta-llama/Llama-3.1-8B-Instruct", framework: "vllm" };
/** Bound, card, size and load from hardly any traffic to just below saturation. */
const CASES = [
  [{ ...LLAMA, hardware_platform: "h100", batch_size: 256 }, 0.02],
  [{ ...LLAMA, hardware_platform: "h100", batch_size: 256 }, 0.3],
  [{ ...LLAMA, hardware_platform: "h100", batch_size: 256 }, 0.7],
  [{ ...LLAMA, hardware_platform: "h100", batch_size: 256 }, 0.9],
  [{ ...LLAMA, hardware_platform: "h100", batch_size: 8 }, 0.5],
  [{ ...LLAMA, hardware_platform: "h100", batch_size: 1 }, 0.8],
  [{ ...LLAMA, hardware_platform: "l4", batch_size: 32 }, 0.1],
  [
    {
      model_id: "meta-llama/Llama-3.1-70B-Instruct",
      framework: "vllm",
      hardware_platform: "h100",
      num_gpus: 4,
      batch_size: 64,
    },
    0.85,
  ],
  [{ model_id: "google/gemma-3-27b-it", framework: "vllm", hardware_platform: "b200", batch_size: 128 }, 0.5],
  [{ model_id: "Qwen/Qwen2-7B", hardware_platform: "a800", batch_size: 16 }, 0.4],
  [{ model_id: "mistralai/Mistral-7B-Instruct-v0.2", hardware_platform: "rtx4090d", batch_size: 4 }, 0.6],
  [{ model_id: "mistralai/Mistral-7B-Instruct-v0.2", hardware_platform: "rtx4090d", batch_size: 4 }, 0.05],
] as const;

describe.each(CASES)(
  "$0.model_id on $0.hardware_platform, at most $0.batch_size at once, at $1 of its capacity",
  (input, load) => {
    const { workload, demand } = resolved({ ...input, replicas: 1, pue: 1 });
    const fleetAt = (requests_per_month: number) => {
      const outcome = estimateFleet({ workload, demand: { ...demand, requests_per_month } }, catalogue);
      if (outcome.kind !== "estimated") throw new Error(outcome.kind);
      return outcome;
    };
    const requests = load / fleetAt(1).utilization;
    const fleet = fleetAt(requests);

    test.each(["alike", "exponential"] as const)("lengths %s: energy within a tenth", (lengths) => {
      const said = (fleet.monthly.energy_kwh.value * 3.6e6) / requests / workload.generation_length;
      const { generation_length } = workload;
      const seen = simulate(
        serverOf(workload),
        requests / SECONDS_PER_MONTH,
        generation_length,
        lengths,
        6000,
        20261127,
      );
      expect(Math.abs(said / seen.j_per_token - 1)).toBeLessThan(0.1);
      expect(Math.abs(fleet.mean_concurrency / seen.mean_active - 1)).toBeLessThan(0.2);
      expect(Math.abs(fleet.busy_fraction - seen.busy_fraction)).toBeLessThan(0.05);
    });
  },
);
