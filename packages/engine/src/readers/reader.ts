import type { FileText, ReadResult } from "../domain/deployment.ts";
import type { PythonParser } from "../domain/parser.ts";

export interface ReaderContext {
  /** null: the host loaded no parser; Python files are then told as not read. */
  readonly python: PythonParser | null;
}

/** One deployment format. `accepts` looks at path and a cheap sniff of the content only. */
export interface Reader {
  readonly id: string;
  readonly accepts: (file: FileText) => boolean;
  readonly read: (file: FileText, context: ReaderContext) => ReadResult;
}
