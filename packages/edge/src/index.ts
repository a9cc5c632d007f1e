import { answerSchemas, catalogueData, method } from "@ecocompute/data";
import { indexCatalogue, PROTOCOLS, RULES, renderMarkdown } from "@ecocompute/engine";
import manifest from "../package.json" with { type: "json" };
import { createApp } from "./app.ts";
import { refreshLiveGrid } from "./grid/refresh.ts";
import { loadPython } from "./python-parser.ts";
import { selfCheck } from "./self-check.ts";
import type { Bindings, Log, Service } from "./service.ts";
import { warmUp } from "./warm-up.ts";

const log: Log = (record) => console.log(JSON.stringify(record));
const catalogue = indexCatalogue(catalogueData);
const service: Service = {
  version: manifest.version,
  method,
  catalogue,
  protocols: PROTOCOLS,
  answerSchemas,
  rules: RULES,
  renderMarkdown,
  loadPython,
  selfCheck: () => selfCheck(PROTOCOLS, catalogue),
  now: () => Date.now(),
  log,
};
const app = createApp(service);
warmUp(service);

export default {
  fetch: app.fetch,
  /** The Cron Trigger of wrangler.toml. */
  async scheduled(_event: unknown, env: Bindings): Promise<void> {
    await refreshLiveGrid(env, { fetch, log, now: service.now });
  },
};
