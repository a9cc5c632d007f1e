import type { FileText } from "../../domain/deployment.ts";
import type { EnvironmentValue } from "../container/container.ts";
import { type CommandSpan, commandText, type Stage, stagesOf } from "../dockerfile/stages.ts";
import { type FileSet, folderOf, onceOf, onceOfFile, resolvePath, yamlOf } from "../file-set.ts";
import { readShell } from "../shell/script.ts";
import { scalarIn, textOrigin } from "../text-node.ts";
import { at, NO_ENTRIES, scalarText, type YamlNode, type YamlOrigin } from "../yaml-tree.ts";

/** What a service that is built has from its Dockerfile. */
export interface BuiltImage {
  /** The image that it is built on. */
  readonly image: YamlNode | undefined;
  readonly entrypoint: YamlNode | undefined;
  readonly command: YamlNode | undefined;
  readonly environment: ReadonlyMap<string, EnvironmentValue>;
  /** A file of the repository that the build copies to an absolute path. */
  readonly copied: (path: string) => YamlNode | null;
}

const stagesIn = onceOfFile((file): readonly Stage[] => stagesOf(file.content));

/** The Dockerfile of `build:`, where it is among the files; undefined: none. */
export function dockerfileOf(service: YamlNode, composePath: string, set: FileSet): FileText | undefined {
  const build = at(service, "build");
  if (!build) return undefined;
  const context = contextOf(build, composePath);
  const named = scalarText(at(build, "dockerfile"));
  for (const name of named === undefined ? ["Dockerfile", "dockerfile"] : [named]) {
    const path = context === null ? null : resolvePath(context, name);
    const found = path === null ? undefined : set.byPath.get(path);
    if (found) return found;
  }
  return undefined;
}

/** Dockerfiles that services of a Compose file build and start as they are: that file speaks for them. */
export const startedByCompose = onceOf(
  (set: FileSet): ReadonlySet<string> =>
    new Set(
      set.files.flatMap((file) => {
        if (!/\.ya?ml$/i.test(file.path) || !/^services:/m.test(file.content) || !file.content.includes("build:"))
          return [];
        return [...(at(yamlOf(file).documents[0]?.root, "services")?.entries.values() ?? [])].flatMap((service) =>
          at(service, "entrypoint") ? [] : (dockerfileOf(service, file.path, set)?.path ?? []),
        );
      }),
    ),
);

const contextOf = (build: YamlNode, composePath: string): string | null =>
  resolvePath(folderOf(composePath), scalarText(build) ?? scalarText(at(build, "context")) ?? ".");

/** The last stage of a service's Dockerfile, or the one that it names; null: it is not built here. */
export function builtImage(service: YamlNode, composePath: string, set: FileSet): BuiltImage | null {
  const build = at(service, "build");
  const file = dockerfileOf(service, composePath, set);
  if (!build || !file) return null;
  const target = scalarText(at(build, "target"))?.toLowerCase();
  const stages = stagesIn(file);
  const stage = target === undefined ? stages.at(-1) : stages.find(({ name }) => name === target);
  if (!stage) return null;
  const origin = textOrigin(file.path, file.content);
  const { image, at: from } = stage;
  return {
    image: image === null ? undefined : scalarIn(origin, from.start, from.end, image),
    entrypoint: wordsOf(stage.entrypoint, file, origin),
    command: wordsOf(stage.command, file, origin),
    environment: new Map(
      [...stage.environment].map(([name, text]) => {
        const { start, end } = stage.places.get(name) ?? from;
        return [name, { text, node: scalarIn(origin, start, end, text ?? "") }];
      }),
    ),
    copied: (path) => copiedFile(path, stage, contextOf(build, composePath), set),
  };
}

/** A list as its words; a line for a shell as that shell's script. */
function wordsOf(span: CommandSpan | null, { content }: FileText, origin: YamlOrigin): YamlNode | undefined {
  if (!span || span.start >= span.end) return undefined;
  const whole = scalarIn(origin, span.start, span.end, content.slice(span.start, span.end));
  if (!span.is_exec) {
    const shell = ["/bin/sh", "-c"].map((word) => ({ ...whole, value: word }));
    return { ...whole, kind: "list", value: null, entries: NO_ENTRIES, items: [...shell, whole] };
  }
  const { script, offsetOf } = commandText(content, span, null);
  const items = (readShell(script, new Map()).commands[0]?.words ?? []).map(({ text, raw, start, end }) =>
    scalarIn(origin, offsetOf(start), offsetOf(end), text ?? raw),
  );
  return { ...whole, kind: "list", value: null, entries: NO_ENTRIES, items };
}

function copiedFile(path: string, { copies }: Stage, context: string | null, set: FileSet): YamlNode | null {
  if (context === null) return null;
  for (const { from, to } of copies.toReversed()) {
    const target = to.replace(/\/{2,}/g, "/").replace(/\/$/, "");
    if (path !== target && !path.startsWith(`${target}/`)) continue;
    const host = resolvePath(context, from + path.slice(target.length));
    const found = host === null ? undefined : set.byPath.get(host);
    if (found) return scalarIn(textOrigin(found.path, found.content), 0, found.content.length, found.content);
  }
  return null;
}
