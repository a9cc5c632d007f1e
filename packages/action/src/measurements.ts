import { readOwnCsvFiles } from "@ecocompute/data";
import { type Catalogue, type OwnCatalogue, takeOwnMeasurements } from "@ecocompute/engine";
import { ConfigUnusable } from "./config.ts";
import type { Source } from "./source.ts";

/**
 * The catalogue with the rows that the deciding configuration names, as they stand at the commit of that configuration:
 * they move the figures that a gate judges, so a change cannot bring its own.
 */
export async function withOwnMeasurements(
  source: Pick<Source, "readAt">,
  sha: string,
  paths: readonly string[],
  catalogue: Catalogue,
): Promise<OwnCatalogue> {
  const texts = await Promise.all(paths.map(async (path) => ({ path, text: await source.readAt(path, sha) })));
  const absent = texts.flatMap(({ path, text }) => {
    if (text === null) return [`measurements: ${path} is not in the repository at ${sha.slice(0, 7)}`];
    return text.kind === "skipped" ? [`measurements: ${path} cannot be read: ${text.why}`] : [];
  });
  const files = texts.flatMap(({ path, text }) => (text?.kind === "text" ? [{ path, content: text.content }] : []));
  const { rows, places, problems } = readOwnCsvFiles(files);
  if (absent.length + problems.length > 0) throw new ConfigUnusable([...absent, ...problems]);
  const own = takeOwnMeasurements(rows, catalogue, (index) => places[index] ?? "measurements");
  if (own.ok) return own.value;
  throw new ConfigUnusable(own.problem.errors.map(({ parameter, message }) => `${parameter}: ${message}`));
}
