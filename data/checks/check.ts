import type { Located, LooseData, Problem } from "../loose.ts";

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

/** `actual` lies within `tolerance` (0.02 = 2 %) of `expected`. */
export const isNear = (actual: number, expected: number, tolerance: number): boolean =>
  Math.abs(actual - expected) <= tolerance * Math.abs(expected);

export const byId = <T extends { readonly id: string }>(records: readonly Located<T>[]): ReadonlyMap<string, T> =>
  new Map(records.map(({ value }) => [value.id, value]));
