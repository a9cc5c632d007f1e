import type { Variables } from "../shell-words.ts";
import type { YamlNode } from "../yaml-tree.ts";

/** A variable of a container; text null = set to something that the files do not say. */
export interface EnvironmentValue {
  readonly text: string | null;
  /** The scalar that states it, or the entry that sets it to something not known. */
  readonly node: YamlNode;
}
export type Environment = ReadonlyMap<string, EnvironmentValue>;

/** `$(NAME)` and the like in one argument; text null = a part is not known. */
export type Expand = (text: string) => {
  readonly text: string | null;
  /** What states the value, where it is all of one variable. */
  readonly from?: YamlNode | undefined;
};

/** What runs, however the file calls its parts: a Kubernetes container, a Compose service. */
export interface Container {
  /** The whole of it, for what has no better place. */
  readonly node: YamlNode;
  readonly image: YamlNode | undefined;
  /** Does it ask for an accelerator? Absent: the file's format does not say. */
  readonly has_accelerator?: boolean;
  /** Replaces the image's entry point. */
  readonly command: YamlNode | undefined;
  readonly args: YamlNode | undefined;
  readonly environment: Environment;
  /** Everything that a script or an argument of it may refer to: its environment, and what the file's own format fills in. */
  readonly variables: Variables;
  /** A script as its shell sees it, where the file's format escapes something. */
  readonly script?: (text: string) => string;
  readonly expand: Expand;
  /** What a volume puts at this folder, by its path on the host or within the volume. */
  readonly folder?: (path: string) => YamlNode | null;
  /** The text that stands at an absolute path in the container, where a file of the repository says it. */
  readonly mounted: (path: string) => YamlNode | null;
}

/** Stands in rendered text for what is not known. */
export const UNRENDERED = "\u{FFFC}unknown\u{FFFC}";

/** A template's text that nothing filled in. */
export const isUnrendered = (text: string): boolean => text.includes("{{") || text.includes(UNRENDERED);

/** For command lines: name → text. */
export const variablesOf = (environment: Environment): ReadonlyMap<string, string | null> =>
  new Map([...environment].map(([name, { text }]) => [name, text]));
