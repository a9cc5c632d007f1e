/** The fields of a record that are not undefined: spread over another record, the rest must not hide what stands there. */
export type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };
export function defined<T extends object>(record: T): Defined<T> {
  const entries = Object.entries(record).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Defined<T>;
}
