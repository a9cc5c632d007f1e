import * as z from "zod";
import type { Suppression } from "../domain/suppression.ts";
import { commonParameters } from "./parameters.ts";

/** What a team states for files that do not say it. Contract names; absent = the contract's default. */
export interface AuditOptions {
  /** Model of a deployment whose files name none that is known. */
  readonly model_id?: string | undefined;
  readonly hardware_platform?: string | undefined;
  readonly region?: string | undefined;
  readonly requests_per_month?: number | undefined;
  readonly requests_per_day?: number | undefined;
  readonly electricity_usd_per_kwh?: number | undefined;
  readonly grid_gco2_per_kwh?: number | undefined;
  readonly deployment?: "cloud" | "local" | undefined;
  readonly pue?: number | undefined;
  readonly gpu_hour_usd?: number | undefined;
  /** Replicas of a deployment whose files state none: nodes of a DaemonSet. */
  readonly replicas?: number | undefined;
  /** Hours of a month that it is up, of 730; a job has no other. */
  readonly hours_per_month?: number | undefined;
  /** Share of what the replicas can serve that is asked of them, 0-1, in place of requests. */
  readonly utilization?: number | undefined;
  /** What each deployment may use or cost in a month. */
  readonly max_monthly_kwh?: number | undefined;
  readonly max_monthly_usd?: number | undefined;
  /** Requests a month by id: what a utilization gave at the base of a pull request, kept at its head. */
  readonly requests_of?: ReadonlyMap<string, number> | undefined;
  /** Values for some deployments; later entries win. */
  readonly for_deployments?: readonly DeploymentOptions[] | undefined;
  /** Larger files are told and skipped. */
  readonly max_file_bytes?: number | undefined;
  /** Deployments beyond are not audited; their files are told. */
  readonly max_deployments?: number | undefined;
  /** A pasted snippet: the contract's default GPU stands in where none is stated, told as assumed. */
  readonly assume_hardware?: boolean | undefined;
  /** Where a repository states these values, for messages and sources; absent: they came with a request. */
  readonly config_path?: string | undefined;
  /** Of the configuration file; those in the files themselves are read from them. */
  readonly suppressions?: readonly Suppression[] | undefined;
}

/** Values for the deployments that meet every condition that is given. */
export interface DeploymentOptions {
  /** Globs; `!` excludes, the last match decides. */
  readonly paths?: readonly string[] | undefined;
  readonly names?: readonly string[] | undefined;
  readonly namespaces?: readonly string[] | undefined;
  /** Stages, as a fact of the deployment or as a word of its namespace or path. */
  readonly environments?: readonly string[] | undefined;
  readonly values: Omit<
    AuditOptions,
    "for_deployments" | "requests_of" | "max_file_bytes" | "max_deployments" | "assume_hardware" | "config_path"
  >;
}

/** Bound on the text of one request; the Action audits files one by one with larger bounds. */
export const MAX_TEXT_BYTES = 65_536;
const MAX_FILES = 200;
/** Deployments of one request: an answer of about half a megabyte. */
export const MAX_DEPLOYMENTS_PER_REQUEST = 100;
/** Deployments of a repository. */
export const DEFAULT_MAX_DEPLOYMENTS = 1_000;

const { hardware_platform, region, requests_per_month, requests_per_day, deployment, pue, gpu_hour_usd } =
  commonParameters;
const { electricity_usd_per_kwh, grid_gco2_per_kwh } = commonParameters;

const shared = {
  hardware_platform: hardware_platform.describe("GPU of deployments whose files name none: an id or an alias"),
  region,
  requests_per_month,
  requests_per_day,
  electricity_usd_per_kwh,
  grid_gco2_per_kwh,
  deployment,
  pue,
  gpu_hour_usd,
};

/** What a host that has the files asks for. */
export const AuditOptionsSchema = z.strictObject(shared);

/** One of `code` and `files`; the text together at most 64 KiB. */
export const AuditRequestSchema = z.strictObject({
  code: z
    .string()
    .min(1)
    .max(MAX_TEXT_BYTES)
    .describe("One text in any form that is read; its form is told by what it says")
    .optional(),
  files: z
    .array(z.strictObject({ path: z.string().min(1).max(400), content: z.string().max(MAX_TEXT_BYTES) }))
    .min(1)
    .max(MAX_FILES)
    .describe("Files of a repository; 64 KiB together")
    .optional(),
  ...shared,
});
