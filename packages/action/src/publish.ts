import { appendFile, mkdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as core from "@actions/core";
import { escapeMarkdown, type Finding } from "@ecocompute/engine";
import { annotationsOf } from "./annotations.ts";
import { type Degraded, degraded } from "./degraded.ts";
import { VERDICT_OF } from "./exit-code.ts";
import { messageOf } from "./github.ts";
import type { Environment } from "./inputs.ts";
import { log } from "./log.ts";
import type { Outputs } from "./outputs.ts";

/** The job summary; its failure is told and never decides the result. */
export async function writeSummary(env: Environment, markdown: string): Promise<readonly Degraded[]> {
  const path = env.GITHUB_STEP_SUMMARY;
  if (!path) return [];
  try {
    await appendFile(path, `${markdown}\n`);
    return [];
  } catch (cause) {
    const message = `The job summary could not be written: ${messageOf(cause)}`;
    log.warning(message);
    return [degraded("summary-not-written", message)];
  }
}

/**
 * Reports as files outside of the workspace, because outputs are small: output → kind of file and its text. A failure is
 * told; the summary has it all.
 */
export async function writeFiles(
  env: Environment,
  key: string,
  files: Readonly<Partial<Record<keyof Outputs, readonly [extension: string, text: string]>>>,
): Promise<Outputs> {
  const folder = join(env.RUNNER_TEMP || tmpdir(), "ecocompute");
  const paths = Object.entries(files).map(
    ([output, [extension]]) => [output, join(folder, `report-${key}.${extension}`)] as const,
  );
  try {
    await mkdir(folder, { recursive: true });
    for (const [extension, text] of Object.values(files)) {
      await writeFile(join(folder, `report-${key}.${extension}`), text.endsWith("\n") ? text : `${text}\n`);
    }
    return Object.fromEntries(paths);
  } catch (cause) {
    log.warning(`The report files could not be written: ${messageOf(cause)}`);
    return Object.fromEntries(paths.map(([output]) => [output, ""]));
  }
}

export function writeOutputs(outputs: Outputs): void {
  for (const [name, value] of Object.entries(outputs)) core.setOutput(name, value);
}

const COMMAND = { error: log.error, warning: log.warning, notice: log.notice } as const;

export function writeAnnotations(findings: readonly Finding[]): readonly Degraded[] {
  const { annotations, left_out } = annotationsOf(findings);
  for (const { level, message, title, file, line, end_line } of annotations) {
    COMMAND[level](message, { title, file, startLine: line, endLine: end_line });
  }
  if (left_out === 0) return [];
  const message = `${left_out} more findings are in the job summary: a step shows 10 of each level.`;
  log.notice(message);
  return [degraded("annotations-left-out", message)];
}

/** Nothing was analysed: what is wrong and what to do, in the log and in the summary. */
export async function failed<C extends 2 | 3>(env: Environment, exitCode: C, messages: readonly string[]): Promise<C> {
  for (const message of messages) log.error(message);
  const lines = messages.map((message) => `- ${escapeMarkdown(message, 1_000)}`).join("\n");
  await writeSummary(env, `**EcoCompute did not analyse this run.**\n\n${lines}`);
  writeOutputs({ verdict: VERDICT_OF[exitCode] });
  return exitCode;
}
