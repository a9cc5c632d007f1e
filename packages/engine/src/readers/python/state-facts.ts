import type { FactName, Position } from "../../domain/deployment.ts";
import { type FactSheet, setFact, setUnresolved } from "../fact-sheet.ts";
import { EXPECTED_COUNT, isCount } from "../whole-number.ts";
import { type PyNode, placeOf, text } from "./tree.ts";
import type { PyValue } from "./value.ts";

/** The place that a reader of the file looks at: `name=value`, not the value alone. */
export function positionOf(node: PyNode): Position {
  const shown = node.parent?.type === "keyword_argument" || node.parent?.type === "pair" ? node.parent : node;
  return placeOf(shown);
}

export function tellUnknown(sheet: FactSheet, fact: FactName | "document", value: PyValue): void {
  const why =
    value.kind === "unknown"
      ? value.why
      : value.kind === "symbol"
        ? "a name of another file"
        : `a ${value.kind} where a plain value was expected`;
  setUnresolved(sheet, fact, text(value.at), why, positionOf(value.at));
}

export function tellPassedOn(sheet: FactSheet, fact: FactName | "document", node: PyNode): void {
  setUnresolved(sheet, fact, text(node), "keywords passed on are not known", positionOf(node));
}

type NumberFact =
  | "max_num_seqs"
  | "max_model_len"
  | "tensor_parallel"
  | "pipeline_parallel"
  | "data_parallel"
  | "nodes_per_replica"
  | "batch_size"
  | "max_new_tokens"
  | "llm_int8_threshold";
type BooleanFact =
  | "enforce_eager"
  | "prefix_caching"
  | "torch_compile"
  | "use_cache"
  | "load_in_8bit"
  | "load_in_4bit"
  | "bnb_4bit_use_double_quant";

/** Sets a numeric fact; None says nothing; anything else is told. */
export function stateNumber(sheet: FactSheet, fact: NumberFact, value: PyValue | undefined): void {
  if (!value || value.kind === "none") return;
  const at = positionOf(value.at);
  if (value.kind !== "number") tellUnknown(sheet, fact, value);
  else if (fact === "llm_int8_threshold" || isCount(value.value)) setFact(sheet, fact, value.value, at);
  else setUnresolved(sheet, fact, text(value.at), EXPECTED_COUNT, at);
}

export function stateBoolean(sheet: FactSheet, fact: BooleanFact, value: PyValue | undefined): void {
  if (!value || value.kind === "none") return;
  if (value.kind === "boolean") setFact(sheet, fact, value.value, positionOf(value.at));
  else tellUnknown(sheet, fact, value);
}

export function stateModel(sheet: FactSheet, value: PyValue | undefined, call: PyNode): void {
  if (value?.kind === "string" && value.value.trim() === "")
    setUnresolved(sheet, "model_id", text(value.at), "an empty text", positionOf(value.at));
  else if (value?.kind === "string") setFact(sheet, "model_id", value.value, positionOf(value.at));
  else if (value) tellUnknown(sheet, "model_id", value);
  else setUnresolved(sheet, "model_id", text(call), "the call does not name a model", positionOf(call));
}
