import { nestedYaml } from "../container/nested-yaml.ts";
import { readValues } from "../helm/values.ts";
import { at, scalarText, type YamlNode } from "../yaml-tree.ts";
import { type Drafts, NO_DRAFTS, type ReadObject } from "./draft.ts";

/** HelmRelease of Flux: values of a chart that stands elsewhere. */
export const readHelmRelease: ReadObject = (from) => draftsOf([at(from.root, "spec", "values")]);

/** Application of Argo CD: values as an object or as text, of one source or several. */
export const readArgoApplication: ReadObject = (from) => {
  const spec = at(from.root, "spec");
  const sources = [at(spec, "source"), ...(at(spec, "sources")?.items ?? [])].map((source) => at(source, "helm"));
  return draftsOf(
    sources.flatMap((helm) => {
      const text = at(helm, "values");
      const nested = text && scalarText(text) !== undefined ? nestedYaml(text)?.documents[0]?.root : undefined;
      return [at(helm, "valuesObject"), nested ?? undefined];
    }),
  );
};

function draftsOf(values: readonly (YamlNode | undefined)[]): Drafts {
  const drafts = values.flatMap((node) => (node?.kind === "map" ? readValues(node) : []));
  return drafts.length === 0 ? NO_DRAFTS : { drafts, notes: [] };
}
