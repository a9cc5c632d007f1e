import { describeParameters, type Protocol } from "@ecocompute/engine";
import * as z from "zod";
import { requestSchema } from "../parameters.ts";

/** One input of a form, read from the protocol's own schema. */
export interface Field {
  readonly name: string;
  readonly label: string;
  readonly help: string | undefined;
  readonly kind: "text" | "number" | "choice";
  readonly choices: readonly string[];
  readonly whole: boolean;
  readonly min: number | undefined;
  readonly max: number | undefined;
  readonly required: boolean;
  /** What stands in where it is left empty, where that is one value. */
  readonly assumed: string | null;
}

/** In the order in which people think of them; every other parameter follows under "More". */
const FIRST = [
  "model_id",
  "hardware_platform",
  "quantization",
  "framework",
  "batch_size",
  "observed_throughput_tok_s",
  "observed_power_w",
  "observed_energy_j_per_1k_tokens",
  "requests_per_month",
  "sequence_length",
  "generation_length",
  "region",
] as const;

const LABELS: Readonly<Record<string, string>> = {
  model_id: "Model",
  hardware_platform: "GPU",
  quantization: "Precision",
  precision: "Compute precision",
  use_case: "Use case",
  calibration_throughput_tok_s: "Calibration: tokens per second",
  calibration_power_w: "Calibration: power (W)",
  verdict_as_status: "A failed budget as an error status",
  framework: "Served by",
  batch_size: "Batch size",
  requests_per_month: "Requests a month",
  requests_per_day: "Requests a day",
  sequence_length: "Input tokens",
  generation_length: "Output tokens",
  region: "Region",
  num_gpus: "GPUs of a replica",
  replicas: "Always-on replicas",
  pue: "PUE",
  gpu_hour_usd: "Rent of a GPU hour ($)",
  electricity_usd_per_kwh: "Electricity ($ per kWh)",
  grid_gco2_per_kwh: "Grid (gCO2 per kWh)",
  observed_throughput_tok_s: "Observed tokens per second",
  observed_power_w: "Observed power (W)",
  observed_energy_j_per_1k_tokens: "Observed J per 1k tokens",
  budget_kwh: "Budget (kWh a month)",
};

const known = new WeakMap<Protocol, readonly Field[]>();

/** Every parameter that a form can hold: no lists and no objects. */
export function fieldsOf(protocol: Protocol): readonly Field[] {
  const cached = known.get(protocol);
  if (cached) return cached;
  const { properties = {}, required = [] } = z.toJSONSchema(requestSchema(protocol), {
    io: "input",
    unrepresentable: "any",
  });
  const defaults = new Map(describeParameters(protocol.schema).map((described) => [described.name, described.default]));
  const fields = Object.entries(properties).flatMap(([name, schema]): Field[] => {
    if (typeof schema === "boolean") return [];
    const { type, description } = schema;
    const choices = schema.enum?.map(String) ?? (type === "boolean" ? ["true", "false"] : []);
    const number = type === "number" || type === "integer";
    if (!number && type !== "string" && choices.length === 0) return [];
    return [
      {
        name,
        label: LABELS[name] ?? sentence(name),
        help: description,
        kind: choices.length > 0 ? "choice" : number ? "number" : "text",
        choices,
        whole: type === "integer",
        min: schema.minimum,
        max: schema.maximum !== undefined && schema.maximum < 1e9 ? schema.maximum : undefined,
        required: required.includes(name),
        assumed: defaults.get(name) ?? null,
      },
    ];
  });
  known.set(protocol, fields);
  return fields;
}

const sentence = (name: string): string => {
  const words = name.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
};

export interface FieldGroups {
  readonly main: readonly Field[];
  readonly more: readonly Field[];
}

export function groupFields(fields: readonly Field[]): FieldGroups {
  const main = FIRST.flatMap((name) => fields.find((field) => field.name === name) ?? []);
  return { main, more: fields.filter((field) => !main.includes(field)) };
}
