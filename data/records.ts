import { parse as parseCsv } from "csv-parse/sync";
import { isNode, LineCounter, parseDocument } from "yaml";
import type * as z from "zod";
import type { Located, Problem } from "./loose.ts";

interface Read<T> {
  readonly records: readonly Located<T>[];
  readonly problems: readonly Problem[];
}

const NUMBER = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/;
const schemaProblem = (file: string, line: number, subject: string, message: string): Problem => ({
  check: "schema",
  file,
  line,
  subject,
  message,
});

const received = (value: unknown): string => JSON.stringify(value)?.slice(0, 64) ?? String(value);

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (typeof inner === "object" && inner !== null ? Reflect.get(inner, key) : undefined),
    value,
  );
}

/** A YAML file of one record, or of a list: the whole document, or what it holds under `pick`. */
export function readYaml<T>(file: string, text: string, schema: z.ZodType<T>, pick?: string): Read<T> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  const syntax = document.errors.map((error) =>
    schemaProblem(file, error.linePos?.[0].line ?? 1, file, error.message.split("\n")[0] ?? error.message),
  );
  if (syntax.length > 0) return { records: [], problems: syntax };
  const lineAt = (path: readonly PropertyKey[]): number => {
    for (let depth = path.length; depth > 0; depth -= 1) {
      const node = document.getIn(path.slice(0, depth), true);
      if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
    }
    return 1;
  };
  const whole: unknown = document.toJS();
  const listPath = pick === undefined || Array.isArray(whole) ? [] : [pick];
  const isOne = pick === undefined && !Array.isArray(whole);
  const list = isOne ? [whole] : valueAt(whole, listPath);
  if (!Array.isArray(list))
    return { records: [], problems: [schemaProblem(file, 1, file, `expected a list "${pick}"`)] };
  const records: Located<T>[] = [];
  const problems: Problem[] = [];
  list.forEach((item: unknown, index) => {
    const base: PropertyKey[] = isOne ? [] : [...listPath, index];
    const parsed = schema.safeParse(item);
    if (parsed.success) records.push({ value: parsed.data, file, line: lineAt(base) });
    else
      for (const issue of parsed.error.issues)
        problems.push(
          schemaProblem(
            file,
            lineAt([...base, ...issue.path]),
            String(valueAt(item, ["id"]) ?? file),
            `${issue.path.join(".") || "record"}: ${issue.message}, received ${received(valueAt(item, issue.path))}`,
          ),
        );
  });
  return { records, problems };
}

/** Rows of cells, or what the parser found wrong with the quoting. */
function csvTable(text: string): string[][] | string {
  try {
    return parseCsv(text, { relax_column_count: true, skip_empty_lines: false });
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The value of a cell by what its column takes; an empty cell of an optional column is no value at all. */
function cellReader(schema: z.ZodObject): (name: string, cell: string) => readonly [string, unknown][] {
  const taking = (value: unknown): ReadonlySet<string> =>
    new Set(Object.keys(schema.shape).filter((name) => schema.shape[name]?.safeParse(value).success));
  const numeric = new Set([...taking(1), ...taking(0)]);
  const [boolean, optional] = [taking(true), taking(undefined)];
  return (name, cell) => {
    if (cell === "") return optional.has(name) ? [] : [[name, null]];
    if (boolean.has(name) && (cell === "true" || cell === "false")) return [[name, cell === "true"]];
    return [[name, numeric.has(name) && NUMBER.test(cell) ? Number(cell) : cell]];
  };
}

/** The schema's fields in their order, where those that a row need not have may be left out. */
function columnsOf(header: readonly string[], schema: z.ZodObject): readonly string[] {
  const optional = (name: string) => schema.shape[name]?.safeParse(undefined).success === true;
  return Object.keys(schema.shape).filter((name) => !optional(name) || header.includes(name));
}

/** A CSV file whose columns are the schema's fields, in their order; an empty cell is null, or absent where that is allowed. */
export function readCsv<T>(file: string, text: string, schema: z.ZodObject & z.ZodType<T>): Read<T> {
  const table = csvTable(text);
  if (typeof table === "string") return { records: [], problems: [schemaProblem(file, 1, file, table)] };
  const [header = [], ...rows] = table;
  const columns = columnsOf(header, schema);
  const read = cellReader(schema);
  if (header.join(",") !== columns.join(","))
    return {
      records: [],
      problems: [
        schemaProblem(
          file,
          1,
          file,
          `expected the columns ${columns.join(",")}, received ${header.join(",").slice(0, 200)}`,
        ),
      ],
    };
  const records: Located<T>[] = [];
  const problems: Problem[] = [];
  for (const [index, record] of rows.entries()) {
    // no cell holds a line break, so the row number is the line
    const line = index + 2;
    const cells = Object.fromEntries(columns.flatMap((name, column) => read(name, record[column] ?? "")));
    const subject = String(cells.id ?? file);
    if (record.length !== columns.length)
      problems.push(schemaProblem(file, line, subject, `expected ${columns.length} cells, received ${record.length}`));
    const parsed = schema.safeParse(cells);
    if (parsed.success) records.push({ value: parsed.data, file, line });
    else
      for (const issue of parsed.error.issues)
        problems.push(
          schemaProblem(
            file,
            line,
            subject,
            `${issue.path.join(".")}: ${issue.message}, received ${received(valueAt(cells, issue.path))}`,
          ),
        );
  }
  return { records, problems };
}
