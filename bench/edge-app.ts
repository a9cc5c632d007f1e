// The app with the real catalogue for a benchmark in Node, which reads no TSX: esbuild bundles this first.
import { createApp } from "../packages/edge/src/app.ts";
import { realService } from "../test/support/edge-service.ts";

export const app = createApp(realService());
