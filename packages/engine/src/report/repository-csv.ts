import type { AuditedDeployment } from "../domain/audit-report.ts";
import type { RepositoryReport } from "../protocols/repository-report.ts";

type Cell = string | number | null | undefined;

const COLUMNS: readonly (readonly [name: string, of: (deployment: AuditedDeployment) => Cell])[] = [
  ["id", ({ id }) => id],
  ["name", ({ name }) => name],
  ["path", ({ path }) => path],
  ["line", ({ line }) => line],
  ["model_id", ({ configuration, model_id }) => configuration?.model_id ?? model_id],
  ["hardware_platform", ({ configuration }) => configuration?.hardware_platform],
  ["num_gpus", ({ configuration }) => configuration?.num_gpus],
  ["replicas", ({ configuration }) => configuration?.replicas],
  ["quantization", ({ configuration }) => configuration?.quantization],
  ["requests_per_month", ({ configuration }) => configuration?.requests_per_month],
  ["energy_kwh_month", ({ monthly }) => monthly?.energy_kwh.value],
  ["energy_kwh_month_low", ({ monthly }) => monthly?.energy_kwh.low],
  ["energy_kwh_month_high", ({ monthly }) => monthly?.energy_kwh.high],
  ["cost_usd_month", ({ monthly }) => monthly?.cost_usd?.value],
  ["rental_usd_month", ({ monthly }) => monthly?.rental_usd?.value],
  ["carbon_kgco2e_month", ({ monthly }) => monthly?.carbon_kgco2e?.value],
  ["tier", ({ basis }) => basis?.tier],
  ["confidence", ({ basis }) => basis?.confidence],
  ["not_estimated", ({ not_estimated }) => not_estimated?.why],
];

/** One row a deployment, RFC 4180. What is not known is empty. */
export const renderRepositoryCsv = ({ deployments }: RepositoryReport): string =>
  [COLUMNS.map(([name]) => name), ...deployments.map((each) => COLUMNS.map(([, of]) => cell(of(each))))]
    .map((cells) => `${cells.join(",")}\r\n`)
    .join("");

/** A spreadsheet would take a text that begins like a formula for one. */
function cell(value: Cell): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return String(Number(value.toPrecision(6)));
  const harmless = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
