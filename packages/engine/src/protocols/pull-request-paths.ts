import type { FileText } from "../domain/deployment.ts";
import { READERS } from "../readers/index.ts";
import { isDeployed } from "./audit-context.ts";

/** Endings of the files that a reader may find a deployment in; a host fetches no others. */
const ENDINGS = [".py", ".pyi", ".yaml", ".yml", ".json"];

/** Is this path worth fetching? What is inside decides later. */
export const isAuditable = (path: string): boolean =>
  isDeployed(path) && ENDINGS.some((ending) => path.toLowerCase().endsWith(ending));

/** A workflow, a test or a chart's values are no deployment: leaving them out is nothing to tell. */
export const isDeploymentFile = (file: FileText): boolean =>
  isDeployed(file.path) && READERS.some((reader) => reader.accepts(file));
