import type { Position } from "../../domain/deployment.ts";
import { baseName } from "../engine-command.ts";
import { placeOf, scalarText, type YamlNode } from "../yaml-tree.ts";
import type { Container } from "./container.ts";
import { type ArgumentWord, argumentWords, scriptWords } from "./words.ts";

/** A model that is fetched to a folder before an engine loads it from there. */
export interface Download {
  readonly model: string;
  readonly at: Position;
}

/** What these containers fetch to `folder`: `hf download MODEL --local-dir FOLDER`, `snapshot_download`, `git clone`. null: nothing that they say. */
export function downloadedTo(folder: string, containers: readonly Container[]): Download | null {
  const wanted = trimmed(folder);
  for (const container of containers) {
    for (const command of commandsOf(container)) {
      const found = byCommand(command);
      if (found && trimmed(found.folder) === wanted) return found;
    }
    for (const text of textsOf(container)) {
      const found = byPython(text, container);
      if (found && trimmed(found.folder) === wanted) return found;
    }
  }
  return null;
}

type Fetched = Download & { readonly folder: string };

const trimmed = (path: string): string => path.replace(/(?<=[^/])\/$/, "");

const partsOf = ({ command, args }: Container): readonly YamlNode[] =>
  [command, args].flatMap((node) => (node ? [node] : []));
const textsOf = (container: Container): readonly YamlNode[] =>
  partsOf(container).flatMap((node) => (node.kind === "scalar" ? [node] : node.items));

function commandsOf(container: Container): readonly (readonly ArgumentWord[])[] {
  const { expand, variables, script } = container;
  const whole = partsOf(container).flatMap((node) => argumentWords(node, expand, variables));
  const scripts = textsOf(container).flatMap((node) => {
    const text = scalarText(node) ?? "";
    return /\bdownload\b|\bclone\b/.test(text) && /\s/.test(text)
      ? scriptWords(node, script ? script(text) : text, variables)
      : [];
  });
  return [whole, ...scripts];
}

function byCommand(words: readonly ArgumentWord[]): Fetched | null {
  const start = words.findIndex(({ text }) => /^(?:huggingface-cli|hf|git)$/.test(baseName(text)));
  if (start < 0) return null;
  const [verb, ...rest] = words.slice(start + 1);
  const named = rest.filter(({ text }) => text !== null && !text.startsWith("-"));
  const [first, second] = named;
  if (baseName(words[start]?.text) === "git") {
    const id = /^https:\/\/(?:[\w.-]{1,60}@)?huggingface\.co\/([\w.-]{1,96}\/[\w.-]{1,96}?)(?:\.git)?\/?$/.exec(
      first?.text?.slice(0, 300) ?? "",
    )?.[1];
    return verb?.text === "clone" && first && id !== undefined && second?.text
      ? { model: id, at: first.at, folder: second.text }
      : null;
  }
  const option = rest.findIndex(({ text }) => text?.startsWith("--local-dir") === true);
  const folder = rest[option]?.text?.split("=", 2)[1] ?? rest[option + 1]?.text;
  return verb?.text === "download" && option >= 0 && first?.text && folder
    ? { model: first.text, at: first.at, folder }
    : null;
}

const ENVIRONMENT = String.raw`os\.(?:environ\.get|getenv|environ)\s{0,4}[([]\s{0,4}["'](\w{1,100})["']`;

/** `snapshot_download(repo_id=…, local_dir="…")` in a script of Python, its names followed to the environment. */
function byPython(node: YamlNode, { environment }: Container): Fetched | null {
  const text = (scalarText(node) ?? "").slice(0, 20_000);
  const call = /\bsnapshot_download\s{0,4}\(([^)]{0,1000})/.exec(text)?.[1];
  const folder = call && /\blocal_dir\s{0,4}=\s{0,4}f?["']([^"'{}]{1,300})["']/.exec(call)?.[1];
  if (!call || !folder) return null;
  const given = /\brepo_id\s{0,4}=\s{0,4}([^,\n]{1,200})/.exec(call)?.[1] ?? call.split(",", 1)[0] ?? "";
  const literal = /^\s{0,40}["']([\w./-]{1,200})["']/.exec(given)?.[1];
  if (literal !== undefined) return { model: literal, at: placeOf(node), folder };
  const name = /^\s{0,40}(\w{1,100})\s{0,40}$/.exec(given)?.[1];
  const assigned =
    name === undefined ? given : new RegExp(`(?:^|\\n)[ \\t]{0,80}${name}\\s{0,4}=([^\\n]{1,200})`).exec(text)?.[1];
  const variable = environment.get(new RegExp(ENVIRONMENT).exec(assigned ?? "")?.[1] ?? "");
  return variable?.text ? { model: variable.text, at: placeOf(variable.node), folder } : null;
}
