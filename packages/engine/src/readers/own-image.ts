import { ENGINE_FLAGS, type Engine, flagKey } from "./engine-flags.ts";

type Word = { readonly text: string | null; readonly raw: string };

const VLLM_ALONE = new Set([
  "model",
  "max-model-len",
  "gpu-memory-utilization",
  "max-num-seqs",
  "tensor-parallel-size",
]);
const SGLANG_ALONE = new Set(["model-path", "mem-fraction-static", "context-length", "max-running-requests"]);
/** It answers as an engine would, and computes nothing. */
const SIMULATES = /(?:^|[/-])(?:inference-)?(?:sim|simulator|mock)(?=$|[:@-])/i;

/** The engine that an image of a team's own starts: it is named after one, or is handed flags that only one has. */
export function ownEngine(image: string, args: readonly Word[]): Engine | null {
  if (SIMULATES.test(image.slice(0, 400))) return null;
  if (hasFlags(args, "vllm", /vllm/i.test(image) ? 1 : 2, VLLM_ALONE)) return "vllm";
  return hasFlags(args, "sglang", /sglang/i.test(image) ? 1 : 2, SGLANG_ALONE) ? "sglang" : null;
}

export function hasFlags(
  args: readonly Word[],
  engine: Engine,
  least: number,
  flags: ReadonlySet<string> | ReadonlyMap<string, unknown> = ENGINE_FLAGS[engine],
): boolean {
  const named = args.flatMap(({ text, raw }) => {
    const word = text ?? raw;
    return word.startsWith("--") ? [flagKey(word.split(/[=\s]/, 1)[0] ?? "")] : [];
  });
  return new Set(named.filter((name) => flags.has(name))).size >= least;
}
