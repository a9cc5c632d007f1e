import type { Position } from "../../domain/deployment.ts";
import { type GivenFlag, readEngineFlags } from "../engine-command.ts";
import { ENGINE_FLAGS, type Engine, flagKey } from "../engine-flags.ts";
import type { FactSheet } from "../fact-sheet.ts";
import { placeOf, scalarText, type YamlNode } from "../yaml-tree.ts";
import { isUnrendered } from "./container.ts";
import { argumentWords } from "./words.ts";

/** A map of an engine's options (`engine_kwargs`, `vllmConfig`, a vLLM config file) as the flags that they stand for. */
export function givenOptions(engine: Engine, options: YamlNode | undefined): readonly GivenFlag[] {
  const table = ENGINE_FLAGS[engine];
  return [...(options?.entries ?? [])].flatMap(([name, node]) => {
    const flag = table.get(flagKey(`--${name}`));
    const text = scalarText(node);
    if (!flag || text === undefined) return [];
    const value = isUnrendered(text) ? null : text;
    return [{ flag, word: { text: value, raw: `${name}: ${text}`, at: placeOf(node) }, value }];
  });
}

/** Facts of an engine that is described by options, and by further arguments that win over them. */
export function readOptions(
  engine: Engine,
  at: Position,
  options: YamlNode | undefined,
  args: YamlNode | undefined = undefined,
): FactSheet {
  const words = argumentWords(args, (text) => ({ text: isUnrendered(text) ? null : text }), new Map());
  return readEngineFlags({ engine, words, at }, givenOptions(engine, options));
}
