import { emptySheet, type FactSheet, setFact, setUnresolved } from "../fact-sheet.ts";
import { EXPECTED_COUNT, parseCount } from "../whole-number.ts";
import { placeOf, scalarText } from "../yaml-tree.ts";
import type { Container } from "./container.ts";

/** NVIDIA's registry, or a mirror that keeps its path: `mirror.example.com/nvcr.io/nim/…`. */
export const NIM_PATH = /^(?:\S{1,200}\/)?nvcr\.io\/nim\//;
const NIM_IMAGE = /^(?:\S{1,200}\/)?nvcr\.io\/nim\/([\w.-]{1,80}\/[\w.-]{1,120})(?::([\w.-]{1,80}))?/;
/** NIMs that generate no text. */
const NO_LLM =
  /embed|rerank|retriever|riva|parakeet|canary|magpie|ocr|deplot|page-elements|table-structure|graphic-elements|cosmos|audio|speech|asr|tts|diffusion|flux|fold|mol|dock|protein|maxine|studio-voice|eyecontact|cuopt|earth|corrdiff|vista|maisi|nvclip|grounding|jailbreak|page|table|diffusion|openfold|usd|visual|changenet|ocdnet/;
/** One image for any model: the environment names it. */
const ANY_MODEL = /^(?:nvidia\/llm-nim|nvidia\/vllm-nim)$/;

/** Variables of NVIDIA NIM for LLMs. */
const COUNTS = [
  ["NIM_TENSOR_PARALLEL_SIZE", "tensor_parallel"],
  ["NIM_PIPELINE_PARALLEL_SIZE", "pipeline_parallel"],
  ["NIM_MAX_MODEL_LEN", "max_model_len"],
  ["NIM_MAX_NUM_SEQS", "max_num_seqs"],
  ["NIM_MAX_BATCH_SIZE", "max_num_seqs"],
] as const;

/** `nvcr.io/nim/${LLM_MODEL}:${VERSION}` */
const NAMED_BY_VARIABLE = /^nvcr\.io\/nim\/(?=.{0,80}\$)(?=.{0,80}(?:llm|chat|instruct))/i;

/** NVIDIA NIM for LLMs: the image is the model. null: no such image. */
export function readNim({ image, environment }: Container): FactSheet | null {
  const text = scalarText(image) ?? "";
  const [, id = NAMED_BY_VARIABLE.test(text) ? "" : undefined, tag] = NIM_IMAGE.exec(text) ?? [];
  if (!image || id === undefined || NO_LLM.test(id)) return null;
  const sheet = emptySheet();
  const at = placeOf(image);
  setFact(sheet, "framework", "nim", at);
  const version = /^v?(\d{1,3}\.\d{1,3}(?:\.\d{1,3})?)/.exec(tag ?? "")?.[1];
  if (version !== undefined) setFact(sheet, "framework_version", version, at);
  const named = environment.get("NIM_MODEL_NAME");
  if (named?.text === null)
    setUnresolved(sheet, "model_id", "NIM_MODEL_NAME", "the value is not known", placeOf(named.node));
  else if (named?.text) setFact(sheet, "model_id", named.text.replace(/^hf:\/\//, ""), placeOf(named.node));
  else if (id === "") setUnresolved(sheet, "model_id", text, "the value is not known", at);
  else if (ANY_MODEL.test(id))
    setUnresolved(sheet, "model_id", id, "the image serves any model, and none is named", at);
  else setFact(sheet, "model_id", id, at);
  for (const [name, fact] of COUNTS) {
    const value = environment.get(name);
    if (!value || value.text === "") continue;
    const count = value.text === null ? null : parseCount(value.text);
    if (count !== null) setFact(sheet, fact, count, placeOf(value.node), name);
    else
      setUnresolved(
        sheet,
        fact,
        name,
        value.text === null ? "the value is not known" : EXPECTED_COUNT,
        placeOf(value.node),
      );
  }
  if (/^(?:1|true)$/i.test(environment.get("NIM_ENABLE_KV_CACHE_REUSE")?.text ?? "")) {
    const node = environment.get("NIM_ENABLE_KV_CACHE_REUSE")?.node;
    if (node) setFact(sheet, "prefix_caching", true, placeOf(node), "NIM_ENABLE_KV_CACHE_REUSE");
  }
  return sheet;
}
