import type { FileText, ReadResult } from "../domain/deployment.ts";
import { startedByCompose } from "./compose/build.ts";
import type { ContainerRun } from "./container-run.ts";
import { commandText, type Stage, stagesOf } from "./dockerfile/stages.ts";
import { engineImage } from "./engine-images.ts";
import { deploymentsOf, mergeResults } from "./launched.ts";
import { ENGINE_HINT, type Launches, launchesIn, launchesOfContainer, readImage, type ScriptText } from "./launches.ts";
import type { Reader, ReaderContext } from "./reader.ts";
import { readShell } from "./shell/script.ts";
import { textPlaces } from "./text-places.ts";

const DOCKERFILE_PATH = /(?:^|[/.])(?:Dockerfile|Containerfile)(?:[._-][^/]{0,100})?$/i;

/** Dockerfiles whose image starts a serving engine. */
export const dockerfileReader: Reader = {
  id: "dockerfile",
  acceptsPath: (path) => DOCKERFILE_PATH.test(path.slice(-200)),
  accepts: ({ path }) => DOCKERFILE_PATH.test(path.slice(-200)),
  read: readDockerfile,
};

function readDockerfile({ path, content }: FileText, { files }: ReaderContext): ReadResult {
  if (!ENGINE_HINT.test(content) || (files && startedByCompose(files).has(path)))
    return { deployments: [], unresolved: [] };
  const places = textPlaces(path, content);
  const stages = stagesOf(content);
  // A stage that another builds on is no image of its own.
  const leaves = stages.filter((stage) => !stages.some(({ base }) => base === stage));
  return mergeResults(
    leaves.map((stage) => {
      const found = launchesOfStage(stage, content, places.at);
      return deploymentsOf(found, { path, format: "dockerfile", place: stage.name });
    }),
  );
}

function launchesOfStage(stage: Stage, content: string, place: ScriptText["place"]): Launches {
  const at = place(stage.at.start, stage.at.end);
  const { entrypoint, command } = stage;
  const environment = [...stage.environment].map(([name, value]) => {
    const span = stage.places.get(name);
    return { name, value, at: span ? place(span.start, span.end) : at };
  });
  const image = stage.image === null ? null : engineImage(stage.image);
  const shellForm =
    entrypoint && !entrypoint.is_exec ? entrypoint : entrypoint ? null : command && !command.is_exec ? command : null;
  const container = (words: ContainerRun["words"], has_entrypoint: boolean): ContainerRun => ({
    image,
    named: stage.image,
    at,
    words,
    has_entrypoint,
    environment,
    gpus: null,
  });
  if (shellForm) {
    const source: ScriptText = {
      script: content.slice(shellForm.start, shellForm.end),
      place: (a, b) => place(shellForm.start + a, shellForm.start + b),
    };
    const found = launchesIn(source, stage.environment);
    for (const { sheet } of found.launches) if (image) readImage(sheet, image, at);
    return found;
  }
  const { script, offsetOf } = commandText(content, entrypoint, command);
  const source: ScriptText = { script, place: (a, b) => place(offsetOf(a), offsetOf(Math.max(a, b - 1)) + 1) };
  // Docker itself replaces nothing in a command that is a list; a shell in it does.
  const [first] = readShell(script, new Map()).commands;
  const words = (first?.words ?? []).map(({ text, raw, start, end }) => ({ text, raw, at: source.place(start, end) }));
  const runs = { words: first?.words ?? [], variables: stage.environment, runs: "yes" as const };
  const started = entrypoint !== null && entrypoint.start < entrypoint.end;
  return launchesOfContainer(container(words, started), runs, source);
}
