import type { PrecisionId } from "../domain/precision.ts";
import type { Workload } from "../domain/workload.ts";

/** The kit of this repository; every command below is one that it takes. */
const KIT = "python measure/measure.py";
const SERVER = "http://127.0.0.1:8000";

/** Precisions that a 16-bit checkpoint is loaded in, as the kit's --dtype names them. */
const DTYPES: ReadonlySet<PrecisionId> = new Set(["fp32", "tf32", "bf16", "fp16"]);
/** Precisions of bitsandbytes, and of checkpoints that were quantized before, as --quantization names them. */
const QUANTIZED: ReadonlySet<PrecisionId> = new Set([
  ...(["nf4", "nf4_dq", "int8_default", "int8_pure"] as const),
  ...(["fp8", "mxfp4", "awq", "gptq"] as const),
]);
/** How vLLM is told to serve it; what is missing here it cannot be asked for. */
const SERVED: ReadonlyMap<PrecisionId, string> = new Map([
  ["fp32", " --dtype float32"],
  ["fp16", " --dtype float16"],
  ["bf16", " --dtype bfloat16"],
  ["nf4", " --quantization bitsandbytes"],
  ["fp8", " --quantization fp8"],
  // A checkpoint of these says so itself.
  ["mxfp4", ""],
  ["awq", ""],
  ["gptq", ""],
]);

/** One word of a POSIX shell: a model's name is the user's own text. */
const PLAIN = /^[A-Za-z0-9._/:-]+$/;
const shellWord = (text: string): string => (PLAIN.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

/** A command as code in a sentence; not where a user's text is in it that could end the code. */
export const asCode = (command: string, model: string | null): string =>
  model === null || PLAIN.test(model) ? `\`${command}\`` : command;

const precisionFlags = (precision: PrecisionId, framework: Workload["framework"]): string => {
  if (DTYPES.has(precision)) return `--dtype ${precision}`;
  return framework === "vllm" ? `--quantization ${precision}` : `--dtype fp16 --quantization ${precision}`;
};

/** Can the kit measure it: a card that NVML reads, weights that transformers or a server loads? */
const isMeasurable = (w: Workload): boolean =>
  w.gpu.vendor === "nvidia" &&
  (w.framework === "vllm" ? SERVED.has(w.precision) : DTYPES.has(w.precision) || QUANTIZED.has(w.precision));

/** The command that measures this very workload; null where the kit cannot. */
export function measureCommand(w: Workload): string | null {
  if (!isMeasurable(w)) return null;
  const model = shellWord(w.model.id);
  const parallel = w.framework === "vllm" ? ` --tensor-parallel ${w.num_gpus}` : "";
  const gpus = w.num_gpus === 1 ? "" : ` --gpus ${[...Array(w.num_gpus).keys()].join(",")}${parallel}`;
  const lengths = `--input ${w.sequence_length} --output ${w.generation_length}`;
  const precision = precisionFlags(w.precision, w.framework);
  const batch = w.framework === "vllm" ? `--server ${SERVER} --concurrency` : "--batch";
  return `${KIT} --model ${model} ${precision} ${batch} ${w.batch_size} ${lengths}${gpus} --out run.csv`;
}

/** The server that a vLLM measurement talks to, on the same machine. */
function serverCommand(w: Workload): string {
  const parallel = w.num_gpus === 1 ? "" : ` --tensor-parallel-size ${w.num_gpus}`;
  return `vllm serve ${shellWord(w.model.id)} --max-num-seqs ${w.batch_size}${SERVED.get(w.precision) ?? ""}${parallel}`;
}

const AFTERWARDS =
  "run.csv is then evidence for your own answers; measure/README.md says how to use and to contribute it.";

/** What to run, in words and one command, to turn this question into a measurement. */
export function howToMeasure(w: Workload): string {
  const command = measureCommand(w);
  if (command === null) {
    const what = `${w.model.id} in ${w.precision} on ${w.num_gpus} x ${w.gpu.name} under ${w.framework}, batch ${w.batch_size}, ${w.sequence_length} input + ${w.generation_length} output tokens`;
    const meter = w.gpu.vendor === "nvidia" ? "nvidia-smi" : "your vendor's board-power counter";
    return `The kit in measure/ reads NVIDIA cards and runs what transformers or an OpenAI-compatible server loads, so here it is done by hand: run ${what}, 3 warm-up and 10 measured runs, logging board power at 10 Hz or faster (${meter}); energy per output token = mean power x time / output tokens. Send it as a row of measurements.`;
  }
  const first = w.framework === "vllm" ? `Start the server (${asCode(serverCommand(w), w.model.id)}), then run` : "Run";
  return `${first} on your ${w.gpu.name}: ${asCode(command, w.model.id)} (3 warm-up and 10 measured runs, power read at 10 Hz or faster). ${AFTERWARDS}`;
}

/** How to measure a server of another engine: the kit talks to vLLM's alone, so its power is read beside it. */
export function howToMeasureServer(w: Workload, engine: string): string {
  const vllm = measureCommand({ ...w, framework: "vllm" });
  const compared =
    vllm === null ? "" : ` To compare, the same model under vLLM on this card: ${asCode(vllm, w.model.id)}.`;
  const meter =
    w.gpu.vendor === "nvidia"
      ? "`nvidia-smi --query-gpu=power.draw --format=csv,noheader,nounits -lms 100`"
      : "your vendor's board-power counter";
  return `On the running ${engine} server, under its own traffic or 10 runs after 3 warm-up, log board power with ${meter}: energy per output token = mean power x time / output tokens.${compared}`;
}

/** What a rule judges, as a pair of rows that differ in it alone. */
export const EFFECTS = ["torch_compile", "use_cache", "precision", "batch_size", "idle"] as const;
export type Effect = (typeof EFFECTS)[number];

const EFFECT_FLAGS: { readonly [K in Effect]: string } = {
  torch_compile: "--dtype fp16 --torch-compile off,on",
  use_cache: "--dtype fp16 --use-cache on,off",
  precision: "--dtype fp32,tf32,bf16",
  batch_size: "--dtype fp16 --batch 1,8,64",
  // Every run reads idle power before loading and with the weights loaded.
  idle: "--dtype fp16",
};

/**
 * "Not measured here; run …": the command that measures what a rule judges on the user's own card. Without a model
 * (the file does not say which), the plan that measures all of it on small models.
 */
export function howToMeasureEffect(effect: Effect, model: string | null): string {
  const flags =
    model === null ? "--plan measure/plans/rules.yaml" : `--model ${shellWord(model)} ${EFFECT_FLAGS[effect]}`;
  return `Not measured here; run: ${asCode(`${KIT} ${flags} --out run.csv`, model)}`;
}
