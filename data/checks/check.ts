import type { Located, LooseData, Problem } from "../loose.ts";
import type { RowCheck } from "../schema.ts";

export { isNear } from "../schema.ts";

/** A check sees all data and returns every problem it finds; file name = id. */
export interface Check {
  readonly id: string;
  /** What good data meets, one sentence. */
  readonly title: string;
  readonly find: (data: LooseData) => readonly Found[];
}

/** A problem before its check's id is added. */
export type Found = Omit<Problem, "check">;

export const at = (where: Located<unknown>, subject: string, message: string): Found => ({
  file: where.file,
  line: where.line,
  subject,
  message,
});

export const byId = <T extends { readonly id: string }>(records: readonly Located<T>[]): ReadonlyMap<string, T> =>
  new Map(records.map(({ value }) => [value.id, value]));

/** A check of rows one by one: the engine has it, because rows that a user brings meet it too. */
export const ofEachRow =
  (check: RowCheck): Check["find"] =>
  (data) => {
    const [gpus, models, precisions] = [byId(data.gpus), byId(data.models), byId(data.precisions)];
    return data.measurements.flatMap((row) => {
      const { id, gpu, model_id: model, precision } = row.value;
      const references = { gpu: gpus.get(gpu), model: models.get(model), precision: precisions.get(precision) };
      return check(row.value, references).map(({ message }) => at(row, id, message));
    });
  };
