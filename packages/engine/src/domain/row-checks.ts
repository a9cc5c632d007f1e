import type { Gpu } from "./gpu.ts";
import type { Measurement } from "./measurement.ts";
import type { Model } from "./model.ts";
import type { Precision } from "./precision.ts";

/** What a row refers to; undefined where that does not exist, which is another check's matter. */
export interface RowReferences {
  readonly gpu: Gpu | undefined;
  readonly model: Model | undefined;
  readonly precision: Precision | undefined;
}

export interface RowProblem {
  readonly field: keyof Measurement;
  readonly message: string;
}

/** What one row says against itself, its card or its model. Rows of data/ and rows that a user brings meet the same. */
export type RowCheck = (row: Measurement, references: RowReferences) => readonly RowProblem[];

/** `actual` lies within `tolerance` (0.02 = 2 %) of `expected`. */
export const isNear = (actual: number, expected: number, tolerance: number): boolean =>
  Math.abs(actual - expected) <= tolerance * Math.abs(expected);

const TOLERANCE = 0.02;

export const energyIsPowerOverThroughput: RowCheck = ({
  power_w: power,
  throughput_tok_s: throughput,
  energy_j_per_token: energy,
  power_basis: basis,
}) => {
  if ((basis === "absent") !== (power === null))
    return [{ field: "power_basis", message: `power_basis is "${basis}", but power_w is ${power ?? "empty"}` }];
  if (power === null || throughput === null || isNear(energy, power / throughput, TOLERANCE)) return [];
  return [
    {
      field: "energy_j_per_token",
      message: `expected ${power} W / ${throughput} tok/s = ${(power / throughput).toPrecision(5)} J/token, received ${energy}`,
    },
  ];
};

export const grossConversion: RowCheck = (row) => {
  const { energy_j_per_token: gross, energy_j_per_token_published: published } = row;
  const { published_convention: convention, idle_added_w: idle, throughput_tok_s: throughput } = row;
  if (convention !== "net") {
    if (idle !== null)
      return [
        {
          field: "idle_added_w",
          message: `idle_added_w is only for a row published net: leave it empty, received ${idle}`,
        },
      ];
    if (gross === published) return [];
    return [
      {
        field: "energy_j_per_token",
        message: `a row published ${convention} keeps its number: expected ${published}, received ${gross}`,
      },
    ];
  }
  if (idle === null || throughput === null)
    return [{ field: "idle_added_w", message: "a net row needs idle_added_w and throughput_tok_s" }];
  const expected = published + idle / throughput;
  if (isNear(gross, expected, TOLERANCE)) return [];
  return [
    {
      field: "energy_j_per_token",
      message: `expected gross = net + idle / throughput = ${expected.toPrecision(5)} J/token, received ${gross}`,
    },
  ];
};

/** Boards exceed their TDP by little and briefly. */
export const TDP_MARGIN = 1.05;

export const powerWithinTdp: RowCheck = (row, { gpu }) => {
  const { num_gpus: count, throughput_tok_s: throughput, energy_j_per_token: energy, energy_scope: scope } = row;
  const tdp = gpu?.tdp_w;
  if (!tdp || scope !== "gpu_board") return [];
  const power = row.power_w ?? (throughput === null ? null : energy * throughput);
  const limit = count * tdp * TDP_MARGIN;
  return power === null || power <= limit
    ? []
    : [
        {
          field: "power_w",
          message: `${power} W is above ${count} × ${tdp} W TDP × ${TDP_MARGIN} = ${limit.toFixed(0)} W`,
        },
      ];
};

export const weightTrafficWithinBandwidth: RowCheck = (row, { gpu, model, precision }) => {
  const { batch_size: batch, throughput_tok_s: throughput, num_gpus: count } = row;
  const bandwidth = gpu?.mem_bandwidth_gb_s;
  const params = model?.params_b_active;
  const bytes = precision?.bytes_per_weight;
  if ((row.precision !== "fp16" && row.precision !== "bf16") || batch !== 1) return [];
  if (!bandwidth || !params || !bytes || throughput === null) return [];
  const traffic = throughput * params * bytes;
  return traffic <= bandwidth * count
    ? []
    : [
        {
          field: "throughput_tok_s",
          message: `${throughput} tok/s × ${params} G weights × ${bytes} B = ${traffic.toFixed(0)} GB/s, above ${bandwidth * count} GB/s`,
        },
      ];
};

type Range = readonly [low: number, high: number];

/** Wide enough for every board and model there is, narrow enough to catch a wrong unit (mJ, kW, ms). */
const RANGES: { readonly [K in keyof Measurement]?: Range } = {
  num_gpus: [1, 1024],
  batch_size: [1, 100_000],
  throughput_tok_s: [0.1, 1_000_000],
  power_w: [5, 100_000],
  energy_j_per_token: [0.001, 1000],
  input_tokens: [1, 1_000_000],
  output_tokens: [1, 1_000_000],
  median_itl_ms: [0.1, 10_000],
  perplexity: [1, 1000],
  delta_perplexity_percent: [-50, 1000],
  idle_added_w: [1, 250],
  idle_w: [1, 100_000],
  idle_loaded_w: [1, 100_000],
  energy_j_per_token_counter: [0.001, 1000],
  energy_j_per_token_sampled: [0.001, 1000],
  power_sample_hz: [0.1, 1000],
  throughput_cv_percent: [0, 1000],
  power_cv_percent: [0, 1000],
  peak_memory_gb: [0.01, 100_000],
  sm_clock_mhz: [50, 10_000],
  memory_clock_mhz: [50, 30_000],
  temperature_c: [-20, 130],
  power_limit_w: [5, 5000],
};

const isField = (name: string): name is keyof Measurement => Object.hasOwn(RANGES, name);

const outsideRanges: RowCheck = (row) =>
  Object.entries<Range | undefined>(RANGES).flatMap(([name, range]) => {
    const value: unknown = isField(name) ? row[name] : undefined;
    if (!isField(name) || !range || typeof value !== "number" || (value >= range[0] && value <= range[1])) return [];
    return [{ field: name, message: `${name}: expected ${range[0]}..${range[1]}, received ${value}` }];
  });

const requestDisagrees: RowCheck = ({
  energy_j_per_request: request,
  energy_j_per_token: token,
  output_tokens: tokens,
}) =>
  request === null || tokens === null || isNear(request, token * tokens, TOLERANCE)
    ? []
    : [
        {
          field: "energy_j_per_request",
          message: `energy_j_per_request: expected ${token} × ${tokens} tokens, received ${request}`,
        },
      ];

export const rowInRange: RowCheck = (row, references) => [
  ...outsideRanges(row, references),
  ...requestDisagrees(row, references),
];

/** The gate of the published protocol, in percent over the measured runs. */
const MAX_CV = { throughput_cv_percent: 2, power_cv_percent: 5 } as const;
const READING = { nvml_counter: "energy_j_per_token_counter", nvml_power: "energy_j_per_token_sampled" } as const;

function meterDisagrees({ energy_meter: meter, energy_j_per_token: energy, ...row }: Measurement): RowProblem[] {
  if (meter === undefined) return [];
  const field = READING[meter];
  const reading = row[field];
  return reading !== undefined && isNear(reading, energy, TOLERANCE)
    ? []
    : [{ field, message: `${field}: expected ${energy}, which is of this meter, received ${reading ?? "nothing"}` }];
}

const unflagged = (row: Measurement): RowProblem[] =>
  (["throughput_cv_percent", "power_cv_percent"] as const).flatMap((field) => {
    const cv = row[field];
    if (row.flag !== null || cv === undefined || cv < MAX_CV[field]) return [];
    return [{ field, message: `${field}: ${cv} is not below ${MAX_CV[field]}: expected the flag unstable_runs` }];
  });

const idleAboveTdp = (row: Measurement, { gpu }: RowReferences): RowProblem[] =>
  (["idle_w", "idle_loaded_w"] as const).flatMap((field) => {
    const [idle, tdp] = [row[field], gpu?.tdp_w];
    if (idle === undefined || !tdp || idle <= row.num_gpus * tdp) return [];
    return [{ field, message: `${field}: ${idle} W is above ${row.num_gpus} × ${tdp} W TDP` }];
  });

/** What a row of the kit says twice. */
export const readingsAgree: RowCheck = (row, references) => [
  ...meterDisagrees(row),
  ...unflagged(row),
  ...idleAboveTdp(row, references),
];

export const ROW_CHECKS: readonly RowCheck[] = [
  rowInRange,
  grossConversion,
  energyIsPowerOverThroughput,
  powerWithinTdp,
  weightTrafficWithinBandwidth,
  readingsAgree,
];
