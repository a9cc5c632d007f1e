import type { FileText, Unresolved } from "../../domain/deployment.ts";
import { type FileSet, folderOf, onceOf, onceOfFile, yamlOf } from "../file-set.ts";
import { type Resource, resourcesOf } from "../kubernetes/resource.ts";
import { scalarIn, textOrigin } from "../text-node.ts";
import { at, scalarText, type YamlNode } from "../yaml-tree.ts";
import { renderTemplate } from "./evaluate.ts";
import { mergedMap } from "./functions/collections.ts";
import { unknownNode } from "./functions/support.ts";
import { type Define, newRendering, type Rendering } from "./scope.ts";
import { parseTemplate } from "./template.ts";
import { readRendered } from "./text.ts";
import { map, type Place, scalar } from "./value.ts";

/** A chart of the set, with the charts that stand in its `charts` folder. */
export interface Chart {
  readonly folder: string;
  /** `Chart.yaml`. */
  readonly file: FileText;
  readonly name: string;
  readonly templates: readonly FileText[];
  readonly values: FileText | undefined;
  /** Values files beside `values.yaml`, for environments and releases. */
  readonly variants: readonly FileText[];
  readonly children: readonly Chart[];
}

const VALUES_PATH =
  /(?:^|\/)(?:[^/]{0,100}values[^/]{0,100}|(?:values|environments?|[^/]{0,60}helm[^/]{0,60})\/[^/]{1,100})\.ya?ml$/i;
/** Values of charts that serve models, whatever their file is called. */
const KNOWN_VALUES = /^(?:servingEngineSpec|modelArtifacts):/m;

export const isValuesFile = onceOfFile(
  ({ path, content }): boolean =>
    /\.ya?ml$/i.test(path) &&
    (VALUES_PATH.test(path.slice(-300)) || KNOWN_VALUES.test(content)) &&
    !/(?:^|\/)ci\//.test(path) &&
    !/^(?:apiVersion|kind|services):/m.test(content),
);

const TEMPLATE = /^((?:.{1,400}\/)?)templates\/(?!tests\/).{1,200}\.(?:ya?ml|tpl)$/;
/** The folder of the chart that a template belongs to; null: it is no template. */
export function templateFolder(path: string): string | null {
  const prefix = TEMPLATE.exec(path.slice(0, 700))?.[1];
  return prefix === undefined ? null : prefix.replace(/\/$/, "");
}

const isVariant = (path: string): boolean =>
  /(?:^|\/)(?!values\.ya?ml$)[^/]{0,100}values[^/]{0,100}\.ya?ml$/i.test(path) &&
  !/schema|[._-](?:test|ci|lint)s?\./i.test(path);
const IN_FOLDER = /^(?:values|environments|envs|env)\/[^/]{1,100}\.ya?ml$/;

/** Every chart of a set, by its folder. */
export const chartsIn = onceOf((set: FileSet): ReadonlyMap<string, Chart> => {
  const files = set.files.filter(({ path }) => /(?:^|\/)Chart\.ya?ml$/.test(path));
  const folders = new Set(files.map(({ path }) => folderOf(path)));
  const templates = new Map<string, FileText[]>();
  const values = new Map<string, FileText>();
  const variants = new Map<string, FileText[]>();
  const add = (to: Map<string, FileText[]>, folder: string, file: FileText) => {
    const known = to.get(folder);
    if (known) known.push(file);
    else to.set(folder, [file]);
  };
  for (const file of set.files) {
    const folder = templateFolder(file.path);
    const own = folderOf(file.path);
    if (folder !== null && folders.has(folder)) add(templates, folder, file);
    else if (folders.has(own)) {
      if (/(?:^|\/)values\.ya?ml$/.test(file.path)) values.set(own, file);
      else if (isVariant(file.path)) add(variants, own, file);
    } else {
      const parent = folderOf(own);
      if (own !== "" && folders.has(parent) && IN_FOLDER.test(file.path.slice(parent === "" ? 0 : parent.length + 1)))
        add(variants, parent, file);
    }
  }
  const charts = new Map<string, Chart>();
  // The deepest first, so that a parent finds its children.
  for (const file of files.toSorted((a, b) => b.path.length - a.path.length)) {
    const folder = folderOf(file.path);
    const prefix = folder === "" ? "charts/" : `${folder}/charts/`;
    const children = [...charts.values()].filter(
      (each) => each.folder.startsWith(prefix) && !each.folder.slice(prefix.length).includes("/"),
    );
    charts.set(folder, {
      folder,
      file,
      name: scalarText(at(yamlOf(file).documents[0]?.root, "name")) ?? "chart",
      templates: templates.get(folder) ?? [],
      values: values.get(folder),
      variants: variants.get(folder) ?? [],
      children,
    });
  }
  return charts;
});

/** Values that stand apart from their chart: all their keys are the chart's own, and of no other chart. */
const apart = onceOf((set: FileSet): ReadonlyMap<string, Chart> => {
  const charts = [...chartsIn(set).values()].filter((chart) => chart.values && !isPartOfAnother(chart, set));
  const keys = charts.map((chart) => new Set(rootOf(chart.values)?.entries.keys()));
  const found = new Map<string, Chart>();
  if (charts.length === 0) return found;
  for (const file of set.files) {
    if (!isValuesFile(file) || ownChart(file.path, set)) continue;
    const own = [...(rootOf(file)?.entries.keys() ?? [])];
    const fitting = own.length === 0 ? [] : charts.filter((_, i) => own.every((key) => keys[i]?.has(key)));
    const [only] = fitting;
    if (only && fitting.length === 1) found.set(file.path, only);
  }
  return found;
});

const EXAMPLE = /(?:^|\/)(?:examples?|samples?|tutorials?)\//i;

/** Are there values, beside the chart or apart from it, that are laid over its defaults? */
export const isLaidOver = (chart: Chart, set: FileSet): boolean =>
  chart.variants.length > 0 || [...apart(set)].some(([path, each]) => each === chart && !EXAMPLE.test(path));

/** The chart that a values file is for. */
export const chartOfValues = (path: string, set: FileSet): Chart | undefined =>
  ownChart(path, set) ?? apart(set).get(path);

function ownChart(path: string, set: FileSet): Chart | undefined {
  const charts = chartsIn(set);
  const own = charts.get(folderOf(path));
  if (own) return own.values?.path === path || own.variants.some((each) => each.path === path) ? own : undefined;
  const parent = charts.get(folderOf(folderOf(path)));
  return parent?.variants.some((each) => each.path === path) ? parent : undefined;
}

/** Is the chart only a part of another in whose `charts` folder it stands? */
export const isPartOfAnother = (chart: Chart, set: FileSet): boolean =>
  [...chartsIn(set).values()].some(({ children }) => children.includes(chart));

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
        ["Name", scalar(place, "release-name")],
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

const rootOf = (file: FileText | undefined): YamlNode | null => {
  const root = file ? yamlOf(file).documents[0]?.root : null;
  return root?.kind === "map" ? root : null;
};

const emptyMap = (file: FileText): YamlNode => ({
  ...scalarIn(textOrigin(file.path, file.content), 0, 0, ""),
  kind: "map",
  value: null,
});
