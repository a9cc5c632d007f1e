// `npm run corpus -- <form>/<name> [path]`: what the engine says of a fixture, in the form of its expected.yaml. Check each line of it against the text.
import { catalogueData } from "@ecocompute/data";
import { indexCatalogue } from "@ecocompute/engine";
import { Document, isMap, visit } from "yaml";
import type { Position } from "../../packages/engine/src/domain/deployment.ts";
import { auditSide } from "../../packages/engine/src/protocols/audit.ts";
import { readFixtureFiles } from "./corpus.ts";
import { loadPythonParser } from "./python-parser.ts";

const [name, as] = process.argv.slice(2);
if (name === undefined) throw new Error("expected the name of a fixture, such as kubernetes/flags.yaml");
const files = readFixtureFiles(name, as);
const context = { catalogue: indexCatalogue(catalogueData), python: await loadPythonParser() };
const { report, stated } = auditSide(files, {}, context);

const place = ({ path, line }: Pick<Position, "path" | "line">) => (files.length > 1 ? `${path}:${line}` : line);
const document = new Document({
  about: "what this fixture is there for",
  ...(as === undefined ? {} : { path: as }),
  deployments: report.deployments.map((each) => ({
    name: each.name,
    at: place(each),
    ...(each.purpose === "inference" ? {} : { purpose: each.purpose }),
    format: each.format,
    estimated: each.monthly !== null,
    unresolved: each.unresolved.map(({ line }) => line),
    facts: Object.fromEntries(
      Object.entries(stated.get(each.id) ?? {}).map(([fact, { value, at }]) => [fact, [value, place(at)]]),
    ),
  })),
  findings: report.findings.map((each) => ({ rule: each.rule, at: place(each), severity: each.severity })),
});
visit(document, {
  Seq(_key, node) {
    if (!node.items.some(isMap)) node.flow = true;
  },
});
console.log(document.toString({ lineWidth: 0 }));
for (const { path, why } of report.coverage.files_skipped) console.error(`# skipped ${path}: ${why}`);
for (const { message } of report.warnings) console.error(`# ${message}`);
