/** One thing that is wrong with the input: what, where, what was expected. */
export interface InputError {
  readonly parameter: string;
  readonly message: string;
  /** Cut to 64 characters. */
  readonly received: string;
  readonly allowed?: readonly string[];
  readonly did_you_mean?: string;
}

export const PROBLEM_TYPES = ["malformed", "invalid-input", "unknown", "does-not-fit"] as const;

/** What a protocol answers when it cannot answer; a host renders it (RFC 9457 over HTTP). */
export interface Problem {
  readonly type: (typeof PROBLEM_TYPES)[number];
  readonly status: 400 | 422;
  readonly title: string;
  readonly detail: string;
  readonly errors: readonly InputError[];
  /** For `unknown`. */
  readonly missing?: string;
  readonly nearest_evidence?: readonly string[];
  readonly how_to_measure?: string;
  /** For `does-not-fit`: what would fit. */
  readonly alternatives?: readonly { readonly change: string; readonly [field: string]: unknown }[];
}

export type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: Problem };

export interface Warning {
  readonly code: string;
  readonly message: string;
}
