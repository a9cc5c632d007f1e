import type { EstimateInput } from "../domain/audit-report.ts";
import type { Catalogue } from "../domain/catalogue.ts";
import type { Deployment, Fact } from "../domain/deployment.ts";
import type { Resolved } from "../domain/request.ts";
import { HOURS_PER_MONTH } from "../domain/units.ts";
import type { AuditOptions } from "./audit-options.ts";

interface Estimated {
  readonly deployment: Deployment;
  readonly resolved: Resolved;
  /** Names that nobody stated. */
  readonly assumed: readonly { readonly name: string }[];
  /** Traffic over what the fleet can serve. */
  readonly utilization: number;
}

const placeOf = ({ at }: Fact<unknown>): string => `${at.path}:${at.line}`;

/** The last year of a date or a span. */
const yearOf = (date: string): string => date.match(/\d{4}/g)?.at(-1) ?? date;

/** What an estimate was made from: each figure with its unit, and with who says so. */
export function inputsOf(estimated: Estimated, options: AuditOptions, catalogue: Catalogue): EstimateInput[] {
  const { deployment, resolved, utilization } = estimated;
  const { facts } = deployment;
  const { configuration: c, demand, workload } = resolved;
  const names = new Set(estimated.assumed.map(({ name }) => name));
  const asked = options.config_path === undefined ? "request" : "user config";
  const source = (fact: Fact<unknown> | undefined, option?: unknown): string =>
    fact ? placeOf(fact) : option === undefined ? "default" : asked;
  const input = (name: string, value: EstimateInput["value"], unit: string | null, from: string): EstimateInput => ({
    name,
    value,
    unit,
    source: from,
    assumed: names.has(name),
  });
  const gpu = facts.hardware_platform;
  const parallel = facts.tensor_parallel ?? facts.pipeline_parallel ?? facts.data_parallel;
  const usesAll = demand.unused_gpus === undefined;
  const count = usesAll ? (facts.gpus_per_replica ?? parallel) : parallel;
  const engine = workload.framework === "vllm";
  const traffic = options.requests_per_month ?? options.requests_per_day;
  const region = catalogue.regionById.get(demand.region);
  const dated = (id: string | null | undefined, year: number | null | undefined): string => {
    const found = id == null ? undefined : catalogue.sourceById.get(id);
    return found ? `${found.id} (${year ?? yearOf(found.date)})` : "default";
  };
  /** Of the place: assumed where the place is, and the team gives no figure of its own. */
  const local = (name: string, value: number | null, unit: string, own: number | undefined, from: string) => ({
    ...input(name, value, unit, own === undefined ? from : asked),
    assumed: own === undefined && names.has("region"),
  });
  return [
    input("model_id", c.model_id, null, facts.model_id?.value === options.model_id ? asked : source(facts.model_id)),
    input("hardware_platform", c.hardware_platform, null, source(gpu, options.hardware_platform)),
    {
      ...input(
        "num_gpus",
        c.num_gpus,
        "GPUs per replica",
        source(
          count ?? (names.has("num_gpus") || !usesAll ? undefined : gpu),
          names.has("num_gpus") || !usesAll ? undefined : asked,
        ),
      ),
      // What an engine takes where no parallel size is stated.
      assumed: names.has("num_gpus") || (!usesAll && !parallel),
    },
    ...(demand.unused_gpus === undefined
      ? []
      : [input("unused_gpus", demand.unused_gpus, "GPUs per replica", source(facts.gpus_per_replica))]),
    input(
      "replicas",
      c.replicas,
      "replicas",
      source(facts.replicas ?? facts.replicas_min ?? facts.replicas_max, options.replicas),
    ),
    input(
      "quantization",
      c.quantization,
      null,
      source(facts.quantization ?? facts.dtype ?? (names.has("quantization") ? undefined : facts.model_id)),
    ),
    engine
      ? input("max_num_seqs", c.batch_size, "sequences per replica", source(facts.max_num_seqs))
      : input("batch_size", c.batch_size, "sequences", source(facts.batch_size)),
    input("sequence_length", c.sequence_length, "tokens", "default"),
    input(
      "generation_length",
      c.generation_length,
      "tokens",
      source(facts.max_new_tokens?.value === c.generation_length ? facts.max_new_tokens : undefined),
    ),
    options.utilization === undefined
      ? input("requests_per_month", c.requests_per_month, "requests a month", source(undefined, traffic))
      : input("requests_per_month", c.requests_per_month, "requests a month", "derived"),
    input(
      "utilization",
      utilization,
      "share of what the replicas can serve",
      options.utilization === undefined ? "derived" : names.has("utilization") ? "default" : asked,
    ),
    {
      ...input(
        "hours_per_month",
        demand.hours_per_month ?? HOURS_PER_MONTH,
        "h",
        source(undefined, options.hours_per_month),
      ),
      assumed: options.hours_per_month === undefined,
    },
    input(
      "pue",
      c.pue,
      "kWh of the site per kWh of the machines",
      source(undefined, options.pue ?? options.deployment),
    ),
    local(
      "grid_gco2_per_kwh",
      demand.grid_gco2_per_kwh,
      "gCO2e/kWh",
      options.grid_gco2_per_kwh,
      dated(region?.grid_source, region?.grid_year),
    ),
    local(
      "electricity_usd_per_kwh",
      demand.electricity_usd_per_kwh,
      "$/kWh",
      options.electricity_usd_per_kwh,
      dated(region?.price_source, region?.price_year),
    ),
    input("gpu_hour_usd", demand.gpu_hour_usd, "$/h", demand.gpu_hour_usd === null ? "not given" : asked),
  ];
}
