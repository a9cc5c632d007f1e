// Renews the generated blocks of the documents; with --check fails when one is stale.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { catalogueData } from "@ecocompute/data";
import { type CatalogueData, projectConfigJsonSchema, RULES } from "@ecocompute/engine";
import { parse } from "yaml";
import { countRows } from "../data/counts.ts";
import { markdownTable, replaceGeneratedBlock } from "../data/generated-block.ts";
import { DEGRADED } from "../packages/action/src/degraded.ts";
import { commandsBlock, flagsBlock } from "./cli-tables.ts";
import { commentImage, visiblePart } from "./comment-image.ts";
import { curlAnswer } from "./curl-answer.ts";
import { gateTable } from "./gate-table.ts";
import { errorByBatch, nf4Ratio, predictedAgainstMeasured } from "./method-plots.ts";
import { decisionsTable, physicsSummary, physicsTable, slicesTable } from "./physics-error.ts";
import { rulesPage } from "./rules-page.ts";

const ROOT = join(import.meta.dirname, "..");
const SAMPLE = join(ROOT, "test/goldens/pull-request-comment.md");

const IMAGE = "docs/images/comment.svg";

const RUNG_MEANING: Readonly<Record<string, string>> = {
  measured:
    "a row of this very configuration, judged against other sessions of it (vLLM: against its neighbours in batch)",
  interpolated: "between two measured batch sizes",
  transferred: "the model's own rows elsewhere, carried over by physics",
  modelled: "physics alone, on a model family it has not seen",
};

/** One line per rung and framework: README's summary of the known error. */
function accuracySummary({ held_out }: CatalogueData): string {
  const rows = Object.keys(RUNG_MEANING).flatMap((rung) => {
    const [eager, vllm] = (["transformers", "vllm"] as const).map((framework) =>
      held_out.find((line) => line.rung === rung && line.framework === framework && line.precision === "all"),
    );
    const cell = (line: typeof eager) => (line ? `${line.median_error_percent} % (n = ${line.n})` : "not judged");
    return [[rung, RUNG_MEANING[rung] ?? "", cell(vllm), cell(eager)]];
  });
  return markdownTable(["tier", "how", "vLLM", "transformers eager"], rows);
}

type Line = CatalogueData["held_out"][number];
/** What every table of held-out errors shows of a line. */
const ERRORS: readonly (readonly [title: string, of: (line: Line) => number])[] = [
  ["n", (l) => l.n],
  ["median error %", (l) => l.median_error_percent],
  ["p90 error %", (l) => l.p90_error_percent],
  ["bias %", (l) => l.bias_percent],
  ["within 2x %", (l) => l.within_2x_percent],
  ["90 % interval x/÷", (l) => l.interval_factor],
  ["holds %", (l) => l.coverage_percent],
];
const ERROR_TITLES = ERRORS.map(([title]) => title);
const errorsOf = (line: Line): number[] => ERRORS.map(([, of]) => of(line));

const accuracyTable = ({ held_out }: CatalogueData): string =>
  markdownTable(
    ["rung", "framework", "precision", ...ERROR_TITLES, "judged on"],
    held_out.map((l) => [l.rung, l.framework, l.precision, ...errorsOf(l), l.how]),
  );

/** One line for each rung and framework, all precisions together. */
const errorSummary = ({ held_out }: CatalogueData): string =>
  markdownTable(
    ["rung", "framework", ...ERROR_TITLES],
    held_out.filter(({ precision }) => precision === "all").map((l) => [`\`${l.rung}\``, l.framework, ...errorsOf(l)]),
  );

/** What stands behind each coefficient is in its file; here, whether rows or an assumption. */
const coefficientsTable = ({ physics }: CatalogueData): string =>
  markdownTable(
    ["coefficient", "value", "unit", "meaning"],
    Object.entries(physics).map(([name, c]) => [
      `\`${name}\`${c.basis.startsWith("fitted") ? "" : " *"}`,
      c.value,
      c.unit,
      c.meaning,
    ]),
  );

function countsSentence(catalogue: CatalogueData): string {
  const c = countRows(catalogue.measurements);
  const holds = catalogue.claims.filter((claim) => claim.verdict === "holds").length;
  return `${c.rows.toLocaleString("en-US")} measurements of ${c.configurations.toLocaleString("en-US")} configurations (at least ${c.runs.toLocaleString("en-US")} runs) on ${c.gpus} GPUs, audited row by row; ${catalogue.claims.length} published claims tested against them, of which ${holds} ${holds === 1 ? "holds" : "hold"} as stated.`;
}

const rulesTable = (): string =>
  markdownTable(
    ["rule", "severity by default", "what it finds"],
    RULES.map((rule) => [`[\`${rule.id}\`](docs/rules.md#${rule.id})`, rule.default_severity, rule.title]),
  );

const degradedTable = (): string =>
  markdownTable(
    ["code", "what it means"],
    Object.entries(DEGRADED).map(([code, meaning]) => [`\`${code}\``, meaning]),
  );

interface ActionFile {
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default?: string }>>;
  readonly outputs: Readonly<Record<string, { readonly description: string }>>;
}
const actionFile = (): ActionFile => parse(readFileSync(join(ROOT, "action.yml"), "utf8"));

const inputsTable = (): string =>
  markdownTable(
    ["input", "default", "what it does"],
    Object.entries(actionFile().inputs).map(([name, input]) => [
      `\`${name}\``,
      input.default ? `\`${input.default}\`` : "none",
      input.description,
    ]),
  );
const outputsTable = (): string =>
  markdownTable(
    ["output", "what it is"],
    Object.entries(actionFile().outputs).map(([name, output]) => [`\`${name}\``, output.description]),
  );

/** The golden comment as an image, with its headline for those who do not see it. */
function sampleComment(): string {
  const [headline = ""] = visiblePart(readFileSync(SAMPLE, "utf8")).split("\n");
  return `![${headline.replaceAll("**", "")}](${IMAGE})`;
}

interface JsonSchema {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
}
/** Every key of `.ecocompute.yml`, from its schema. */
function configurationTable(): string {
  const rows = (schema: JsonSchema, prefix: string): [string, string][] =>
    Object.entries(schema.properties ?? {}).flatMap(([key, value]) => {
      const inner = value.items?.properties ? value.items : value;
      const name = `${prefix}${key}${value.items?.properties ? "[]" : ""}`;
      return [[`\`${name}\``, value.description ?? ""], ...rows(inner, `${name}.`)];
    });
  const schema: JsonSchema = JSON.parse(JSON.stringify(projectConfigJsonSchema()));
  return markdownTable(["key", "what it is"], rows(schema, ""));
}

/** document → block → content */
const blocks: Readonly<Record<string, Readonly<Record<string, () => string>>>> = {
  "README.md": {
    answer: () => curlAnswer(readFileSync(join(ROOT, "README.md"), "utf8"), catalogueData),
    counts: () => countsSentence(catalogueData),
    comment: sampleComment,
    rules: rulesTable,
    accuracy: () => accuracySummary(catalogueData),
  },
  "docs/action.md": {
    inputs: inputsTable,
    outputs: outputsTable,
    gate: gateTable,
    configuration: configurationTable,
    degraded: degradedTable,
  },
  "docs/rules.md": { rules: () => rulesPage(catalogueData) },
  "docs/cli.md": { commands: commandsBlock, flags: flagsBlock },
  "docs/method.md": {
    coefficients: () => coefficientsTable(catalogueData),
    errors: () => errorSummary(catalogueData),
    physics: physicsSummary,
    decisions: decisionsTable,
  },
  "docs/accuracy.md": {
    accuracy: () => accuracyTable(catalogueData),
    slices: slicesTable,
    physics: physicsTable,
  },
};

/** file → all that it holds */
const files: Readonly<Record<string, () => string>> = {
  [IMAGE]: () => commentImage(readFileSync(SAMPLE, "utf8")),
  "docs/images/predicted-against-measured.svg": predictedAgainstMeasured,
  "docs/images/error-by-batch.svg": errorByBatch,
  "docs/images/nf4-ratio.svg": nf4Ratio,
  "schema/ecocompute.schema.json": () => `${JSON.stringify(projectConfigJsonSchema(), null, 2)}\n`,
};

function main(check: boolean): void {
  const stale: string[] = [];
  for (const [name, content] of Object.entries(files)) {
    const path = join(ROOT, name);
    const after = content();
    if (existsSync(path) && readFileSync(path, "utf8") === after) continue;
    if (check) stale.push(name);
    else writeFileSync(path, after);
  }
  for (const [name, contents] of Object.entries(blocks)) {
    const path = join(ROOT, name);
    const before = readFileSync(path, "utf8");
    const after = Object.entries(contents).reduce(
      (text, [block, content]) => replaceGeneratedBlock(text, block, content()),
      before,
    );
    if (after === before) continue;
    if (check) stale.push(name);
    else writeFileSync(path, after);
  }
  if (stale.length > 0) {
    console.error(`stale: ${stale.join(", ")}; run 'npm run docs'`);
    process.exitCode = 1;
  }
}

if (!existsSync(SAMPLE)) throw new Error(`expected the golden comment at ${relative(ROOT, SAMPLE)}`);
main(process.argv.includes("--check"));
