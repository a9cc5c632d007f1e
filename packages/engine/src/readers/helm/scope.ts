import type { YamlOrigin } from "../yaml-tree.ts";
import type { TemplateNode } from "./template.ts";
import type { Place, Value } from "./value.ts";

/** A named template, with the text that it stands in. */
export interface Define {
  readonly body: readonly TemplateNode[];
  readonly origin: YamlOrigin;
}

const MAX_STEPS = 50_000;
const MAX_OUTPUT = 524_288;
export const MAX_INCLUDES = 30;

/** One rendering of a chart: bounded, and it says which conditions it could not decide. */
export interface Rendering {
  readonly defines: ReadonlyMap<string, Define>;
  readonly budget: { steps: number; output: number };
  /** Of all renderings of a repository. */
  readonly shared: { chars: number };
  /** Conditions whose value is not known: neither branch is taken. */
  readonly undecided: Place[];
}

export const newRendering = (defines: ReadonlyMap<string, Define>, shared: Rendering["shared"]): Rendering => ({
  defines,
  shared,
  budget: { steps: MAX_STEPS, output: MAX_OUTPUT },
  undecided: [],
});

export interface Scope {
  readonly rendering: Rendering;
  readonly origin: YamlOrigin;
  readonly root: Value;
  readonly dot: Value;
  readonly variables: Variables;
  readonly depth: number;
}

/** `$x` of this block and of those around it. */
export interface Variables {
  readonly own: Map<string, Value>;
  readonly outer: Variables | null;
}
export const inner = (outer: Variables): Variables => ({ own: new Map(), outer });
