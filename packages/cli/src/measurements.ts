import { readFile, realpath } from "node:fs/promises";
import { resolve } from "node:path";
import { readOwnCsvFiles } from "@ecocompute/data";
import { type Catalogue, takeOwnMeasurements } from "@ecocompute/engine";
import { Refused } from "./exit-code.ts";
import type { FlagValues } from "./flags.ts";
import type { Terminal } from "./terminal.ts";

export interface MeasurementFile {
  readonly path: string;
  readonly content: string;
}

/** The files that --measurements names, from the current folder. */
export const flaggedFiles = (values: FlagValues, cwd: string): Promise<readonly MeasurementFile[]> =>
  Promise.all((values.get("measurements") ?? []).map((path) => measurementFile(path, cwd)));

async function measurementFile(path: string, folder: string): Promise<MeasurementFile> {
  try {
    return { path, content: await readFile(resolve(folder, path), "utf8") };
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new Refused(2, `measurements: cannot read ${JSON.stringify(path)} (${code ?? cause})`);
  }
}

/** A file that the repository itself names: what it links to may be anywhere, so links are not followed. */
export async function configuredFile(path: string, top: string): Promise<MeasurementFile> {
  const inside = await realpath(resolve(top, path)).catch(() => null);
  if (inside !== null && inside !== resolve(await realpath(top), path)) {
    throw new Refused(2, `measurements: ${JSON.stringify(path)} is a link or below one, which is not followed`);
  }
  return measurementFile(path, top);
}

/** The catalogue with the user's own rows; what is wrong with them is told with file and line. */
export function withOwnRows(files: readonly MeasurementFile[], catalogue: Catalogue, terminal: Terminal): Catalogue {
  const { rows, places, problems } = readOwnCsvFiles(files);
  if (problems.length > 0) throw new Refused(2, problems.join("\n"));
  const own = takeOwnMeasurements(rows, catalogue, (index) => places[index] ?? "measurements");
  if (!own.ok) {
    throw new Refused(2, own.problem.errors.map(({ parameter, message }) => `${parameter}: ${message}`).join("\n"));
  }
  for (const { message } of own.value.warnings) terminal.writeError(`ecocompute: ${message}\n`);
  return own.value.catalogue;
}
