import type { Position } from "../domain/deployment.ts";
import { baseName, type EngineCommand, findEngineCommand, type PlacedWord } from "./engine-command.ts";
import { type EngineImage, engineImage } from "./engine-images.ts";
import { hasFlags, ownEngine } from "./own-image.ts";

/** `docker run … IMAGE ARGUMENTS` with what matters to a deployment. */
export interface ContainerRun {
  readonly image: EngineImage | null;
  /** The image as written; null: not known. */
  readonly named: string | null;
  readonly at: Position;
  /** What follows the image, behind `--entrypoint` where one is given. */
  readonly words: readonly PlacedWord[];
  readonly has_entrypoint: boolean;
  /** `-e NAME=value`; null: taken from the shell that runs it. */
  readonly environment: readonly { readonly name: string; readonly value: string | null; readonly at: Position }[];
  /** `--gpus`: a number, or one for each device named. */
  readonly gpus: { readonly count: number; readonly at: Position } | null;
}

const RUNTIMES = ["docker", "podman", "nerdctl"];
/** Flags of `docker run` that take no value. */
const SWITCHES: ReadonlySet<string> = new Set([
  "d",
  "detach",
  "i",
  "interactive",
  "t",
  "tty",
  "it",
  "dit",
  "itd",
  "ti",
  "rm",
  "init",
  "privileged",
  "P",
  "publish-all",
  "q",
  "quiet",
  "read-only",
  "no-healthcheck",
  "oom-kill-disable",
  "sig-proxy",
  "disable-content-trust",
  "replace",
  "tls-verify",
]);

/** The container that a command line runs; null: it runs none. */
export function containerRun(words: readonly PlacedWord[]): ContainerRun | null {
  const runtime = words.findIndex(
    ({ text }, i) =>
      RUNTIMES.includes(baseName(text)) &&
      (words[i + 1]?.text === "run" || (words[i + 1]?.text === "container" && words[i + 2]?.text === "run")),
  );
  if (runtime < 0) return null;
  const environment: { name: string; value: string | null; at: Position }[] = [];
  let gpus: ContainerRun["gpus"] = null;
  let entrypoint: PlacedWord | null = null;
  let i = runtime + (words[runtime + 1]?.text === "container" ? 3 : 2);
  for (; i < words.length; i += 1) {
    const word = words[i];
    if (!word) break;
    if (word.text === null) {
      // An unknown word may be options or the image: an image that is known further on decides.
      if (words.slice(i + 1, i + 40).some(({ text }) => text !== null && engineImage(text) !== null)) continue;
      break;
    }
    if (!word.text.startsWith("-") || word.text === "-") break;
    const equals = word.text.indexOf("=");
    const name = (equals < 0 ? word.text : word.text.slice(0, equals)).replace(/^--?/, "");
    const isSwitch = SWITCHES.has(name) || /^[ditP]{1,4}$/.test(name);
    const attached = /^-[ev][A-Za-z_./]/.test(word.text) && !word.text.startsWith("--");
    const inline = attached ? word.text.slice(2) : equals < 0 ? null : word.text.slice(equals + 1);
    const next = words[i + 1];
    if (inline === null && !isSwitch) i += 1;
    const value = inline ?? (isSwitch ? null : (next?.text ?? null));
    const key = attached ? word.text.slice(1, 2) : name;
    if (key === "gpus" && value !== null) gpus = gpuCount(value, word.at);
    else if ((key === "e" || key === "env") && value !== null) {
      const sign = value.indexOf("=");
      environment.push({
        name: sign < 0 ? value : value.slice(0, sign),
        value: sign < 0 ? null : value.slice(sign + 1),
        at: word.at,
      });
    } else if (key === "entrypoint" && value !== null && value !== "") entrypoint = { ...word, text: value };
  }
  const image = words[i];
  if (!image) return null;
  const rest = words.slice(i + 1);
  return {
    image: image.text === null ? null : engineImage(image.text),
    named: image.text,
    at: image.at,
    words: entrypoint ? [entrypoint, ...rest] : rest,
    has_entrypoint: entrypoint !== null,
    environment,
    gpus,
  };
}

/** `2`, `device=0,1`, `"device=0"`; `all` says no number. */
function gpuCount(value: string, at: Position): ContainerRun["gpus"] {
  const plain = value
    .slice(0, 400)
    .replaceAll(/["'\\\s]/g, "")
    .slice(0, 200);
  if (/^\d{1,3}$/.test(plain)) return { count: Number(plain), at };
  const devices = /device=([\w,:.-]{1,190})/.exec(plain)?.[1];
  if (devices === undefined || devices === "all") return null;
  return { count: devices.split(",").filter((device) => device !== "").length, at };
}

/** The engine that a container runs: its command, or its arguments where the image starts the engine. */
export function engineOfContainer(run: ContainerRun): EngineCommand | null {
  const direct = findEngineCommand(run.words);
  if (direct || run.has_entrypoint) return direct;
  if (!run.image?.entry_point) return byFlags(run);
  const [first] = run.words;
  const isFlags =
    first === undefined ||
    first.text === null ||
    first.text.startsWith("-") ||
    first.text === "serve" ||
    run.image.engine === "vllm";
  if (!isFlags || /^(?:bash|sh|\/bin\/.{1,20}|python3?|sleep)$/.test(first?.text?.slice(0, 30) ?? "")) return null;
  const words = first?.text === "serve" ? run.words.slice(1) : run.words;
  return { engine: run.image.engine, words, at: run.at };
}

/** An image that starts an engine by itself, as its name or its flags tell. */
function byFlags({ image, named, words, at }: ContainerRun): EngineCommand | null {
  if (named === null || !(words[0]?.text ?? words[0]?.raw)?.startsWith("-")) return null;
  const engine = image ? (hasFlags(words, image.engine, 1) ? image.engine : null) : ownEngine(named, words);
  return engine && { engine, words, at };
}
