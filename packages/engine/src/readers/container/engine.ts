import type { Position, Unresolved } from "../../domain/deployment.ts";
import { baseName, type EngineCommand, findEngineCommand, type GivenFlag, readEngineFlags } from "../engine-command.ts";
import { type EnvironmentOf, environmentFlags } from "../engine-environment.ts";
import type { Engine } from "../engine-flags.ts";
import { type EngineImage, engineImage } from "../engine-images.ts";
import { type FactSheet, setFact } from "../fact-sheet.ts";
import { hasFlags, ownEngine } from "../own-image.ts";
import { placeOf, scalarText, type YamlNode } from "../yaml-tree.ts";
import type { Container } from "./container.ts";
import { nestedYaml } from "./nested-yaml.ts";
import { readNim } from "./nim.ts";
import { givenOptions } from "./options.ts";
import { readTensorRt } from "./tensorrt.ts";
import { type ArgumentWord, argumentWords, scriptWords } from "./words.ts";

const SHELLS = ["sh", "bash", "ash", "dash", "zsh"];

/** What a container runs, as facts; null when it runs no engine that is known; a note when it may. */
export function readContainer(container: Container): FactSheet | { readonly note: Unresolved } | null {
  const image = engineImage(scalarText(container.image) ?? "");
  const command = engineOf(container, image) ?? drivenByEnvironment(container);
  const server = command ? null : huggingFaceServer(container);
  if (server) return readHuggingFaceServer(container, server);
  if (!command) return readNim(container) ?? readTensorRt(container) ?? noteOf(container, image);
  const sheet = readEngineFlags(command, [
    ...(command.engine === "tgi" ? entriesOf(container, "tgi") : []),
    ...(command.engine === "vllm" ? configFile(container, command) : []),
    ...(isDriven(container) ? entriesOf(container, "worker-vllm") : []),
  ]);
  stateImage(sheet, container, image?.engine === command.engine ? image : null);
  stateFolder(sheet, container);
  return sheet;
}

/** A size, as the names of models state one. */
const SIZED = /(?:^|[-_.])\d{1,4}(?:\.\d{1,3})?[bm](?:[-_.]|$)/i;

/** `--model /data`, and a volume puts a folder there that is called after its model. */
function stateFolder(sheet: FactSheet, { folder }: Container): void {
  const stated = sheet.facts.model_id;
  if (!stated?.value.startsWith("/") || SIZED.test(baseName(stated.value))) return;
  const node = folder?.(stated.value.replace(/\/$/, "")) ?? null;
  const source = (scalarText(node ?? undefined) ?? "").slice(0, 300).replace(/\/$/, "");
  if (node && SIZED.test(baseName(source))) setFact(sheet, "model_id", source, placeOf(node), stated.value);
}

/** Where a container starts KServe's server for Hugging Face models; null: it does not. */
function huggingFaceServer({ image, command }: Container): Position | null {
  const started = command?.items.find((item) => scalarText(item) === "huggingfaceserver");
  if (started) return placeOf(started);
  return image && !command && /(?:^|\/)huggingfaceserver(?=$|[:@-])/.test(scalarText(image) ?? "")
    ? placeOf(image)
    : null;
}

/** An engine's image with a command that no file says more about: it may serve a model. */
function noteOf({ image: node, command }: Container, image: EngineImage | null): { readonly note: Unresolved } | null {
  const [first] = command?.items ?? [];
  if (!image || !node || first === undefined) return null;
  if (!/\.sh$/.test(scalarText(first) ?? "") && command?.items.length !== 1) return null;
  const text = scalarText(first) ?? "";
  const why = `the image holds ${image.engine}, and what its command runs is not known`;
  return { note: { fact: "document", text: text.slice(0, 120), why, at: placeOf(first) } };
}

function stateImage(sheet: FactSheet, container: Container, image: EngineImage | null): void {
  if (!container.image || !image) return;
  const at = placeOf(container.image);
  if (image.version !== null && !sheet.facts.framework_version) setFact(sheet, "framework_version", image.version, at);
  if (sheet.facts.device || image.other_device === null) return;
  const device = DEVICES.get(image.other_device);
  if (device) setFact(sheet, "device", device, at, image.other_device);
}

const DEVICES = new Map([
  ["cpu", "cpu"],
  ["TPU", "tpu"],
  ["Neuron", "neuron"],
  ["Gaudi", "hpu"],
  ["Intel", "xpu"],
] as const) as ReadonlyMap<string, "cpu" | "tpu" | "neuron" | "hpu" | "xpu">;

function engineOf(container: Container, image: EngineImage | null): EngineCommand | null {
  const command = argumentWords(container.command, container.expand, container.variables);
  const args = argumentWords(container.args, container.expand, container.variables);
  const direct = commandIn([...command, ...args], container) ?? mountedScript(container, [...command, ...args]);
  if (direct) return direct;
  // One argument that is a command line of its own: whatever wraps the container hands it to a shell.
  const [only] = args;
  if (only && args.length === 1 && command.length === 0 && /^\s*[^-\s]\S*\s/.test(only.raw.slice(0, 400))) {
    const script = inScript(only.node, only.raw, container);
    if (script) return script;
  }
  // A script that is not at hand, in an engine's image and with its flags: it ends in the engine, as such scripts do.
  const wraps =
    command.length === 1 && /\.sh$/.test(command[0]?.text ?? "") && image && hasFlags(args, image.engine, 2);
  if ((command.length > 0 && !wraps) || SHELLS.includes(baseName(args[0]?.text))) return null;
  const engine = image?.entry_point || (image && hasFlags(args, image.engine, 1)) ? image.engine : null;
  const guessed = engine ?? (image ? null : ownImage(container, args));
  const place = engine && container.image ? placeOf(container.image) : args[0]?.at;
  const at = place ?? (container.image && placeOf(container.image));
  return guessed && at ? { engine: guessed, words: args[0]?.text === "serve" ? args.slice(1) : args, at } : null;
}

/** An image of the team's own: named after the engine, or with arguments that only one engine has. */
function ownImage({ image: node, has_accelerator }: Container, args: readonly ArgumentWord[]): Engine | null {
  const image = scalarText(node) ?? "";
  // A patch states arguments without an image.
  return node && has_accelerator === false && !/vllm|sglang|llm/i.test(image) ? null : ownEngine(image, args);
}

function commandIn(words: readonly ArgumentWord[], container: Container): EngineCommand | null {
  const shell = words.findIndex((word) => SHELLS.includes(baseName(word.text)));
  const flag = shell < 0 ? -1 : words.findIndex((word, i) => i > shell && /^-[a-z]*c[a-z]*$/.test(word.text ?? ""));
  // `bash -lc -- SCRIPT`
  const script = flag < 0 ? undefined : words[words[flag + 1]?.text === "--" ? flag + 2 : flag + 1];
  if (!script) return findEngineCommand(words);
  // A list item is the script itself; a word of a longer text has its quotes around it.
  const whole = script.raw === scalarText(script.node);
  const text = whole ? script.raw : script.raw.replace(/^(["'])([\s\S]*)\1$/, "$2");
  // The word behind the script is its `$0`; the others are its `"$@"`.
  return inScript(script.node, text, container, words.slice(words.indexOf(script) + 2));
}

function inScript(
  node: YamlNode,
  text: string,
  { variables, script }: Container,
  handed: readonly ArgumentWord[] = [],
): EngineCommand | null {
  for (const command of scriptWords(node, script ? script(text) : text, variables, handed)) {
    const found = findEngineCommand(command);
    if (found) return found;
  }
  return null;
}

/** `command: [/scripts/run.sh]`, where a ConfigMap or a file of the repository holds the script. */
function mountedScript(container: Container, words: readonly ArgumentWord[]): EngineCommand | null {
  for (const [i, { text }] of words.entries()) {
    if (text === null || !text.startsWith("/")) continue;
    const node = container.mounted(text);
    const script = scalarText(node ?? undefined);
    const found = node && script !== undefined ? inScript(node, script, container, words.slice(i + 1)) : null;
    if (found) return found;
  }
  return null;
}

/** Flags that stand in the environment: TGI reads all of them there, and so do images that wrap vLLM. */
function entriesOf({ environment }: Container, kind: EnvironmentOf): readonly GivenFlag[] {
  const entries = [...environment].map(([name, { text, node }]) => ({
    name: kind === "worker-vllm" && name === "MODEL_ID" ? "MODEL" : name,
    value: text,
    at: placeOf(node),
  }));
  return environmentFlags(kind, entries);
}

/** Images whose entry point makes vLLM's flags of variables: MODEL, MAX_MODEL_LEN, … */
const ENVIRONMENT_DRIVEN = /(?:^|\/)(?:substratusai\/vllm|worker-v?llm(?:-[\w.-]{1,40})?)(?:[:@]|$)/;

function drivenByEnvironment(container: Container): EngineCommand | null {
  const { image, command, environment } = container;
  const named = MODEL_VARIABLES.some((name) => environment.has(name));
  return image && !command && named && isDriven(container) ? { engine: "vllm", words: [], at: placeOf(image) } : null;
}

/** The official images take arguments; those of a team's own that are named after vLLM often take variables. */
function isDriven({ image, args, has_accelerator }: Container): boolean {
  const text = scalarText(image) ?? "";
  if (ENVIRONMENT_DRIVEN.test(text)) return true;
  return !args && has_accelerator !== false && /vllm/i.test(text) && !engineImage(text)?.entry_point;
}

const MODEL_VARIABLES = ["MODEL", "MODEL_NAME", "MODEL_ID"];

/** `--config /etc/vllm/config.yaml`, where a file of the repository holds it: what the command line does not say. */
function configFile({ mounted }: Container, { words }: EngineCommand): readonly GivenFlag[] {
  const flag = words.findIndex(({ text }) => text === "--config" || text?.startsWith("--config="));
  const inline = words[flag]?.text?.split("=", 2)[1];
  const path = inline ?? words[flag + 1]?.text;
  const node = flag < 0 || !path?.startsWith("/") ? null : mounted(path);
  return node ? givenOptions("vllm", nestedYaml(node)?.documents[0]?.root ?? undefined) : [];
}

/** KServe's server for Hugging Face models runs vLLM unless it is told not to; it names the model in its own way. */
export function readHuggingFaceServer(container: Container, at: Position): FactSheet {
  const words = argumentWords(container.args, container.expand, container.variables);
  const renamed = words.map((word) => ({
    ...word,
    text: word.text?.replace(/^--model[_-](?:id|dir)(?==|$)/, "--model") ?? null,
  }));
  const sheet = readEngineFlags({ engine: "vllm", words: renamed, at });
  const backend = words.findIndex(({ text }) => text?.startsWith("--backend"));
  const named = words[backend]?.text?.split("=", 2)[1] ?? words[backend + 1]?.text;
  if (backend >= 0 && named === "huggingface") setFact(sheet, "framework", "transformers", words[backend]?.at ?? at);
  return sheet;
}
