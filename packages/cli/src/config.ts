import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { type AuditOptions, type Catalogue, type ProjectConfig, readProjectConfig } from "@ecocompute/engine";
import { CONFIG_FILE } from "./commands.ts";
import { Refused } from "./exit-code.ts";
import type { FlagValues } from "./flags.ts";
import { readCommit } from "./git-range.ts";
import { configuredFile, flaggedFiles, type MeasurementFile } from "./measurements.ts";
import type { Root } from "./root.ts";

const MAX_BYTES = 262_144;

/** Where the configuration stands: a file that was asked for, the default one on disk, or the default one at a commit. */
export interface ConfigPlace {
  readonly asked: string | undefined;
  readonly cwd: string;
  readonly root: Root;
  /** What decides a comparison is what was agreed before it. */
  readonly at_commit: string | null;
}

/** null: there is none, and none was asked for. */
export async function readConfig(place: ConfigPlace, catalogue: Catalogue): Promise<ProjectConfig | null> {
  const name = place.asked ?? CONFIG_FILE;
  const text = await readText(place);
  if (text === null) return null;
  const read = readProjectConfig(text, name, catalogue);
  if (read.ok) return read.config;
  throw new Refused(2, read.problems.map(({ line, message }) => `${name}:${line}: ${message}`).join("\n"));
}

async function readText({ asked, cwd, root, at_commit }: ConfigPlace): Promise<string | null> {
  if (asked === undefined && at_commit !== null) {
    const { files } = await readCommit(root, at_commit, [CONFIG_FILE], MAX_BYTES);
    return files[0]?.content ?? null;
  }
  try {
    return await readFile(asked === undefined ? join(root.top, CONFIG_FILE) : resolve(cwd, asked), "utf8");
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === "ENOENT" && asked === undefined) return null;
    throw new Refused(2, `--config: cannot read ${JSON.stringify(asked ?? CONFIG_FILE)} (${code ?? cause})`);
  }
}

/** A flag wins over the file; a traffic that is given replaces whatever the file says of traffic. */
export function mergeOptions(config: ProjectConfig | null, flags: AuditOptions): AuditOptions {
  const { requests_per_month, requests_per_day, utilization, ...rest } = config?.options ?? {};
  const asks = flags.requests_per_month !== undefined || flags.requests_per_day !== undefined;
  return { ...(asks ? rest : config?.options), ...flags };
}

/** The files that the flag names, else those that the configuration names, read where it was read. */
export async function measurementsOf(
  config: ProjectConfig | null,
  { asked, cwd, root, at_commit }: ConfigPlace,
  values: FlagValues,
): Promise<readonly MeasurementFile[]> {
  if (values.has("measurements")) return flaggedFiles(values, cwd);
  const paths = config?.measurements ?? [];
  if (asked !== undefined || at_commit === null) {
    return Promise.all(paths.map((path) => configuredFile(path, root.top)));
  }
  const { files, skipped } = await readCommit(root, at_commit, paths, MAX_BYTES);
  const absent = paths.filter((path) => !files.some((file) => file.path === path));
  if (absent.length === 0) return files;
  const why = (path: string) => skipped.find((each) => each.path === path)?.why ?? "it is not in the repository";
  throw new Refused(
    2,
    absent.map((path) => `measurements: ${path} at ${at_commit.slice(0, 7)}: ${why(path)}`).join("\n"),
  );
}
