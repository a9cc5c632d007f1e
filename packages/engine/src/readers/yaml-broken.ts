import type { Unresolved } from "../domain/deployment.ts";
import type { YamlFile } from "./yaml-tree.ts";

/** Documents that could not be read, told. */
export const brokenDocuments = (yaml: YamlFile): readonly Unresolved[] =>
  yaml.documents.flatMap(({ error }) =>
    error
      ? [{ fact: "document" as const, text: "", why: `this document was not read: ${error.why}`, at: error.at }]
      : [],
  );
