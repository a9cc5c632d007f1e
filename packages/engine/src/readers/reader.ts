import type { FileText, ReadResult } from "../domain/deployment.ts";
import type { PythonParser } from "../domain/parser.ts";
import type { FileSet } from "./file-set.ts";

export interface ReaderContext {
  /** null: the host loaded no parser; Python files are then told as not read. */
  readonly python: PythonParser | null;
  /** The files beside the one that is read: ConfigMaps, overlays, values. Absent: it is read alone. */
  readonly files?: FileSet;
}

/** What a file holds beyond is told and not read: each deployment costs an estimate and every rule. */
export const MAX_DEPLOYMENTS_PER_FILE = 50;

/** One deployment format. `accepts` looks at path and a cheap sniff of the content only; `acceptsPath` at what a host knows before it fetches. */
export interface Reader {
  readonly id: string;
  readonly acceptsPath: (path: string) => boolean;
  readonly accepts: (file: FileText) => boolean;
  readonly read: (file: FileText, context: ReaderContext) => ReadResult;
}
