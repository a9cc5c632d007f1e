import type { FileText, ReadResult } from "../domain/deployment.ts";
import { ciReader } from "./ci.ts";
import { composeReader } from "./compose.ts";
import { dockerfileReader } from "./dockerfile.ts";
import { dstackReader } from "./dstack.ts";
import { engineConfigReader } from "./engine-config.ts";
import { helmReader } from "./helm.ts";
import { kubernetesReader } from "./kubernetes.ts";
import { kustomizeReader } from "./kustomize.ts";
import { notebookReader } from "./notebook.ts";
import { pythonReader } from "./python.ts";
import { rayServeReader } from "./ray-serve.ts";
import type { Reader, ReaderContext } from "./reader.ts";
import { shellReader } from "./shell.ts";
import { skypilotReader } from "./skypilot.ts";
import { systemdReader } from "./systemd.ts";
import { terraformReader } from "./terraform.ts";
import { trussReader } from "./truss.ts";

/** Every format that is read; the first that accepts a file reads it. */
export const READERS: readonly Reader[] = [
  pythonReader,
  notebookReader,
  dockerfileReader,
  shellReader,
  kustomizeReader,
  systemdReader,
  terraformReader,
  ciReader,
  skypilotReader,
  dstackReader,
  trussReader,
  rayServeReader,
  helmReader,
  composeReader,
  engineConfigReader,
  kubernetesReader,
];

export const DEFAULT_MAX_FILE_BYTES = 1_048_576;

export type FileOutcome =
  | { readonly kind: "read"; readonly reader: string; readonly result: ReadResult }
  | { readonly kind: "skipped"; readonly why: string };

/** A UTF-16 unit takes at most three bytes: only a text near the bound is counted. */
function exceeds(content: string, maxBytes: number): boolean {
  if (content.length > maxBytes) return true;
  if (content.length * 3 <= maxBytes) return false;
  let bytes = 0;
  for (let i = 0; i < content.length; i += 1) {
    const unit = content.charCodeAt(i);
    bytes += unit < 0x80 ? 1 : unit < 0x800 ? 2 : unit >= 0xd800 && unit < 0xe000 ? 2 : 3;
  }
  return bytes > maxBytes;
}

/** Reads one file with the reader of its format; a file that is not read says why. */
export function readFile(
  file: FileText,
  context: ReaderContext,
  maxBytes: number = DEFAULT_MAX_FILE_BYTES,
): FileOutcome {
  if (exceeds(file.content, maxBytes)) {
    return { kind: "skipped", why: `larger than ${maxBytes} bytes: not read` };
  }
  const reader = READERS.find((candidate) => candidate.accepts(file));
  if (!reader) return { kind: "skipped", why: "no format that is read" };
  if (reader.id === "python" && !context.python) return { kind: "skipped", why: "no Python parser was loaded" };
  return { kind: "read", reader: reader.id, result: reader.read(file, context) };
}
