import type { Position } from "../../domain/deployment.ts";
import {
  baseName,
  type EngineCommand,
  findEngineCommand,
  type GivenFlag,
  type PlacedWord,
  readEngineFlags,
} from "../engine-command.ts";
import { ENGINE_FLAGS, type Engine } from "../engine-flags.ts";
import type { FactSheet } from "../fact-sheet.ts";
import { expandKubernetes, shellCommands, type Variables } from "../shell-words.ts";
import { at, placeOf, scalarText, sourceOf, type YamlNode } from "../yaml-tree.ts";

const SHELLS = ["sh", "bash", "ash", "dash", "zsh"];
/** Images whose entry point is the engine: the arguments alone are its flags. */
const ENGINE_IMAGES: readonly (readonly [Engine, RegExp])[] = [
  ["vllm", /(?:^|\/)vllm(?:-openai|-cpu-env)?(?:[-:@]|$)|vllm-openai/],
  ["tgi", /text-generation-inference/],
];

/** What a container runs, as facts; null when it runs no engine that is known. */
export function readContainer(container: YamlNode, variables: Variables): FactSheet | null {
  const command = engineOf(container, variables);
  if (!command) return null;
  return readEngineFlags(command, command.engine === "tgi" ? tgiEnvironment(container, variables) : []);
}

/** Does the container run on the processor: an image or a device that says so? */
export function runsOnCpu(container: YamlNode): boolean {
  const image = scalarText(at(container, "image")) ?? "";
  const words = [...(at(container, "command")?.items ?? []), ...(at(container, "args")?.items ?? [])].map(
    (item) => scalarText(item) ?? "",
  );
  const device = words.indexOf("--device");
  return (
    /vllm[\w.-]{0,40}cpu/.test(image) || words.includes("--device=cpu") || (device >= 0 && words[device + 1] === "cpu")
  );
}

function engineOf(container: YamlNode, variables: Variables): EngineCommand | null {
  const command = wordsOf(at(container, "command"), variables);
  const args = wordsOf(at(container, "args"), variables);
  const direct = commandIn([...command, ...args], variables);
  if (direct) return direct;
  const image = scalarText(at(container, "image")) ?? "";
  const engine = ENGINE_IMAGES.find(([, pattern]) => pattern.test(image))?.[0];
  const imageNode = at(container, "image");
  if (!engine || command.length > 0 || !imageNode) return null;
  const isShell = SHELLS.includes(baseName(args[0]?.text));
  return isShell ? null : { engine, words: args[0]?.text === "serve" ? args.slice(1) : args, at: placeOf(imageNode) };
}

interface ArgumentWord extends PlacedWord {
  readonly node: YamlNode;
}

function wordsOf(list: YamlNode | undefined, variables: Variables): readonly ArgumentWord[] {
  // A single string is no valid manifest, but people write it, and charts accept it.
  const items = list?.kind === "scalar" ? [list] : (list?.items ?? []);
  return items.flatMap((node) => {
    const written = scalarText(node);
    if (written === undefined) return [];
    if (list?.kind === "scalar") return scriptWords(node, written, variables).flat();
    return [{ text: expandKubernetes(written, variables), raw: written, at: placeOf(node), node }];
  });
}

function commandIn(words: readonly ArgumentWord[], variables: Variables): EngineCommand | null {
  const shell = words.findIndex((word) => SHELLS.includes(baseName(word.text)));
  const flag = shell < 0 ? -1 : words.findIndex((word, i) => i > shell && /^-[a-z]*c[a-z]*$/.test(word.text ?? ""));
  const script = flag < 0 ? undefined : words[flag + 1];
  if (script) {
    for (const command of scriptWords(script.node, script.raw, variables)) {
      const found = findEngineCommand(command);
      if (found) return found;
    }
    return null;
  }
  return findEngineCommand(words);
}

/** Commands of a script in one scalar, each word at its own line: found again in the scalar's source. */
function scriptWords(node: YamlNode, script: string, variables: Variables): readonly (readonly ArgumentWord[])[] {
  const source = sourceOf(node);
  let cursor = 0;
  let lost = false;
  const place = (raw: string): Position => {
    const found = lost ? -1 : source.indexOf(raw, cursor);
    if (found < 0) {
      // An escape changed the text: from here on the scalar's own place must do.
      lost = true;
      return placeOf(node);
    }
    cursor = found + raw.length;
    return node.origin.positionAt(node.start + found, node.start + found + raw.length);
  };
  return shellCommands(script, variables).map((command) => {
    let last: { readonly raw: string; readonly at: Position } | null = null;
    return command.map((word) => {
      // One written word may stand for several: they share its place.
      const at: Position = last !== null && last.raw === word.raw && word.raw.includes("$") ? last.at : place(word.raw);
      last = { raw: word.raw, at };
      return { ...word, at, node };
    });
  });
}

/** TGI reads every flag from the environment too: `--max-concurrent-requests` = MAX_CONCURRENT_REQUESTS. */
function tgiEnvironment(container: YamlNode, variables: Variables): readonly GivenFlag[] {
  return [...ENGINE_FLAGS.tgi].flatMap(([name, flag]) => {
    const key = name.replaceAll("-", "_").toUpperCase();
    if (!variables.has(key)) return [];
    const entry = at(container, "env")?.items.find((item) => scalarText(at(item, "name")) === key);
    const value = variables.get(key) ?? null;
    return [{ flag, word: { text: value, raw: key, at: placeOf(entry ?? container) }, value }];
  });
}
