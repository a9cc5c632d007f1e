import { baseName } from "../engine-command.ts";
import { flagKey } from "../engine-flags.ts";
import { emptySheet, type FactSheet, setFact, setUnresolved } from "../fact-sheet.ts";
import { parseCount } from "../whole-number.ts";
import { placeOf, scalarText } from "../yaml-tree.ts";
import type { Container } from "./container.ts";
import { type ArgumentWord, argumentWords, scriptWords } from "./words.ts";

const TRITON_IMAGE = /(?:^|\/)tritonserver(?::[\w.-]{0,80}(trtllm|vllm)[\w.-]{0,40})?$/;
const COUNTS: ReadonlyMap<string, "tensor_parallel" | "pipeline_parallel" | "max_num_seqs" | "max_model_len"> = new Map(
  [
    ["tp-size", "tensor_parallel"],
    ["pp-size", "pipeline_parallel"],
    ["max-batch-size", "max_num_seqs"],
    ["max-seq-len", "max_model_len"],
  ] as const,
);

/** TensorRT-LLM: `trtllm-serve MODEL`, or Triton with its backend, whose model repository names the model. */
export function readTensorRt(container: Container): FactSheet | null {
  const commands = commandsOf(container);
  for (const words of commands) {
    const start = words.findIndex(({ text }) => baseName(text) === "trtllm-serve");
    if (start >= 0) return readServe(words.slice(start));
  }
  const image = scalarText(container.image) ?? "";
  const backend = TRITON_IMAGE.exec(image)?.[1];
  const launched = commands.flat().find(({ raw }) => /launch_triton_server\.py$/.test(raw.slice(-200)));
  if (!container.image || (!TRITON_IMAGE.test(image) && !launched)) return null;
  if (backend === undefined && !launched) return null;
  const sheet = emptySheet();
  const at = launched?.at ?? placeOf(container.image);
  setFact(sheet, "framework", backend === "vllm" ? "vllm" : "tensorrt-llm", at);
  setUnresolved(sheet, "model_id", "model repository", "the model repository of Triton names it, not this file", at);
  return sheet;
}

function readServe(words: readonly ArgumentWord[]): FactSheet {
  const sheet = emptySheet();
  const [program, ...rest] = words;
  if (program) setFact(sheet, "framework", "tensorrt-llm", program.at);
  for (let i = 0; i < rest.length; i += 1) {
    const word = rest[i];
    if (!word) continue;
    if (!word.text?.startsWith("-")) {
      if (sheet.facts.model_id || word.text === "serve") continue;
      if (word.text === null) setUnresolved(sheet, "model_id", word.raw, "the value is not known", word.at);
      else setFact(sheet, "model_id", word.text, word.at);
      continue;
    }
    const [flag = "", inline] = word.text.split("=", 2);
    const value = inline ?? rest[i + 1]?.text ?? "";
    if (inline === undefined && !value.startsWith("-")) i += 1;
    const fact = COUNTS.get(flagKey(flag));
    const count = fact ? parseCount(value) : null;
    if (fact && count !== null) setFact(sheet, fact, count, word.at, word.raw);
  }
  return sheet;
}

function commandsOf(container: Container): readonly (readonly ArgumentWord[])[] {
  const words = [
    ...argumentWords(container.command, container.expand, container.variables),
    ...argumentWords(container.args, container.expand, container.variables),
  ];
  const scripts = words.flatMap((word) => {
    const script = word.text?.startsWith("/") ? container.mounted(word.text) : null;
    if (script) return scriptWords(script, scalarText(script) ?? "", container.variables);
    return /\s/.test(word.raw) ? scriptWords(word.node, word.raw, container.variables) : [];
  });
  return [words, ...scripts];
}
