// A run of the kit as files of data/: what measure:check judges and measure:import writes.
import { createHash } from "node:crypto";
import { type Catalogue, indexCatalogue, type Measurement, takeOwnMeasurements } from "@ecocompute/engine";
import { stringify } from "yaml";
import * as z from "zod";
import { formatProblem } from "../data/catalogue.ts";
import { runChecks } from "../data/checks/index.ts";
import type { FileTexts } from "../data/files.ts";
import { lineOfRow, readOwnCsv } from "../data/own-csv.ts";
import { parseData } from "../data/read.ts";
import { type CatalogueData, MeasurementSchema, type Source } from "../data/schema.ts";

/** What the kit wrote beside the rows, as far as a source record says it. */
const ProvenanceSchema = z.looseObject({
  kit_version: z.string(),
  started: z.string(),
  framework: z.string(),
  random_weights: z.boolean(),
  card: z.looseObject({
    name: z.string(),
    count: z.number(),
    driver: z.string(),
    power_limit_w: z.number().nullable(),
  }),
  energy_counter: z.boolean(),
  other_processes: z.number(),
  protocol: z.looseObject({ warmups: z.number(), runs: z.number(), sample_hz: z.number() }),
  plans: z.array(z.looseObject({ name: z.string() })),
  outcomes: z.array(z.looseObject({ case: z.string(), outcome: z.string() })),
});
type Provenance = z.infer<typeof ProvenanceSchema>;

/** The two files of a run, and what their owner says of them. */
export interface Run {
  readonly path: string;
  readonly csv: string;
  readonly provenance: string;
  /** Id of the source; by default the card and the day. */
  readonly source?: string | undefined;
  readonly by: string;
  readonly url: string;
  readonly licence: string;
}

export type Judged =
  | { readonly ok: false; readonly problems: readonly string[] }
  | {
      readonly ok: true;
      readonly source: string;
      readonly rows: readonly Measurement[];
      /** Path below data/ → text. */
      readonly files: ReadonlyMap<string, string>;
      /** How names were understood, and which rows are flagged. */
      readonly notes: readonly string[];
    };

const failed = (problems: readonly string[]): Judged => ({ ok: false, problems });

function readProvenance(run: Run): Provenance | string {
  let content: unknown;
  try {
    content = JSON.parse(run.provenance);
  } catch (cause) {
    return `the provenance of ${run.path} is not valid JSON: ${cause instanceof Error ? cause.message : cause}`;
  }
  const parsed = ProvenanceSchema.safeParse(content);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  return `the provenance of ${run.path} is not the kit's: ${issue?.path.join(".")}: ${issue?.message}`;
}

/** Ids of the source, in the order of the rows; partners follow. */
function renamed(rows: readonly Measurement[], source: string): Measurement[] {
  const ids = new Map(rows.map(({ id }, index) => [id, `${source}-${String(index + 1).padStart(4, "0")}`]));
  return rows.map((row) => ({
    ...row,
    source,
    id: ids.get(row.id) ?? row.id,
    fp16_partner: row.fp16_partner === null ? null : (ids.get(row.fp16_partner) ?? row.fp16_partner),
  }));
}

const spanOf = (rows: readonly Measurement[]): string => {
  const days = rows.map(({ date }) => date).sort();
  const [first = "", last = ""] = [days[0], days.at(-1)];
  return first === last ? first : `${first}/${last}`;
};

function sourceOf(id: string, run: Run, provenance: Provenance, rows: readonly Measurement[]): Source {
  const { card, protocol } = provenance;
  const count = card.count > 1 ? `${card.count} x ` : "";
  const outOfMemory = provenance.outcomes.filter(({ outcome }) => outcome === "out-of-memory").map((each) => each.case);
  const flagged = rows.filter(({ flag }) => flag !== null).length;
  const date = spanOf(rows);
  return {
    id,
    kind: "measurements",
    title: `${count}${card.name}, session of ${date} (measurement kit)`,
    citation: `${run.by}. Measured with the kit of this project, version ${provenance.kit_version}`,
    url: run.url,
    commit: createHash("sha256").update(run.csv).digest("hex").slice(0, 12),
    licence: run.licence,
    date,
    accessed: date.split("/").at(-1) ?? date,
    convention: "gross",
    tier: "1",
    method: `${provenance.energy_counter ? "NVML energy counter, and power" : "NVML power"} at ${protocol.sample_hz} Hz, ${provenance.framework}, ${protocol.warmups} warm-ups, n = ${protocol.runs}, idle not subtracted`,
    caveats: [
      `One host; everything that was recorded is in data/provenance/${id}.json.`,
      ...(provenance.random_weights ? ["Random weights of each architecture, not a checkpoint."] : []),
      ...(flagged > 0 ? [`${flagged} of ${rows.length} rows are flagged: each says why.`] : []),
      ...(provenance.other_processes > 0 ? ["Other processes used the card."] : []),
      ...(outOfMemory.length > 0 ? [`Out of memory: ${outOfMemory.join("; ")}.`] : []),
    ],
  };
}

const quoted = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

function csvOf(rows: readonly Measurement[]): string {
  const columns = MeasurementSchema.keyof().options;
  const cell = (value: unknown): string => (value === null || value === undefined ? "" : quoted(String(value)));
  return `${[columns, ...rows.map((row) => columns.map((name) => cell(row[name])))].map((line) => line.join(",")).join("\n")}\n`;
}

const defaultSource = (rows: readonly Measurement[]): string =>
  `own-${rows[0]?.gpu ?? "run"}-${(rows[0]?.date ?? "").replaceAll("-", "")}`;

/** The run as a source of data/, after all checks that data/ makes; or all that is wrong with it. */
export function judge(run: Run, data: FileTexts, published: CatalogueData): Judged {
  const read = readOwnCsv(run.path, run.csv);
  if (read.problems.length > 0) return failed(read.problems);
  if (read.rows.length === 0) return failed([`${run.path} has no rows`]);
  const provenance = readProvenance(run);
  if (typeof provenance === "string") return failed([provenance]);
  const catalogue: Catalogue = indexCatalogue(published);
  const own = takeOwnMeasurements(read.rows, catalogue, (index) => `${run.path}:${lineOfRow(index)}`);
  if (!own.ok) return failed(own.problem.errors.map(({ parameter, message }) => `${parameter}: ${message}`));
  const taken = own.value.catalogue.measurements.slice(catalogue.measurements.length);
  const source = run.source ?? defaultSource(taken);
  const rows = renamed(taken, source);
  const files = new Map([
    [`sources/${source}.yaml`, stringify(sourceOf(source, run, provenance, rows), { lineWidth: 120 })],
    [`measurements/${source}.csv`, csvOf(rows)],
  ]);
  const present = [...files.keys()].filter((path) => data.has(path));
  if (present.length > 0) return failed([`data/ has a source "${source}": name another by --source`]);
  const problems = runChecks(parseData(new Map([...data, ...files])));
  if (problems.length > 0) return failed(problems.map(formatProblem));
  return {
    ok: true,
    source,
    rows,
    files: new Map([...files, [`provenance/${source}.json`, run.provenance]]),
    notes: own.value.warnings.filter(({ code }) => code !== "own-measurements").map(({ message }) => message),
  };
}
