import { stateFlag } from "../engine-facts.ts";
import { ENGINE_FLAGS, type Engine, flagKey } from "../engine-flags.ts";
import { type FactSheet, setEngineWord } from "../fact-sheet.ts";
import { positionOf, stateBoolean, stateNumber, tellUnknown } from "./state-facts.ts";
import { text } from "./tree.ts";
import type { PyValue } from "./value.ts";

/** Facts of an engine's arguments as keywords: `LLM(max_num_seqs=1)`, `engine_kwargs={…}`. The model is stated apart, first. */
export function stateEngineKeywords(sheet: FactSheet, engine: Engine, keywords: ReadonlyMap<string, PyValue>): void {
  for (const [name, value] of keywords) {
    const flag = ENGINE_FLAGS[engine].get(flagKey(name));
    if (!flag || flag.fact === "model_id" || value.kind === "none") continue;
    const { fact } = flag;
    switch (fact) {
      case "quantization":
      case "dtype": {
        const word = value.kind === "string" ? value.value : value.kind === "symbol" ? value.name : null;
        if (word === null) tellUnknown(sheet, fact, value);
        else setEngineWord(sheet, fact, word, engine, positionOf(value.at));
        break;
      }
      case "enforce_eager":
      case "prefix_caching":
      case "torch_compile":
        if (flag.takes === "off" && value.kind === "boolean")
          stateBoolean(sheet, fact, { ...value, value: !value.value });
        else stateBoolean(sheet, fact, value);
        break;
      case "max_num_seqs":
      case "max_model_len":
      case "tensor_parallel":
      case "pipeline_parallel":
      case "data_parallel":
      case "nodes_per_replica":
        stateNumber(sheet, fact, value);
        break;
      case "gpu_memory_utilization":
      case "kv_cache_dtype":
      case "device": {
        const known = value.kind === "string" || value.kind === "number" ? String(value.value) : null;
        if (known === null) tellUnknown(sheet, fact, value);
        else {
          const raw = text(value.at).slice(0, 120);
          stateFlag(sheet, flag, known, engine, { text: known, raw, at: positionOf(value.at) });
        }
        break;
      }
      default:
    }
  }
}
