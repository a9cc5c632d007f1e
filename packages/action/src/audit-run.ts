import { catalogueData } from "@ecocompute/data";
import {
  auditPullRequest,
  indexCatalogue,
  isSelected,
  judge,
  type OwnCatalogue,
  type Policy,
  type ProjectConfig,
  whyNotAuditable,
} from "@ecocompute/engine";
import { type ChangedFiles, readChangedFiles } from "./changed-files.ts";
import { ConfigUnusable, type DecidingConfig, readDecidingConfig } from "./config.ts";
import type { Degraded } from "./degraded.ts";
import { deliver } from "./deliver.ts";
import type { ChangeEvent } from "./event.ts";
import type { ExitCode } from "./exit-code.ts";
import { couldNotRead } from "./failure.ts";
import type { Octokit } from "./github.ts";
import type { Environment, Inputs } from "./inputs.ts";
import { log } from "./log.ts";
import { withOwnMeasurements } from "./measurements.ts";
import { withSource } from "./open-source.ts";
import { failed } from "./publish.ts";
import { loadPythonParser } from "./python-parser.ts";
import { NoSharedHistory } from "./source.ts";

const catalogue = () => indexCatalogue(catalogueData);

/** Audits what a change does: everything is read, one pure call judges, everything is written. */
export async function auditChange(
  env: Environment,
  inputs: Inputs,
  event: ChangeEvent,
  connected: () => Promise<Octokit>,
): Promise<ExitCode> {
  const known = catalogue();
  const whyNotWanted = (path: string) =>
    whyNotAuditable(path) ?? (isSelected(path, inputs.paths) ? null : "left out by the input paths");
  let read: {
    readonly changed: ChangedFiles;
    readonly deciding: DecidingConfig;
    readonly own: OwnCatalogue;
    readonly degraded: readonly Degraded[];
  };
  try {
    read = await withSource(env, event, connected, async (source) => {
      const changed = await readChangedFiles(source, whyNotWanted);
      const deciding = await readDecidingConfig(source, event.head_sha, changed.listed, inputs.config, known);
      const { measurements } = deciding.config;
      const own = await withOwnMeasurements(source, source.base ?? event.head_sha, measurements, known);
      return { changed, deciding, own };
    });
  } catch (cause) {
    if (cause instanceof ConfigUnusable) return failed(env, 2, cause.problems);
    if (cause instanceof NoSharedHistory) return failed(env, 3, [cause.message]);
    return failed(env, 3, [couldNotRead("The changes", cause)]);
  }
  const { changed, deciding, own, degraded } = read;
  for (const { message } of own.warnings) log.info(message);
  const { options, suppressions } = deciding.config;
  const report = auditPullRequest(
    changed,
    { ...options, suppressions, config_path: inputs.config },
    { catalogue: own.catalogue, python: await loadPythonParser(), today: today() },
  );
  const judgement = judge(report, policyOf(inputs, deciding.config));
  for (const { path, line, message } of deciding.broken) {
    log.error(message, { title: "configuration", file: path, startLine: line });
  }
  return deliver(env, inputs, event, connected, { report, judgement, changed, deciding, degraded });
}

/** An input that is given wins over the configuration. */
export const policyOf = (inputs: Inputs, { budgets }: ProjectConfig): Policy => ({
  fail_on: inputs.failOn,
  max_increase_percent: inputs.maxIncreasePercent ?? budgets.max_increase_percent,
  max_monthly_kwh: inputs.maxMonthlyKwh ?? budgets.max_monthly_kwh,
  max_monthly_usd: inputs.maxMonthlyUsd ?? budgets.max_monthly_usd,
});

export const today = (): string => new Date().toISOString().slice(0, "YYYY-MM-DD".length);
