import type { FileText } from "../../domain/deployment.ts";
import { type FileSet, folderOf, onceOf, onceOfFile, yamlOf } from "../file-set.ts";
import { at, scalarText, type YamlNode } from "../yaml-tree.ts";

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
  /(?:^|\/)(?:[^/]{0,100}values[^/]{0,100}|(?:values|environments?|[^/]{0,60}helm[^/]{0,60})\/[^/]{1,100}|overrides?\/(?:[^/]{1,60}\/)?[^/]{1,100})\.ya?ml$/i;
/** Values of charts that serve models, whatever their file is called. */
const KNOWN_VALUES = /^(?:servingEngineSpec|modelArtifacts):|^(?:-[ \t]|[ \t]{2})[ \t]{0,2}modelURL:/m;

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
    // Values in a chart's own folder are its own, whatever other charts have the same keys.
    const around = fitting.filter(({ folder }) => folder !== "" && file.path.startsWith(`${folder}/`));
    const [only, ...others] = around.length > 0 ? around : fitting;
    if (only && others.length === 0) found.set(file.path, only);
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

export const rootOf = (file: FileText | undefined): YamlNode | null => {
  const root = file ? yamlOf(file).documents[0]?.root : null;
  return root?.kind === "map" ? root : null;
};
