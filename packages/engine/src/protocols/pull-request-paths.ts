import type { FileText } from "../domain/deployment.ts";
import { READERS } from "../readers/index.ts";
import { isDeployed } from "./audit-context.ts";

/** Is this path worth fetching? What is inside decides later. */
export const isAuditable = (path: string): boolean =>
  isDeployed(path) && READERS.some((reader) => reader.acceptsPath(path));

/** A workflow, a test or a chart's values are no deployment: leaving them out is nothing to tell. */
export const isDeploymentFile = (file: FileText): boolean =>
  isDeployed(file.path) && READERS.some((reader) => reader.accepts(file));
