import { dim, type Line, padEnd, padStart, span, widthOf, wrap } from "./styled.ts";

export interface Column {
  readonly title: string;
  readonly align?: "left" | "right";
}
/** Lines of a cell; each is wrapped where the column is too narrow for it. */
export type Cell = readonly Line[];

const GAP = 2;
/** A column is not made narrower than this to fit the terminal. */
const NARROWEST = 12;

/** A table that fits `width` where its words allow: titles, a rule, rows whose cells may have several lines. */
export function textTable(columns: readonly Column[], rows: readonly (readonly Cell[])[], width: number): Line[] {
  const widths = fitted(
    columns.map(({ title }, column) =>
      Math.max(title.length, ...rows.map((row) => Math.max(0, ...(row[column] ?? []).map(widthOf)))),
    ),
    width,
  );
  const several = rows.some((row) => row.some((cell) => cell.length > 1));
  const title = layout(
    columns.map((column) => [[dim(column.title)]]),
    columns,
    widths,
  );
  const rule = [dim(widths.map((w) => "─".repeat(w)).join(" ".repeat(GAP)))];
  const body = rows.flatMap((row, index) => [...(several && index > 0 ? [[]] : []), ...layout(row, columns, widths)]);
  return [...title, rule, ...body];
}

/** The widest columns give way first. */
function fitted(natural: readonly number[], width: number): number[] {
  const widths = [...natural];
  const total = () => widths.reduce((sum, w) => sum + w, GAP * (widths.length - 1));
  while (total() > width) {
    const widest = Math.max(...widths);
    if (widest <= NARROWEST) break;
    widths[widths.indexOf(widest)] = widest - 1;
  }
  return widths;
}

function layout(row: readonly Cell[], columns: readonly Column[], widths: readonly number[]): Line[] {
  const cells = row.map((cell, column) => cell.flatMap((line) => wrap(line, widths[column] ?? 0, { hard: true })));
  const height = Math.max(1, ...cells.map((cell) => cell.length));
  return Array.from({ length: height }, (_, y) =>
    cells.flatMap((cell, column) => {
      const pad = columns[column]?.align === "right" ? padStart : padEnd;
      return [...(column > 0 ? [span(" ".repeat(GAP))] : []), ...pad(cell[y] ?? [], widths[column] ?? 0)];
    }),
  );
}
