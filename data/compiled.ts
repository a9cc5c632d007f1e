/** A JSON Schema of each name, with references of the form `#/definitions/<name>`. */
export type AnswerSchemas = Readonly<Record<string, object>>;

/** What stands in each answer beside `dataset_version`. */
export interface Method {
  /** Semantic: a release that moves the median by more than 10 % is a major one. */
  readonly method_version: string;
  /** SHA-256 over the dataset's version and the engine's source, 16 hexadecimal digits: what exactly computed an answer. */
  readonly generated_from: string;
}
