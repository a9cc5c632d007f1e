import type { Position, Unresolved } from "../domain/deployment.ts";
import { type ContainerRun, containerRun, engineOfContainer } from "./container-run.ts";
import { baseName, type EngineCommand, findEngineCommand, type PlacedWord, readEngineFlags } from "./engine-command.ts";
import { type EnvironmentEntry, environmentFlags, visibleDevices } from "./engine-environment.ts";
import type { EngineImage } from "./engine-images.ts";
import { type FactSheet, setFact } from "./fact-sheet.ts";
import { readShell, type ShellCommand } from "./shell/script.ts";
import type { ShellWord, Variables } from "./shell/state.ts";

/** An engine that a script starts. */
export interface Launch {
  readonly sheet: FactSheet;
  readonly at: Position;
  /** Over ssh: what starts it does not wait for it. */
  readonly remote: boolean;
}

export interface Launches {
  readonly launches: readonly Launch[];
  readonly unresolved: readonly Unresolved[];
}

/** A script with the way from its offsets to places in its file. */
export interface ScriptText {
  readonly script: string;
  readonly place: (start: number, end: number) => Position;
}

/** Words that a command must have for its reading to be worth while. */
export const ENGINE_HINT = /vllm|sglang|text-generation|launch_server/i;
const hints = (words: readonly ShellWord[]): boolean =>
  words.some(({ text, raw }) => ENGINE_HINT.test(text ?? "") || ENGINE_HINT.test(raw));

/** Commands that run a script which one of their words holds. */
const RUNS_A_SCRIPT =
  /^(?:(?:ba|a|da|z)?sh|eval|exec|ssh|sshpass|tmux|screen|su|sudo|sbatch|srun|nohup|docker|podman|kubectl|conda|micromamba|timeout|gcloud|az|aws|env|apptainer|singularity|runpodctl|modal|flock|setsid|stdbuf|numactl|taskset)$/;
const REMOTE = /^(?:ssh|sshpass|gcloud|az|aws)$/;
const MAX_DEPTH = 3;

/** Every serving engine that a script starts, branches that are off by default told. Never runs anything. */
export function launchesIn(source: ScriptText, given: Variables = new Map(), depth = 0, inHeredoc = false): Launches {
  const launches: Launch[] = [];
  const unresolved: Unresolved[] = [];
  if (!ENGINE_HINT.test(source.script)) return NONE;
  const { commands, heredocs, cut } = readShell(source.script, given, hints, inHeredoc);
  for (const command of commands) {
    const found = launchesOf(command, source, depth);
    const first = found.launches[0];
    if (command.runs === "no") {
      if (first)
        unresolved.push(told(first.at, "off by default: the branch is not taken with the values in this file"));
      continue;
    }
    launches.push(...found.launches);
    unresolved.push(...found.unresolved);
  }
  for (const { command, target, start, end, variables } of heredocs) {
    const body = source.script.slice(start, end);
    if (depth >= MAX_DEPTH || !ENGINE_HINT.test(body)) continue;
    const names = command.map(({ text }) => baseName(text));
    const runs = names.some((name) => /^(?:(?:ba|a|da|z)?sh|ssh)$/.test(name)) || /\.sh$/.test(target ?? "");
    const unit = /\.service$/.test(target ?? "") || /^ExecStart=/m.test(body);
    if (!runs && !unit) continue;
    const inner: ScriptText = {
      script: unit ? commandOfUnit(body) : body,
      place: (a, b) => source.place(start + a, start + b),
    };
    const values = variables ?? (unit ? new Map() : given);
    const found = launchesIn(inner, values, depth + 1, variables !== null);
    const remote = names.some((name) => REMOTE.test(name));
    launches.push(...found.launches.map((launch) => (remote ? { ...launch, remote } : launch)));
    unresolved.push(...found.unresolved);
  }
  if (cut) unresolved.push(told(source.place(0, 1), "longer than what is followed: the rest was not read"));
  return { launches, unresolved };
}

const told = (at: Position, why: string): Unresolved => ({ fact: "document", text: "", why, at });

/** A unit's ExecStart as a script at its own offsets: all else is blank. */
export function commandOfUnit(unit: string): string {
  let continued = false;
  return unit
    .split("\n")
    .map((line) => {
      const start = /^[ \t]{0,40}ExecStart=[-@:+!]{0,4}/.exec(line)?.[0];
      const kept = continued ? line : start === undefined ? "" : " ".repeat(start.length) + line.slice(start.length);
      continued = (continued || start !== undefined) && /\\[ \t\r]{0,20}$/.test(line.slice(-24));
      return kept === "" ? " ".repeat(line.length) : kept;
    })
    .join("\n");
}

function launchesOf(command: ShellCommand, source: ScriptText, depth: number): Launches {
  const words = placed(command.words, source);
  const evaluated = depth < MAX_DEPTH ? evaluatedLaunches(command, source, depth) : null;
  if (evaluated) return evaluated;
  const container = containerRun(words);
  if (container) return launchesOfContainer(container, command, source, depth);
  const engine = findEngineCommand(words);
  if (engine) return one(engine, outerEnvironment(command.variables, engine.at), null);
  return depth < MAX_DEPTH ? nestedLaunches(command, source, depth) : NONE;
}

/** `eval $COMMAND`: the words of the variable are read again as a script, their quotes too. */
function evaluatedLaunches({ words, variables }: ShellCommand, source: ScriptText, depth: number): Launches | null {
  const [first, ...rest] = words;
  const from = rest[0];
  const to = rest.at(-1);
  if (first?.text !== "eval" || rest.length < 2 || !from || !to) return null;
  // A word that is not known stays one: a variable that nothing sets.
  const script = rest.map(({ text }) => text ?? "$_").join(" ");
  return launchesIn({ script, place: () => source.place(from.start, to.end) }, variables, depth + 1);
}

/** The engine that a list of words starts, without a shell: `subprocess.run([…])`. */
export function launchesOfWords(words: readonly PlacedWord[]): Launches {
  const container = containerRun(words);
  const engine = container ? engineOfContainer(container) : findEngineCommand(words);
  return engine ? one(engine, container?.environment ?? [], container) : NONE;
}

const placed = (words: readonly ShellWord[], source: ScriptText): readonly PlacedWord[] =>
  words.map((word) => ({ text: word.text, raw: word.raw, at: source.place(word.start, word.end) }));

/** What a container starts: its own engine, or the script that its command holds. */
export function launchesOfContainer(
  container: ContainerRun,
  command: ShellCommand,
  source: ScriptText,
  depth = 0,
): Launches {
  const { variables } = command;
  const engine = engineOfContainer(container);
  if (engine) return one(engine, containerEnvironment(container, variables), container);
  const nested = depth < MAX_DEPTH ? nestedLaunches(command, source, depth) : NONE;
  return { ...nested, launches: nested.launches.map((launch) => inContainer(launch, container, variables)) };
}

const NONE: Launches = { launches: [], unresolved: [] };

function one(
  engine: EngineCommand,
  environment: readonly EnvironmentEntry[],
  container: ContainerRun | null,
): Launches {
  const sheet = readEngineFlags(engine, engine.engine === "tgi" ? environmentFlags("tgi", environment) : []);
  const config = engine.words.find(({ text }) => text === "--config" || text?.startsWith("--config="));
  if (config && !sheet.facts.model_id && !sheet.unresolved.some(({ fact }) => fact === "model_id")) {
    const why = "its settings are in a configuration file, which is read on its own";
    return { launches: [], unresolved: [told(config.at, why)] };
  }
  placeOnDevices(sheet, environment);
  if (container) readContainerFacts(sheet, container);
  return { launches: [{ sheet, at: engine.at, remote: false }], unresolved: [] };
}

function inContainer(launch: Launch, container: ContainerRun, variables: Variables): Launch {
  placeOnDevices(launch.sheet, containerEnvironment(container, variables));
  readContainerFacts(launch.sheet, container);
  return launch;
}

function readContainerFacts(sheet: FactSheet, { image, gpus, at }: ContainerRun): void {
  if (gpus && !sheet.facts.gpus_per_replica) setFact(sheet, "gpus_per_replica", gpus.count, gpus.at);
  if (image) readImage(sheet, image, at);
}

/** What the image says of an engine that runs in it. */
export function readImage(sheet: FactSheet, image: EngineImage, at: Position): void {
  if (image.engine !== sheet.facts.framework?.value) return;
  if (image.version !== null) setFact(sheet, "framework_version", image.version, at);
  if (image.other_device === "cpu") setFact(sheet, "device", "cpu", at);
  else if (image.other_device !== null) {
    const why = "not an NVIDIA GPU: no evidence";
    sheet.unresolved.push({ fact: "hardware_platform", text: image.other_device, why, at });
  }
}

function containerEnvironment({ environment }: ContainerRun, variables: Variables): readonly EnvironmentEntry[] {
  return environment.map((entry) => ({ ...entry, value: entry.value ?? variables.get(entry.name) ?? null }));
}

const outerEnvironment = (variables: Variables, at: Position): readonly EnvironmentEntry[] =>
  [...variables].map(([name, value]) => ({ name, value, at }));

/** The devices that the engine may see: their number, or none. */
function placeOnDevices(sheet: FactSheet, environment: readonly EnvironmentEntry[]): void {
  const visible = environment.find(({ name }) => name === "CUDA_VISIBLE_DEVICES" || name === "NVIDIA_VISIBLE_DEVICES");
  const count = visibleDevices(visible?.value);
  if (!visible || count === null) return;
  if (count === 0) setFact(sheet, "device", "cpu", visible.at);
  else setFact(sheet, "gpus_per_replica", count, visible.at);
}

/** `bash -c "…"`, `ssh host '…'`, `sbatch --wrap="…"`: the script in a word, at its own place where no escape changed it. */
function nestedLaunches({ words, variables }: ShellCommand, source: ScriptText, depth: number): Launches {
  if (!RUNS_A_SCRIPT.test(baseName(words[0]?.text).slice(0, 40))) return NONE;
  const launches: Launch[] = [];
  const unresolved: Unresolved[] = [];
  const remote = words.some(({ text }) => REMOTE.test(baseName(text).slice(0, 20)));
  for (const word of words.slice(1)) {
    const { script, offset } = scriptIn(word);
    if (!ENGINE_HINT.test(script) || !/\s/.test(script)) continue;
    const place =
      offset === null
        ? () => source.place(word.start, word.end)
        : (a: number, b: number) => source.place(offset + a, offset + b);
    const found = launchesIn({ script, place }, variables, depth + 1);
    launches.push(...found.launches.map((launch) => ({ ...launch, remote: remote || launch.remote })));
    unresolved.push(...found.unresolved);
  }
  return { launches, unresolved };
}

function scriptIn(word: ShellWord): { readonly script: string; readonly offset: number | null } {
  const open = word.raw.search(/["']/);
  const quote = word.raw[open];
  if (open < 0 || quote === undefined || !word.raw.endsWith(quote) || word.raw.length < open + 2)
    return { script: word.text ?? "", offset: null };
  const inner = word.raw.slice(open + 1, -1);
  // `eval "$COMMAND"`: the script is in the variable.
  if (!ENGINE_HINT.test(inner)) return { script: word.text ?? "", offset: null };
  if (quote === "'" || !/\\["$`\\]/.test(inner)) return { script: inner, offset: word.start + open + 1 };
  return { script: inner.replaceAll(/\\(["$`\\])/g, "$1"), offset: null };
}
