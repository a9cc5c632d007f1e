import { catalogueData } from "@ecocompute/data";
import { indexCatalogue, PROTOCOLS, RULES, renderMarkdown } from "@ecocompute/engine";
import manifest from "../package.json" with { type: "json" };
import { createApp } from "./app.ts";
import { loadPython } from "./python-parser.ts";

export default createApp({
  version: manifest.version,
  catalogue: indexCatalogue(catalogueData),
  protocols: PROTOCOLS,
  rules: RULES,
  renderMarkdown,
  loadPython,
});
