// The app with the real catalogue for a benchmark in Node, which reads no TSX: esbuild bundles this first.
import { createApp } from "../packages/edge/src/app.ts";
import { realService } from "../test/support/edge-service.ts";
import { loadPythonParser } from "../test/support/python-parser.ts";

let loading: ReturnType<typeof loadPythonParser> | undefined;
/** One parser for all audits, as the Worker has one per isolate. */
const loadPython = () => {
  loading ??= loadPythonParser();
  return loading;
};

export const app = createApp(realService({ loadPython }));
