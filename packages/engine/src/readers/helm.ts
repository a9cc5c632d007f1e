import type { FileText, ReadResult } from "../domain/deployment.ts";
import { UNRENDERED } from "./container/container.ts";
import { type FileSet, fileSet, folderOf, yamlOf } from "./file-set.ts";
import {
  type Chart,
  chartOfValues,
  chartsIn,
  isLaidOver,
  isPartOfAnother,
  isValuesFile,
  templateFolder,
} from "./helm/chart.ts";
import { type RenderedChart, renderAlone, renderChart, valuesOf } from "./helm/render-chart.ts";
import { readValues } from "./helm/values.ts";
import { linksOf } from "./kubernetes/links.ts";
import { brokenDocuments, readDrafts, readObjects } from "./kubernetes/read-resources.ts";
import { ENGINE_HINT } from "./launches.ts";
import type { Reader, ReaderContext } from "./reader.ts";
import { placeOf } from "./yaml-tree.ts";

const CHART_PATH = /(?:^|\/)Chart\.ya?ml$/;
const isTemplate = ({ path, content }: FileText): boolean => templateFolder(path) !== null && content.includes("{{");
/** Helm charts: templates filled in with their values; values files whose chart stands elsewhere, as far as their names say. */
export const helmReader: Reader = {
  id: "helm",
  acceptsPath: (path) => /\.ya?ml$/i.test(path) || templateFolder(path) !== null,
  accepts: (file) => isTemplate(file) || CHART_PATH.test(file.path) || isValuesFile(file),
  read: readHelm,
};

const NOTHING: ReadResult = { deployments: [], unresolved: [] };

function readHelm(file: FileText, context: ReaderContext): ReadResult {
  const set: FileSet = context.files ?? fileSet([file]);
  if (isTemplate(file)) {
    // A template is read with the values of its chart.
    return chartsIn(set).has(templateFolder(file.path) ?? "")
      ? NOTHING
      : readRenderedObjects(renderAlone(file, set), file);
  }
  if (CHART_PATH.test(file.path)) {
    const chart = chartsIn(set).get(folderOf(file.path));
    return chart && !chart.values && chart.variants.length === 0 ? readChart(chart, null, file, set) : NOTHING;
  }
  const chart = chartOfValues(file.path, set);
  if (!chart) {
    const plain = withoutTemplates(file);
    return together({ deployments: [], unresolved: brokenDocuments(yamlOf(plain)) }, readShapes(plain));
  }
  const broken = { deployments: [], unresolved: brokenDocuments(yamlOf(file)) };
  if (chart.values?.path !== file.path) return together(broken, readChart(chart, file, file, set));
  // What an environment's values are laid over is not deployed as it is.
  return isLaidOver(chart, set) ? broken : together(broken, readChart(chart, null, file, set));
}

function readChart(chart: Chart, over: FileText | null, file: FileText, set: FileSet): ReadResult {
  if (isPartOfAnother(chart, set)) return NOTHING;
  const read = readRenderedObjects(renderChart(chart, over, set), file);
  // The chart that serves may be a dependency that stands elsewhere.
  if (read.deployments.length > 0 || file === chart.file) return read;
  const values = valuesOf(chart, over);
  return values ? together(read, readDrafts(readValues(values), { path: file.path, format: "helm" })) : read;
}

function readRenderedObjects({ resources, unresolved }: RenderedChart, file: FileText): ReadResult {
  const root = isTemplate(file) ? null : yamlOf(file).documents[0]?.root;
  const read = readObjects(resources, {
    path: file.path,
    format: (kind) => `helm/${kind}`,
    links: linksOf(resources),
    ...(root ? { at: placeOf(root) } : {}),
  });
  const isTold = read.deployments.length > 0 || (resources.length === 0 && ENGINE_HINT.test(file.content));
  return { deployments: read.deployments, unresolved: [...(isTold ? unresolved : []), ...read.unresolved] };
}

/** Values that a helmfile fills in first: what it would fill in is not known; lines and columns stay. */
function withoutTemplates(file: FileText): FileText {
  if (!file.content.includes("{{") || brokenDocuments(yamlOf(file)).length === 0) return file;
  const content = file.content
    .replace(/^[ \t]{0,80}\{\{[^{}\n]{0,400}\}\}[ \t]{0,80}$/gm, (line) => " ".repeat(line.length))
    .replace(/\{\{[^{}\n]{0,400}\}\}/g, (written) =>
      written.length < UNRENDERED.length ? written : UNRENDERED.padEnd(written.length),
    );
  return { ...file, content };
}

function readShapes(file: FileText): ReadResult {
  const root = yamlOf(file).documents[0]?.root;
  return root ? readDrafts(readValues(root), { path: file.path, format: "helm" }) : NOTHING;
}

const together = (a: ReadResult, b: ReadResult): ReadResult => ({
  deployments: [...a.deployments, ...b.deployments],
  unresolved: [...a.unresolved, ...b.unresolved],
});
