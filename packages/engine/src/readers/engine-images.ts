import type { Engine } from "./engine-flags.ts";

/** A container image whose entry point is a serving engine, or that holds one. */
export interface EngineImage {
  readonly engine: Engine;
  /** The arguments alone are the engine's flags; false: a command must start it. */
  readonly entry_point: boolean;
  /** From the tag, where it is a version: `0.6.3`. */
  readonly version: string | null;
  /** Built for something that is no NVIDIA GPU: `cpu`, `AMD`, … */
  readonly other_device: string | null;
}

const IMAGES: readonly (readonly [Engine, boolean, RegExp])[] = [
  // Teams that build on vLLM's own image keep its name and its tag: `vllm-openai-ubi9:0.9.1`.
  ["vllm", true, /(?:^|\/)vllm-(?:(?:cpu|cuda|gpu|rocm)-)?openai(?:-[\w.-]{1,40})?$/],
  [
    "vllm",
    false,
    /(?:^|\/)vllm(?:-(?:cpu-release-repo|cpu-env|cpu|cuda|dev|rocm|tpu|neuron|xpu|gaudi|hpu|arc))?$|^nvcr\.io\/nvidia\/vllm$/,
  ],
  ["vllm", false, /(?:^|\/)llm-d(?:-(?:cuda|rocm|xpu|cpu|hpu|dev))?$/],
  ["tgi", true, /(?:^|\/)(?:text-generation-inference|tgi-gaudi|huggingface-pytorch-tgi-inference)$/],
  ["tgi", true, /(?:^|\/)huggingface-text-generation-inference-[\w.-]{1,40}$/],
  ["sglang", false, /(?:^|\/)sglang(?:-rocm)?$/],
];

const OTHER_DEVICES: readonly (readonly [string, RegExp])[] = [
  ["cpu", /cpu/],
  ["AMD", /rocm|amd(?!64)/],
  ["TPU", /tpu/],
  ["Neuron", /neuron/],
  ["Gaudi", /gaudi|hpu|habana/],
  ["Intel", /intel|xpu/],
];

/** `registry/vllm/vllm-openai:v0.6.3@sha256:…` → the engine that it holds; null: another image. */
export function engineImage(written: string): EngineImage | null {
  const image = written.slice(0, 400).split("@")[0] ?? "";
  const slash = image.lastIndexOf("/");
  const colon = image.indexOf(":", slash + 1);
  const name = (colon < 0 ? image : image.slice(0, colon)).toLowerCase();
  const tag = colon < 0 ? "" : image.slice(colon + 1).toLowerCase();
  const found = IMAGES.find(([, , pattern]) => pattern.test(name));
  if (!found) return null;
  const [engine, entry_point] = found;
  const version = /(?:^|tgi|[-_])v?(\d{1,3}\.\d{1,3}(?:\.\d{1,3})?(?:\.post\d{1,2}|rc\d{1,2})?)/.exec(
    engine === "tgi" && tag.includes("tgi") ? tag.slice(tag.indexOf("tgi")) : tag,
  )?.[1];
  const other = OTHER_DEVICES.find(([, pattern]) => pattern.test(`${name}:${tag}`))?.[0];
  // Others number their own releases: LMCache's, llm-d's, NVIDIA's monthly ones.
  const isOwn = engine === "tgi" || (version?.startsWith("0.") && !/lmcache|\/llm-d/.test(name));
  return { engine, entry_point, version: isOwn ? (version ?? null) : null, other_device: other ?? null };
}
