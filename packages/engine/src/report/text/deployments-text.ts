import type { AuditedDeployment, AuditReport } from "../../domain/audit-report.ts";
import type { Monthly } from "../../domain/estimate.ts";
import type { Quantity } from "../../domain/interval.ts";
import { monthlyTotals } from "../../protocols/pull-request-totals.ts";
import { amount, count } from "../comment-format.ts";
import { tame } from "../escape.ts";
import { dim, indented, type Line, span, strong, wrap } from "./styled.ts";
import { type Cell, textTable } from "./text-table.ts";

const COLUMNS = [
  { title: "deployment" },
  { title: "runs as" },
  { title: "kWh/month", align: "right" },
  { title: "$/month", align: "right" },
  { title: "kgCO2e/month", align: "right" },
] as const;

/** Those that could be estimated; the others stand below with the reason. */
export function deployments({ deployments: all }: AuditReport, width: number): Line[] {
  if (width < TABLE_FROM) return stacked(all, width);
  const rows = all.flatMap((each): Cell[][] =>
    each.monthly
      ? [
          [
            [[strong(tame(each.name))], [dim(tame(`${each.path}:${each.line}`))]],
            [
              [span(setup(each))],
              ...(each.basis ? [[dim(`${each.basis.tier}, ${each.basis.confidence} confidence`)]] : []),
            ],
            amountCell(each.monthly.energy_kwh),
            amountCell(each.monthly.cost_usd),
            amountCell(each.monthly.carbon_kgco2e),
          ],
        ]
      : [],
  );
  return rows.length === 0 ? [] : textTable(COLUMNS, [...rows, ...sumRow(all)], width);
}

/** Those that are estimated, and how many more should be. */
const countsOf = (all: readonly AuditedDeployment[]) => ({
  known: all.filter(({ monthly }) => monthly !== null),
  left: all.filter(({ purpose, monthly }) => purpose === "inference" && monthly === null).length,
});

function sumRow(all: readonly AuditedDeployment[]): Cell[][] {
  const { known, left } = countsOf(all);
  if (known.length + left < 2) return [];
  const { energy_kwh, cost_usd, carbon_kgco2e } = monthlyTotals(known);
  return [
    [
      [[strong(left > 0 ? "all that are estimated" : "all")]],
      left > 0 ? [[dim(`${count(left, "more deployment")} not estimated`)]] : [],
      ...[energy_kwh, cost_usd, carbon_kgco2e].map(amountCell),
    ],
  ];
}

/** The value, and below it its interval. */
function amountCell(quantity: Quantity | null): Cell {
  if (quantity === null) return [[dim("not known")]];
  const [value = "", ...rest] = amount(quantity).split(" (");
  return rest.length === 0 ? [[strong(value)]] : [[strong(value)], [dim(`(${rest.join(" (")}`)]];
}

function setup({ configuration }: AuditedDeployment): string {
  if (!configuration) return "";
  const { model_id, num_gpus, hardware_platform, quantization, framework, batch_size, replicas } = configuration;
  const fleet = replicas === null ? "" : `${count(replicas, "replica")} of `;
  return tame(
    `${model_id} on ${fleet}${num_gpus} × ${hardware_platform}, ${quantization}, ${framework}, at most ${count(batch_size, "sequence")} at once`,
  );
}

/** Narrower terminals break the cells of a table into single words. */
const TABLE_FROM = 80;
const INDENT = 2;

/** The same, one below the other. */
function stacked(all: readonly AuditedDeployment[], width: number): Line[] {
  const inside = (line: Line) => indented(wrap(line, width - INDENT), INDENT);
  const each = all.flatMap((deployment): Line[][] => {
    const { name, path, line, monthly, basis } = deployment;
    if (!monthly) return [];
    return [
      [
        ...wrap([strong(tame(name)), span("  "), dim(tame(`${path}:${line}`))], width, { rest: INDENT }),
        ...inside([span(setup(deployment))]),
        ...inside([span(monthText(monthly))]),
        ...(basis ? inside([dim(`${basis.tier}, ${basis.confidence} confidence`)]) : []),
      ],
    ];
  });
  const { known, left } = countsOf(all);
  const sum = known.length + left < 2 || known.length === 0 ? [] : [sumLines(known, left, width)];
  return [...each, ...sum].flatMap((lines, index) => (index === 0 ? lines : [[], ...lines]));
}

function sumLines(known: readonly AuditedDeployment[], left: number, width: number): Line[] {
  const title = left > 0 ? `all that are estimated (${count(left, "more deployment")} not)` : "all";
  return [[strong(title)], ...indented(wrap([span(monthText(monthlyTotals(known)))], width - INDENT), INDENT)];
}

/** `795 kWh (425–1,486) · $95.4 (51–178) · 310 kgCO2e (166–580) a month` */
function monthText({
  energy_kwh,
  cost_usd,
  carbon_kgco2e,
}: Pick<Monthly, "energy_kwh" | "cost_usd" | "carbon_kgco2e">) {
  const [kwh, usd, kg] = [energy_kwh, cost_usd, carbon_kgco2e].map((each) => each && amount(each).split(" "));
  const said = (parts: readonly string[] | null | undefined, before: string, after: string) =>
    parts ? [`${before}${parts[0]}${after}`, ...parts.slice(1)].join(" ") : "not known";
  return `${said(kwh, "", " kWh")} · ${said(usd, "$", "")} · ${said(kg, "", " kgCO2e")} a month`;
}
