import type { Located } from "../loose.ts";
import { at, type Check, type Found } from "./check.ts";

/** A file system that ignores case merges `stabilityai/` and `StabilityAI/`: the case of the path may differ. */
const isNamed = (file: string, path: string): boolean => file.toLowerCase() === path.toLowerCase();

function misnamed(folder: string, records: readonly Located<{ readonly id: string }>[]): Found[] {
  return records
    .filter(({ value, file }) => !isNamed(file, `${folder}/${value.id}.yaml`))
    .map((record) =>
      at(record, record.value.id, `id "${record.value.id}" belongs in ${folder}/${record.value.id}.yaml`),
    );
}

function misplaced(
  folder: string,
  records: readonly Located<{ readonly id: string; readonly source: string }>[],
): Found[] {
  return records
    .filter(({ value, file }) => !isNamed(file, `${folder}/${value.source}.csv`))
    .map((record) =>
      at(
        record,
        record.value.id,
        `a row of source "${record.value.source}" belongs in ${folder}/${record.value.source}.csv`,
      ),
    );
}

export const fileNameIsId: Check = {
  id: "file-name-is-id",
  title: "A file is named after the id inside it, a row stands in the file of its source.",
  find: (data) => [
    ...misnamed("gpus", data.gpus),
    ...misnamed("models", data.models),
    ...misnamed("precisions", data.precisions),
    ...misnamed("sources", data.sources),
    ...misplaced("measurements", data.measurements),
    ...misplaced("disputed", data.disputed),
  ],
};
