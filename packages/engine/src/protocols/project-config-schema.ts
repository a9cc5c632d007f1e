import * as z from "zod";
import { HOURS_PER_MONTH } from "../domain/units.ts";
import { commonParameters } from "./parameters.ts";

/** Requests a month of a preset; `medium` is what stands in where nothing is said. */
export const USAGE_PRESETS = { small: 100_000, medium: 1_000_000, large: 10_000_000 } as const;
export const USAGES = ["small", "medium", "large"] as const;

const MAX_ENTRIES = 200;
const text = (what: string) => z.string().min(1).max(300).describe(what);
const texts = (what: string) => z.array(text("One of them")).min(1).max(MAX_ENTRIES).describe(what);
/** No file outside the repository is read for a repository's own word. */
const pathBelow = z
  .string()
  .min(1)
  .max(300)
  .regex(/^(?!\/)(?!(?:.*\/)?\.\.(?:\/|$))[^\\]*$/, "expected a path below the top of the repository, with slashes");
const amount = (what: string) => z.number().nonnegative().max(1e12).describe(what).optional();

/** What a team knows of its traffic, its hardware and its prices. What a file states of its hardware wins over this. */
const values = {
  usage: z
    .enum(USAGES)
    .describe(
      `Traffic of one deployment: ${USAGES.map((name) => `${name} is ${USAGE_PRESETS[name].toLocaleString("en-US")}`).join(", ")} requests a month`,
    )
    .optional(),
  requests_per_month: commonParameters.requests_per_month.describe("Traffic of one deployment, instead of usage"),
  utilization: z
    .number()
    .gt(0)
    .max(1)
    .describe(
      "Share of what the replicas can serve that is asked of them, 0-1, instead of usage. In a pull request the traffic that it gives at the base is kept.",
    )
    .optional(),
  model_id: commonParameters.model_id
    .describe(
      "Model of a deployment whose files name none that is known, such as a path on its disk: a Hugging Face id, or a name that states its size",
    )
    .optional(),
  replicas: z
    .int()
    .min(0)
    .max(1e6)
    .describe("Replicas of a deployment whose files state none, such as the nodes of a DaemonSet")
    .optional(),
  hours_per_month: z
    .number()
    .gt(0)
    .max(HOURS_PER_MONTH)
    .describe(
      `Hours of a month that it is up, of ${HOURS_PER_MONTH}: what is switched off at night, or all runs of a job together, which keeps its GPUs busy unless a traffic is stated`,
    )
    .optional(),
  hardware_platform: commonParameters.hardware_platform.describe(
    "GPU of a deployment whose files name none: a GPU id or an alias",
  ),
  region: commonParameters.region,
  electricity_usd_per_kwh: commonParameters.electricity_usd_per_kwh.describe("Your own price of electricity"),
  grid_gco2_per_kwh: commonParameters.grid_gco2_per_kwh.describe("Carbon intensity of your own electricity"),
  pue: commonParameters.pue.describe("Power usage effectiveness of your data centre, 1-3"),
  gpu_hour_usd: commonParameters.gpu_hour_usd,
} as const;

export const DeploymentEntrySchema = z.strictObject({
  paths: texts("Globs of files; a leading ! excludes, the last match decides").optional(),
  names: texts("Names of deployments").optional(),
  namespaces: texts("Kubernetes namespaces").optional(),
  environments: texts(
    "Stages such as prod or staging: as the files state them, or as a word of the namespace or of the path",
  ).optional(),
  ...values,
  max_monthly_kwh: amount("Energy that each of these deployments may use in a month"),
  max_monthly_usd: amount("Electricity and, where its price is known, rental that each of these may cost in a month"),
});

export const SuppressionEntrySchema = z.strictObject({
  rule: text("Id of the rule"),
  path: text("Glob of files; absent: all").optional(),
  deployment: text("Name or id of a deployment; absent: all").optional(),
  reason: text("Why this is as it should be"),
  until: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}$/, "expected a day as YYYY-MM-DD")
    .describe("The last day on which it holds, YYYY-MM-DD")
    .optional(),
});

export const BudgetsSchema = z.strictObject({
  max_increase_percent: amount("Rise of the energy of the changed deployments that a pull request may bring"),
  max_monthly_kwh: amount("Energy of the changed deployments in a month that a pull request may raise them to"),
  max_monthly_usd: amount("Cost of the changed deployments in a month that a pull request may raise them to"),
  report_monthly_kwh: amount("Energy of the whole repository in a month: the report's issue is closed below it"),
  report_monthly_usd: amount("Cost of the whole repository in a month: the report's issue is closed below it"),
});

/** `.ecocompute.yml`. The JSON Schema under schema/ and the documentation are derived from this. */
export const ProjectConfigSchema = z
  .strictObject({
    $schema: z.string().max(1_000).describe("Address of the JSON Schema, for editors").optional(),
    ...values,
    measurements: z
      .union([pathBelow, z.array(pathBelow).min(1).max(MAX_ENTRIES)])
      .describe(
        "Paths of run.csv files of the measurement kit: your own rows, which rank above published ones for the same GPU",
      )
      .optional(),
    budgets: BudgetsSchema.describe("Limits; an input of the workflow wins over them").optional(),
    deployments: z
      .array(DeploymentEntrySchema)
      .max(MAX_ENTRIES)
      .describe("Values for some deployments; all conditions of an entry must hold, later entries win")
      .optional(),
    suppressions: z
      .array(SuppressionEntrySchema)
      .max(MAX_ENTRIES)
      .describe("Findings that are as they should be")
      .optional(),
  })
  .describe("What EcoCompute cannot read in the repository: traffic, prices, limits, and findings that are accepted");
export type ProjectConfigText = z.infer<typeof ProjectConfigSchema>;

/** The published JSON Schema, draft 2020-12. */
export const projectConfigJsonSchema = (): unknown => ({
  ...z.toJSONSchema(ProjectConfigSchema, { target: "draft-2020-12" }),
  title: ".ecocompute.yml",
});
