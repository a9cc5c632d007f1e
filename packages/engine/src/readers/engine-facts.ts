import type { Facts } from "../domain/deployment.ts";
import type { PlacedWord } from "./engine-command.ts";
import type { Engine, EngineFlag } from "./engine-flags.ts";
import { type FactSheet, setEngineWord, setFact, setUnresolved } from "./fact-sheet.ts";
import { EXPECTED_COUNT, parseCount } from "./whole-number.ts";

/** Devices that no GPU rule is about. */
const DEVICES: ReadonlyMap<string, NonNullable<Facts["device"]>["value"]> = new Map([
  ["cuda", "gpu"],
  ["gpu", "gpu"],
  ["cpu", "cpu"],
  ["tpu", "tpu"],
  ["neuron", "neuron"],
  ["hpu", "hpu"],
  ["xpu", "xpu"],
] as const);

/** A variable that nothing filled in, or the gap that a template's author left: `<model>`. */
export const UNFILLED = /\$[({A-Za-z_]|^<[^<>]*>$/;

/** What leaves a count to the engine: all GPUs that are there, the length of the model. */
const NO_COUNT = /^(?:auto|max|-1)?$/;

/** Sets the fact that one flag states, with the engine's meaning of its value. */
export function stateFlag(sheet: FactSheet, flag: EngineFlag, value: string, engine: Engine, word: PlacedWord): void {
  const { fact } = flag;
  if (flag.takes === "on" || flag.takes === "off") {
    const on = value.toLowerCase() !== "false" && value !== "0";
    if (fact === "enforce_eager" || fact === "prefix_caching" || fact === "torch_compile") {
      if (UNFILLED.test(value.slice(0, 400))) setUnresolved(sheet, fact, word.raw, "the value is not known", word.at);
      else setFact(sheet, fact, flag.takes === "on" ? on : !on, word.at, word.raw);
    }
    return;
  }
  switch (fact) {
    case "quantization":
    case "dtype":
      setEngineWord(sheet, fact, value, engine, word.at);
      break;
    case "model_id":
      if (UNFILLED.test(value.slice(0, 400))) setUnresolved(sheet, fact, word.raw, "the value is not known", word.at);
      else if (value !== "") setFact(sheet, fact, value, word.at);
      break;
    case "kv_cache_dtype":
      if (UNFILLED.test(value.slice(0, 400))) setUnresolved(sheet, fact, word.raw, "the value is not known", word.at);
      else if (value !== "") setFact(sheet, fact, value.toLowerCase(), word.at, word.raw);
      break;
    case "device": {
      const device = DEVICES.get(value.toLowerCase().split(":")[0] ?? "");
      if (device) setFact(sheet, fact, device, word.at, word.raw);
      break;
    }
    case "gpu_memory_utilization": {
      const share = /^\d{0,3}(?:\.\d{1,6})?$/.test(value) && value !== "" ? Number(value) : Number.NaN;
      if (share > 0 && share <= 1) setFact(sheet, fact, share, word.at, word.raw);
      else setUnresolved(sheet, fact, `${word.raw} ${value}`, "expected a share from 0 to 1", word.at);
      break;
    }
    case "max_num_seqs":
    case "max_model_len":
    case "tensor_parallel":
    case "pipeline_parallel":
    case "data_parallel":
    case "nodes_per_replica": {
      const count = parseCount(value);
      if (count !== null) setFact(sheet, fact, count, word.at, word.raw);
      else if (!NO_COUNT.test(value)) setUnresolved(sheet, fact, word.raw, EXPECTED_COUNT, word.at);
      break;
    }
    default:
  }
}
