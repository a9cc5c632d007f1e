import { LineCounter, parseDocument } from "yaml";
import type { Catalogue } from "../domain/catalogue.ts";
import { defined } from "../domain/defined.ts";
import type { InputError } from "../domain/problem.ts";
import { isDay, type Suppression } from "../domain/suppression.ts";
import { findLongRun } from "../readers/yaml-runs.ts";
import type { AuditOptions, DeploymentOptions } from "./audit-options.ts";
import { issueErrors } from "./issue-errors.ts";
import { ProjectConfigSchema, type ProjectConfigText, USAGE_PRESETS } from "./project-config-schema.ts";
import { resolveGpu } from "./resolve-gpu.ts";
import { resolveModel } from "./resolve-model.ts";
import { resolveRegion } from "./resolve-region.ts";

/** `.ecocompute.yml`, read. */
export interface ProjectConfig {
  readonly options: AuditOptions;
  /** null is no limit. */
  readonly budgets: {
    readonly max_increase_percent: number | null;
    readonly max_monthly_kwh: number | null;
    readonly max_monthly_usd: number | null;
    readonly report_monthly_kwh: number | null;
    readonly report_monthly_usd: number | null;
  };
  readonly suppressions: readonly Suppression[];
  /** Paths of the team's own measured rows, from the top of the repository; the host reads them. */
  readonly measurements: readonly string[];
}

export interface ConfigProblem {
  readonly line: number;
  readonly message: string;
}

export type ConfigRead =
  | { readonly ok: true; readonly config: ProjectConfig }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

const MAX_CHARS = 131_072;

/** The limits and values of an empty file. */
export const EMPTY_CONFIG: ProjectConfig = {
  options: {},
  budgets: {
    max_increase_percent: null,
    max_monthly_kwh: null,
    max_monthly_usd: null,
    report_monthly_kwh: null,
    report_monthly_usd: null,
  },
  suppressions: [],
  measurements: [],
};

/**
 * Reads the text of a configuration file. All that is wrong is told at once, with its line; an unknown key is wrong.
 * @param path as shown in messages and as the place of suppressions
 */
export function readProjectConfig(text: string, path: string, catalogue: Catalogue): ConfigRead {
  const fail = (line: number, message: string) => refused([{ line, message }]);
  if (text.length > MAX_CHARS) return fail(1, `expected at most ${MAX_CHARS} characters; received ${text.length}`);
  const run = findLongRun(text);
  if (run) return fail(text.slice(0, run.start).split("\n").length, `expected YAML as people write it; ${run.why}`);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, logLevel: "silent", prettyErrors: false });
  const [broken] = document.errors;
  if (broken) return fail(Math.max(1, lines.linePos(broken.pos[0]).line), `expected YAML; ${broken.message}`);
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 100 }) ?? {};
  } catch (cause) {
    return fail(1, `expected YAML; ${cause instanceof Error ? cause.message : String(cause)}`);
  }
  /** The line of the deepest part of a path that the file holds. */
  const lineOf = (place: readonly PropertyKey[]): number => {
    for (let depth = place.length; depth > 0; depth -= 1) {
      const node = document.getIn(place.slice(0, depth), true);
      const range = typeof node === "object" && node !== null && "range" in node ? node.range : null;
      if (Array.isArray(range)) return Math.max(1, lines.linePos(Number(range[0])).line);
    }
    return 1;
  };
  const parsed = ProjectConfigSchema.safeParse(value);
  if (!parsed.success) {
    const problems = parsed.error.issues.flatMap((issue) =>
      issueErrors(issue, value, ProjectConfigSchema).map((error, index) => {
        const key = issue.code === "unrecognized_keys" ? [issue.keys[index] ?? ""] : [];
        return { line: lineOf([...issue.path, ...key]), message: sentence(error) };
      }),
    );
    const unknown = unknownNames(value, catalogue).map(({ at, message }) => ({ line: lineOf(at), message }));
    return refused([...problems, ...unknown]);
  }
  const problems = meaningless(parsed.data, catalogue).map(({ at, message }) => ({ line: lineOf(at), message }));
  return problems.length > 0
    ? refused(problems)
    : { ok: true, config: toConfig(parsed.data, path, (place) => lineOf(place)) };
}

const refused = (problems: readonly ConfigProblem[]): ConfigRead => ({
  ok: false,
  problems: problems.toSorted((a, b) => a.line - b.line),
});

/** `place: what; received …`. The message has its "did you mean" already, but for values of a list. */
function sentence({ parameter, message, received, did_you_mean }: InputError): string {
  const hint =
    did_you_mean === undefined || message.includes("did you mean") ? "" : `; did you mean "${did_you_mean}"?`;
  return `${parameter === "(body)" ? "the file" : parameter}: ${message}${hint} (received ${received})`;
}

type Values = Pick<
  ProjectConfigText,
  | "usage"
  | "requests_per_month"
  | "utilization"
  | "model_id"
  | "replicas"
  | "hours_per_month"
  | "hardware_platform"
  | "region"
  | "electricity_usd_per_kwh"
  | "grid_gco2_per_kwh"
  | "pue"
  | "gpu_hour_usd"
>;
interface Misplaced {
  readonly at: readonly PropertyKey[];
  readonly message: string;
}

/** What no schema sees: names that the catalogue lacks, days that no calendar has, two traffics in one place. */
function meaningless(config: ProjectConfigText, catalogue: Catalogue): Misplaced[] {
  const found = inValues(config, [], catalogue);
  for (const [index, entry] of (config.deployments ?? []).entries()) {
    const at = ["deployments", index];
    found.push(...inValues(entry, at, catalogue));
    if (!entry.paths && !entry.names && !entry.namespaces && !entry.environments) {
      const message = `deployments[${index}]: expected one of paths, names, namespaces, environments; values for all stand at the top of the file`;
      found.push({ at, message });
    }
  }
  for (const [index, { until }] of (config.suppressions ?? []).entries()) {
    if (until === undefined || isDay(until)) continue;
    const message = `suppressions[${index}].until: expected a day of the calendar as YYYY-MM-DD (received ${until})`;
    found.push({ at: ["suppressions", index, "until"], message });
  }
  return found;
}

/** Entries of a file of a wrong form that are looked at for its names. */
const MAX_LOOKED_AT = 50;

/** Names that the catalogue lacks, in a file whose form is wrong somewhere: both are told at once. */
function unknownNames(value: unknown, catalogue: Catalogue): Misplaced[] {
  const fieldOf = (record: unknown, key: string): unknown =>
    record !== null && typeof record === "object" && Object.hasOwn(record, key) ? Reflect.get(record, key) : undefined;
  const namesOf = (record: unknown): Values =>
    Object.fromEntries(
      ["model_id", "hardware_platform", "region"].flatMap((key) => {
        const name = fieldOf(record, key);
        return typeof name === "string" && name !== "" ? [[key, name]] : [];
      }),
    );
  const entries = fieldOf(value, "deployments");
  return [
    ...inValues(namesOf(value), [], catalogue),
    ...(Array.isArray(entries) ? entries.slice(0, MAX_LOOKED_AT) : []).flatMap((entry, index) =>
      inValues(namesOf(entry), ["deployments", index], catalogue),
    ),
  ];
}

function inValues(values: Values, at: readonly PropertyKey[], catalogue: Catalogue): Misplaced[] {
  const found: Misplaced[] = [];
  const name = (key: string) => (at.length === 0 ? key : `${String(at[0])}[${String(at[1])}].${key}`);
  const tell = (key: string, error: InputError) =>
    found.push({ at: [...at, key], message: sentence({ ...error, parameter: name(key) }) });
  if (values.model_id !== undefined) {
    const model = resolveModel(values.model_id, catalogue);
    if ("error" in model) tell("model_id", model.error);
  }
  if (values.hardware_platform !== undefined) {
    const gpu = resolveGpu(values.hardware_platform, catalogue);
    if ("error" in gpu) tell("hardware_platform", gpu.error);
  }
  if (values.region !== undefined) {
    const region = resolveRegion(values.region, catalogue);
    if ("error" in region) tell("region", region.error);
  }
  const traffics = (["usage", "requests_per_month", "utilization"] as const).filter((key) => values[key] !== undefined);
  const [, second] = traffics;
  if (second !== undefined) {
    found.push({ at: [...at, second], message: `${name(second)}: expected only one of ${traffics.join(", ")}` });
  }
  return found;
}

function toConfig(
  config: ProjectConfigText,
  path: string,
  lineOf: (place: readonly PropertyKey[]) => number,
): ProjectConfig {
  const for_deployments = (config.deployments ?? []).map((entry): DeploymentOptions => {
    const { paths, names, namespaces, environments, max_monthly_kwh, max_monthly_usd, ...values } = entry;
    return {
      ...defined({ paths, names, namespaces, environments }),
      values: { ...valuesOf(values), ...defined({ max_monthly_kwh, max_monthly_usd }) },
    };
  });
  const { budgets = {}, measurements = [] } = config;
  return {
    options: { ...valuesOf(config), for_deployments },
    budgets: { ...EMPTY_CONFIG.budgets, ...defined(budgets) },
    measurements: typeof measurements === "string" ? [measurements] : measurements,
    suppressions: (config.suppressions ?? []).map((entry, index): Suppression => {
      const line = lineOf(["suppressions", index]);
      return {
        rule: entry.rule,
        reason: entry.reason,
        ...defined({ path: entry.path, deployment: entry.deployment, until: entry.until }),
        at: { path, line, column: 1, end_line: line },
      };
    }),
  };
}

/** A preset is requests; everything else goes on as it is. */
function valuesOf(values: Values): AuditOptions {
  const { hardware_platform, region, electricity_usd_per_kwh, grid_gco2_per_kwh, pue, gpu_hour_usd } = values;
  const requests_per_month = values.usage === undefined ? values.requests_per_month : USAGE_PRESETS[values.usage];
  return defined({
    requests_per_month,
    utilization: values.utilization,
    model_id: values.model_id,
    replicas: values.replicas,
    hours_per_month: values.hours_per_month,
    hardware_platform,
    region,
    electricity_usd_per_kwh,
    grid_gco2_per_kwh,
    pue,
    gpu_hour_usd,
  });
}
