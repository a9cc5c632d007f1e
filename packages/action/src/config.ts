import { type Catalogue, EMPTY_CONFIG, type ProjectConfig, readProjectConfig } from "@ecocompute/engine";
import { INPUT_DEFAULTS } from "./inputs.ts";
import type { ListedFile, Source } from "./source.ts";

/** The configuration that decides is unusable: exit code 2. */
export class ConfigUnusable extends Error {
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.problems = problems;
  }
}

/** A line of the head's configuration that could not be read. */
export interface ConfigAnnotation {
  readonly path: string;
  readonly line: number;
  readonly message: string;
}

export interface DecidingConfig {
  readonly config: ProjectConfig;
  /** For the reader of the report. */
  readonly notices: readonly string[];
  /** The change brings in a configuration that will not be read. */
  readonly broken: readonly ConfigAnnotation[];
  /** The base's cannot be read, and the change is about it: the defaults stand in. */
  readonly unreadable: boolean;
}

/**
 * The configuration of the base: a change is judged by the rules it found, never by those it brings. What it changes of
 * them is checked and told. Where there is nothing before, the head's decides.
 */
export async function readDecidingConfig(
  source: Source,
  head: string,
  listed: readonly ListedFile[],
  path: string,
  catalogue: Catalogue,
): Promise<DecidingConfig> {
  const isChanged = listed.some((file) => file.path === path || file.previous_path === path);
  const base = await readAt(source, source.base ?? head, path, catalogue);
  if (source.base === null || !isChanged) {
    if (base.kind === "broken") throw new ConfigUnusable(base.problems.map(sentenceOf));
    if (base.kind === "absent" && path !== INPUT_DEFAULTS.config) {
      throw new ConfigUnusable([
        `input config: ${path} is not in the repository; leave the input out or add the file.`,
      ]);
    }
    return { config: base.kind === "read" ? base.config : EMPTY_CONFIG, notices: [], broken: [], unreadable: false };
  }
  const after = await readAt(source, head, path, catalogue);
  const notices = [
    `This pull request changes ${path}: it is judged by the configuration of the base, and the new one counts once it is merged.`,
  ];
  if (base.kind === "broken") {
    notices.push(
      `${path} of the base cannot be read, so the defaults stand in: ${base.problems.map(sentenceOf).join("; ")}`,
    );
  }
  if (after.kind === "broken")
    notices.push(`The new ${path} cannot be read: ${after.problems.map(sentenceOf).join("; ")}`);
  return {
    config: base.kind === "read" ? base.config : EMPTY_CONFIG,
    notices,
    broken: after.kind === "broken" ? after.problems : [],
    unreadable: base.kind === "broken",
  };
}

/** The configuration of one commit. */
export async function readConfigAt(
  source: Pick<Source, "readAt">,
  sha: string,
  path: string,
  catalogue: Catalogue,
): Promise<ProjectConfig> {
  const read = await readAt(source, sha, path, catalogue);
  if (read.kind === "broken") throw new ConfigUnusable(read.problems.map(sentenceOf));
  return read.kind === "read" ? read.config : EMPTY_CONFIG;
}

type Read =
  | { readonly kind: "read"; readonly config: ProjectConfig }
  | { readonly kind: "absent" }
  | { readonly kind: "broken"; readonly problems: readonly ConfigAnnotation[] };

const sentenceOf = ({ path, line, message }: ConfigAnnotation): string => `${path}:${line}: ${message}`;

async function readAt(source: Pick<Source, "readAt">, sha: string, path: string, catalogue: Catalogue): Promise<Read> {
  const text = await source.readAt(path, sha);
  if (text === null) return { kind: "absent" };
  if (text.kind === "skipped") {
    return { kind: "broken", problems: [{ path, line: 1, message: `expected a YAML file; ${text.why}` }] };
  }
  const read = readProjectConfig(text.content, path, catalogue);
  if (read.ok) return { kind: "read", config: read.config };
  return { kind: "broken", problems: read.problems.map((problem) => ({ path, ...problem })) };
}
