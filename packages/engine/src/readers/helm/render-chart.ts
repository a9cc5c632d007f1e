import type { FileText, Unresolved } from "../../domain/deployment.ts";
import { type FileSet, onceOf, yamlOf } from "../file-set.ts";
import { type Resource, resourcesOf } from "../kubernetes/resource.ts";
import { scalarIn, textOrigin } from "../text-node.ts";
import { at, type YamlNode } from "../yaml-tree.ts";
import { type Chart, rootOf } from "./chart.ts";
import { renderTemplate } from "./evaluate.ts";
import { mergedMap } from "./functions/collections.ts";
import { unknownNode } from "./functions/support.ts";
import { type Define, newRendering, type Rendering } from "./scope.ts";
import { parseTemplate } from "./template.ts";
import { readRendered } from "./text.ts";
import { map, type Place, scalar } from "./value.ts";

export interface RenderedChart {
  readonly resources: readonly Resource[];
  readonly unresolved: readonly Unresolved[];
}

/** Rendered text of a repository, all charts and values together: a few lines of a template may make megabytes. */
const MAX_RENDERED_CHARS = 4_194_304;
const outputLeft = onceOf(() => ({ chars: MAX_RENDERED_CHARS }));

/** Text that a deployment's template has; others are not worth telling of. */
const SERVES = /^\s{0,40}(?:-\s)?(?:containers|predictor|serveConfigV2|llm_configs|modelFormat):/m;
const MAX_TOLD = 5;

/** Renders a chart with its defaults and, over them, one values file. */
export function renderChart(chart: Chart, over: FileText | null, set: FileSet): RenderedChart {
  const values = valuesOf(chart, over) ?? emptyMap(chart.file);
  const unresolved: Unresolved[] = [];
  const rendering = newRendering(definesOf(allTemplates(chart)), outputLeft(set));
  const resources = renderInto(chart, values, rendering, unresolved);
  return { resources, unresolved: unresolved.slice(0, MAX_TOLD) };
}

/** A chart's defaults with a values file laid over them. */
export function valuesOf(chart: Chart, over: FileText | null): YamlNode | null {
  const [defaults, given] = [rootOf(chart.values), over ? rootOf(over) : null];
  return defaults && given ? mergedMap(defaults, given) : (given ?? defaults);
}

/** A template whose chart is not at hand: what it says itself, and nothing of its values. */
export function renderAlone(file: FileText, set: FileSet): RenderedChart {
  const unresolved: Unresolved[] = [];
  const place: Place = { origin: textOrigin(file.path, ""), start: 0, end: 0 };
  const rendering = newRendering(definesOf([file]), outputLeft(set));
  const resources = renderFile(file, map(place, []), rendering, unresolved, place);
  return { resources, unresolved: unresolved.slice(0, MAX_TOLD) };
}

const allTemplates = (chart: Chart): readonly FileText[] => [
  ...chart.templates,
  ...chart.children.flatMap(allTemplates),
];

function renderInto(
  chart: Chart,
  values: YamlNode,
  rendering: Rendering,
  unresolved: Unresolved[],
): readonly Resource[] {
  const place: Place = { origin: textOrigin(chart.file.path, chart.file.content), start: 0, end: 0 };
  const dot = rootMap(chart, values, place);
  const own = chart.templates.flatMap((file) => renderFile(file, dot, rendering, unresolved, place));
  const inner = chart.children.flatMap((child) => {
    if (at(values, child.name, "enabled")?.value === false) return [];
    const defaults = rootOf(child.values) ?? emptyMap(child.file);
    const given = at(values, child.name);
    const merged = given ? mergedMap(defaults, given) : defaults;
    const global = at(values, "global");
    return renderInto(
      child,
      global ? { ...merged, entries: new Map([...merged.entries, ["global", global]]) } : merged,
      rendering,
      unresolved,
    );
  });
  return [...own, ...inner];
}

/** `.Values`, `.Release`, `.Chart`; what only a cluster or an installation says is not known. */
function rootMap(chart: Chart, values: YamlNode, place: Place): YamlNode {
  const metadata = yamlOf(chart.file).documents[0]?.root;
  const named = [...(metadata?.entries ?? [])].map(
    ([key, value]) => [key.charAt(0).toUpperCase() + key.slice(1), value] as const,
  );
  return map(place, [
    ["Values", values],
    ["Chart", map(place, named)],
    [
      "Release",
      map(place, [
        // Nobody says how a release is called: the chart's own name reads best.
        ["Name", scalar(place, chart.name)],
        ["Namespace", unknownNode(place)],
        ["Service", scalar(place, "Helm")],
        ["IsInstall", scalar(place, true)],
        ["IsUpgrade", scalar(place, false)],
      ]),
    ],
    ["Capabilities", unknownNode(place)],
    ["Files", unknownNode(place)],
    [
      "Template",
      map(place, [
        ["Name", scalar(place, "template")],
        ["BasePath", scalar(place, "templates")],
      ]),
    ],
  ]);
}

function renderFile(
  file: FileText,
  dot: YamlNode,
  rendering: Rendering,
  unresolved: Unresolved[],
  place: Place,
): readonly Resource[] {
  const name = file.path.slice(file.path.lastIndexOf("/") + 1);
  if (name.startsWith("_") || name.endsWith(".tpl") || !file.content.includes("{{")) return [];
  const serves = SERVES.test(file.content);
  const tell = (why: string, at: Unresolved["at"]) => {
    if (serves) unresolved.push({ fact: "document", text: name, why, at });
  };
  const origin = textOrigin(file.path, file.content);
  const template = parseTemplate(file.content);
  if (!template) {
    tell("this template was not read: an action in it is not understood", origin.positionAt(0, 1));
    return [];
  }
  const isAlone = dot.entries.size === 0;
  const before = rendering.undecided.length;
  const text = renderTemplate(template.body, origin, isAlone ? unknownRoot(place) : dot, rendering);
  if (rendering.budget.steps < 0 || rendering.budget.output < 0) {
    tell("this chart renders to more than is read", origin.positionAt(0, 1));
    return [];
  }
  const [undecided] = rendering.undecided.slice(before);
  if (undecided && !isAlone) {
    const at = undecided.origin.positionAt(undecided.start, undecided.end);
    tell("the chart's values do not decide this part: it was not read", at);
  }
  const yaml = readRendered(file.path, text);
  for (const { error } of yaml.documents) if (error) tell(`a rendered document was not read: ${error.why}`, error.at);
  return resourcesOf(yaml);
}

/** A dot of which nothing is known. */
const unknownRoot = (place: Place): YamlNode =>
  map(
    place,
    ["Values", "Release", "Chart", "Capabilities", "Files"].map((key) => [key, unknownNode(place)] as const),
  );

function definesOf(files: readonly FileText[]): ReadonlyMap<string, Define> {
  const defines = new Map<string, Define>();
  for (const file of files) {
    if (!file.content.includes("define") && !file.content.includes("block")) continue;
    const origin = textOrigin(file.path, file.content);
    for (const [name, body] of parseTemplate(file.content)?.defines ?? []) defines.set(name, { body, origin });
  }
  return defines;
}

const emptyMap = (file: FileText): YamlNode => ({
  ...scalarIn(textOrigin(file.path, file.content), 0, 0, ""),
  kind: "map",
  value: null,
});
