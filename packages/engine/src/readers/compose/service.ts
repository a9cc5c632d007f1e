import type { FileText } from "../../domain/deployment.ts";
import type { Container, Environment, EnvironmentValue } from "../container/container.ts";
import { engineImage } from "../engine-images.ts";
import { envFileVariables } from "../env-file.ts";
import { type FileSet, folderOf, resolvePath } from "../file-set.ts";
import type { Variables } from "../shell-words.ts";
import { scalarIn, textOrigin } from "../text-node.ts";
import { at, NO_ENTRIES, scalarText, type YamlNode } from "../yaml-tree.ts";
import { type BuiltImage, builtImage } from "./build.ts";
import { interpolate } from "./interpolate.ts";

/** Where a service stands. */
export interface ComposePlace {
  readonly file: FileText;
  readonly set: FileSet;
  /** Variables that Compose itself fills in: of the `.env` beside the file. */
  readonly given: Environment;
}

/** A service as what runs; `missing` are its env files that are not among the files read. */
export interface Service {
  readonly container: Container;
  readonly missing: readonly YamlNode[];
  /** The value of a scalar with Compose's variables filled in; null: not known. */
  readonly textOf: (node: YamlNode | undefined) => string | null;
}

export function serviceOf(node: YamlNode, place: ComposePlace): Service {
  const own = new Map([...place.given].map(([name, { text }]) => [name, text]));
  const textOf = (scalar: YamlNode | undefined): string | null => {
    const text = scalarText(scalar);
    return text === undefined ? null : interpolate(text, own);
  };
  const built = builtImage(node, place.file.path, place.set);
  const { environment, missing } = environmentOf(node, place, textOf, built);
  // `$$NAME` reaches the container's shell, which knows its own variables.
  const variables: Variables = new Map([...own, ...[...environment].map(([name, { text }]) => [name, text] as const)]);
  const entrypoint = oneLine(at(node, "entrypoint"));
  const container: Container = {
    node,
    image: baseImage(built) ?? filled(at(node, "image"), textOf),
    has_accelerator: asksForGpus(node),
    command: entrypoint ?? built?.entrypoint,
    // An entry point of its own drops the command of the image.
    args: oneLine(at(node, "command")) ?? (entrypoint ? undefined : built?.command),
    environment,
    variables,
    script: (text) => text.replaceAll("$$", "$"),
    expand: (text) => ({
      text: interpolate(text, variables),
      from: place.given.get(/^[^$]{0,200}\$\{?(\w{1,200})/.exec(text)?.[1] ?? "")?.node,
    }),
    folder: (path) => mountedFolder(path, node, textOf),
    mounted: (path) => mountedFile(path, node, place) ?? built?.copied(path) ?? null,
  };
  return { container, missing, textOf };
}

/** What an image is built on says more than the name it is given, where that holds an engine. */
const baseImage = (built: BuiltImage | null): YamlNode | undefined =>
  built?.image && engineImage(scalarText(built.image) ?? "") ? built.image : undefined;

const filled = (node: YamlNode | undefined, textOf: Service["textOf"]): YamlNode | undefined => {
  const text = textOf(node);
  return node && text !== null ? { ...node, value: text } : node;
};

/** Reserved devices, `gpus`, a runtime of its own, devices passed through. */
const asksForGpus = (node: YamlNode): boolean =>
  [["deploy", "resources", "reservations", "devices"], ["gpus"], ["runtime"], ["devices"]].some(
    (path) => at(node, ...path) !== undefined,
  );

/** Compose splits a text at white space, lines included; within quotes they stay. */
function oneLine(node: YamlNode | undefined): YamlNode | undefined {
  const text = scalarText(node);
  if (!node || text === undefined) return node;
  let quote = "";
  let out = "";
  for (let i = 0; i < text.length; i += 1) {
    const c = text.charAt(i);
    if (c === "\\" && quote !== "'") {
      out += text.slice(i, i + 2);
      i += 1;
      continue;
    }
    if (quote === "" && (c === "'" || c === '"')) quote = c;
    else if (c === quote) quote = "";
    out += c === "\n" && quote === "" ? " " : c;
  }
  return { ...node, value: out.replaceAll("$$", "$") };
}

/** `environment` as a map or a list, over `env_file`, over what the image is built with. */
function environmentOf(
  node: YamlNode,
  { file, set }: ComposePlace,
  textOf: Service["textOf"],
  built: BuiltImage | null,
) {
  const environment = new Map<string, EnvironmentValue>(built?.environment);
  const missing: YamlNode[] = [];
  const files = at(node, "env_file");
  for (const entry of files?.kind === "list" ? files.items : files ? [files] : []) {
    const written = entry.kind === "map" ? at(entry, "path") : entry;
    const path = resolvePath(folderOf(file.path), textOf(written) ?? "");
    const found = path === null ? undefined : set.byPath.get(path);
    if (!found) missing.push(written ?? entry);
    else
      for (const [name, value] of envFileVariables(found))
        environment.set(name, { text: scalarText(value) ?? "", node: value });
  }
  const stated = at(node, "environment");
  for (const [name, value] of stated?.entries ?? []) {
    environment.set(name, { text: value.value === null ? null : textOf(value), node: value });
  }
  for (const item of stated?.items ?? []) {
    const text = scalarText(item) ?? "";
    const equals = text.indexOf("=");
    const name = equals < 0 ? text : text.slice(0, equals);
    // A name alone is taken from the shell that starts Compose.
    const value = equals < 0 ? null : textOf({ ...item, value: text.slice(equals + 1) });
    environment.set(name, { text: value, node: item });
  }
  return { environment, missing };
}

/** The host's side of the volume at this path. */
function mountedFolder(path: string, node: YamlNode, textOf: Service["textOf"]): YamlNode | null {
  for (const volume of at(node, "volumes")?.items ?? []) {
    const [source, target] =
      volume.kind === "map"
        ? [textOf(at(volume, "source")), textOf(at(volume, "target"))]
        : (textOf(volume) ?? "").split(":");
    if (source && target?.replace(/\/$/, "") === path)
      return { ...volume, kind: "scalar", entries: NO_ENTRIES, value: source };
  }
  return null;
}

/** A file of the repository that a volume puts at this path. */
function mountedFile(path: string, node: YamlNode, { file, set }: ComposePlace): YamlNode | null {
  for (const volume of at(node, "volumes")?.items ?? []) {
    const [source = "", target = ""] =
      volume.kind === "map"
        ? [scalarText(at(volume, "source")), scalarText(at(volume, "target"))]
        : (scalarText(volume) ?? "").split(":");
    const folder = target.replace(/\/$/, "");
    if (folder === "" || (path !== folder && !path.startsWith(`${folder}/`))) continue;
    const host = resolvePath(folderOf(file.path), source + path.slice(folder.length));
    const found = host === null ? undefined : set.byPath.get(host);
    if (found) return scalarIn(textOrigin(found.path, found.content), 0, found.content.length, found.content);
  }
  return null;
}
