import { yamlOf } from "./file-set.ts";
import { readServeApplication } from "./kubernetes/ray.ts";
import { brokenDocuments, readDrafts } from "./kubernetes/read-resources.ts";
import type { Reader } from "./reader.ts";
import { at } from "./yaml-tree.ts";

const YAML_PATH = /\.ya?ml$/i;

/** A Ray Serve configuration in a file of its own: `serve deploy`, an Anyscale service. */
export const rayServeReader: Reader = {
  id: "ray-serve",
  acceptsPath: (path) => YAML_PATH.test(path),
  accepts: ({ path, content }) =>
    YAML_PATH.test(path) &&
    /^applications:/m.test(content) &&
    /^[ \t]{1,20}(?:-[ \t]{1,10})?import_path:/m.test(content) &&
    !/^apiVersion:/m.test(content),
  read: (file) => {
    const yaml = yamlOf(file);
    const applications = yaml.documents.flatMap(({ root }) => at(root, "applications")?.items ?? []);
    const drafts = applications.flatMap((node) =>
      readServeApplication(node).map((draft) => ({ ...draft, name: draft.part, node })),
    );
    const read = readDrafts(drafts, { path: file.path, format: "ray-serve" });
    return { deployments: read.deployments, unresolved: [...brokenDocuments(yaml), ...read.unresolved] };
  },
};
