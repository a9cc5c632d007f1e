import { didYouMean } from "@ecocompute/engine";

export const MODES = ["auto", "audit", "report"] as const;
export const FAIL_ON = ["critical", "warning", "never"] as const;
export const COMMENT_MODES = ["on-change", "always", "never"] as const;

/** name → default; `action.yml` says the same, which a test checks. There the token's default is `github.token`. */
export const INPUT_DEFAULTS = {
  "github-token": "",
  mode: "auto",
  config: ".ecocompute.yml",
  paths: "**",
  "fail-on": "critical",
  "max-increase-percent": "",
  "max-monthly-kwh": "",
  "max-monthly-usd": "",
  comment: "on-change",
  "comment-key": "default",
  annotations: "true",
  suggestions: "true",
  "sarif-file": "",
  "facts-file": "",
  "report-issue": "EcoCompute: energy and cost of LLM serving",
} as const;
type InputName = keyof typeof INPUT_DEFAULTS;

export interface Inputs {
  readonly token: string;
  readonly mode: (typeof MODES)[number];
  /** Path in the repository. */
  readonly config: string;
  readonly paths: readonly string[];
  readonly failOn: (typeof FAIL_ON)[number];
  readonly maxIncreasePercent: number | null;
  readonly maxMonthlyKwh: number | null;
  readonly maxMonthlyUsd: number | null;
  readonly comment: (typeof COMMENT_MODES)[number];
  readonly commentKey: string;
  readonly annotations: boolean;
  readonly suggestions: boolean;
  /** Where SARIF is written too, from the workspace; null: only where the output says. */
  readonly sarifFile: string | null;
  /** JSON report of the run of a fork, for the second stage; null: none. */
  readonly factsFile: string | null;
  /** Title of the issue that holds the report. */
  readonly reportIssue: string;
}

export type Environment = Readonly<Record<string, string | undefined>>;
export type InputsRead =
  | { readonly ok: true; readonly inputs: Inputs; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly errors: readonly string[] };

/** Letters, digits, `_` and `-`: nothing that could end or prefix another marker. */
const COMMENT_KEY = /^[A-Za-z0-9_-]{1,40}$/;

/** GitHub refuses a longer title. */
const MAX_TITLE = 256;

const variable = (name: string): string => `INPUT_${name.toUpperCase()}`;
const shown = (text: string): string => JSON.stringify(text.length > 64 ? `${text.slice(0, 64)}…` : text);

function oneOf<T extends string>(name: string, text: string, allowed: readonly T[], errors: string[]): T | undefined {
  const value = allowed.find((each) => each === text);
  if (value === undefined) {
    const guess = didYouMean(text, allowed);
    const hint = guess === undefined ? "" : ` Did you mean "${guess}"?`;
    errors.push(`input ${name}: expected one of ${allowed.join(", ")}; received ${shown(text)}.${hint}`);
  }
  return value;
}

function amount(name: string, text: string, errors: string[]): number | null {
  if (text === "") return null;
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isFinite(value)) return value;
  errors.push(`input ${name}: expected a number of 0 or more, such as 25 or 12.5; received ${shown(text)}.`);
  return null;
}

/** Reads `INPUT_*` as the runner sets it; an empty value is the default. All errors are told at once. */
export function parseInputs(env: Environment): InputsRead {
  const errors: string[] = [];
  const read = (name: InputName): string => env[variable(name)]?.trim() || INPUT_DEFAULTS[name];

  const token = env[variable("github-token")]?.trim() || env.GITHUB_TOKEN?.trim() || "";
  if (token === "")
    errors.push("input github-token: expected a token; received nothing. Leave it out to use github.token.");
  const mode = oneOf("mode", read("mode"), MODES, errors);
  const failOn = oneOf("fail-on", read("fail-on"), FAIL_ON, errors);
  const comment = oneOf("comment", read("comment"), COMMENT_MODES, errors);
  const annotations = oneOf("annotations", read("annotations"), ["true", "false"], errors);
  const suggestions = oneOf("suggestions", read("suggestions"), ["true", "false"], errors);
  const config = read("config").replace(/^\.\//, "");
  if (config.startsWith("/") || config.split("/").includes("..")) {
    errors.push(`input config: expected a path inside the repository; received ${shown(config)}.`);
  }
  const maxIncreasePercent = amount("max-increase-percent", read("max-increase-percent"), errors);
  const maxMonthlyKwh = amount("max-monthly-kwh", read("max-monthly-kwh"), errors);
  const maxMonthlyUsd = amount("max-monthly-usd", read("max-monthly-usd"), errors);
  const commentKey = read("comment-key");
  if (!COMMENT_KEY.test(commentKey)) {
    errors.push(`input comment-key: expected 1-40 letters, digits, _ or -; received ${shown(commentKey)}.`);
  }
  if (!mode || !failOn || !comment || !annotations || !suggestions || errors.length > 0) return { ok: false, errors };
  const inputs: Inputs = {
    token,
    mode,
    config,
    paths: read("paths")
      .split(/[\n,]/)
      .map((pattern) => pattern.trim())
      .filter((pattern) => pattern !== ""),
    failOn,
    maxIncreasePercent,
    maxMonthlyKwh,
    maxMonthlyUsd,
    comment,
    commentKey,
    annotations: annotations === "true",
    suggestions: suggestions === "true",
    sarifFile: read("sarif-file") || null,
    factsFile: read("facts-file") || null,
    reportIssue: read("report-issue").slice(0, MAX_TITLE),
  };
  return { ok: true, inputs, warnings: unknownInputs(env) };
}

/** A misspelt input would otherwise do nothing, unseen. */
function unknownInputs(env: Environment): string[] {
  const names = Object.keys(INPUT_DEFAULTS);
  const known = new Set(names.map(variable));
  return Object.keys(env)
    .filter((key) => key.startsWith("INPUT_") && !known.has(key))
    .map((key) => {
      const name = key.slice("INPUT_".length).toLowerCase();
      const guess = didYouMean(name, names);
      const hint = guess === undefined ? `The inputs are ${names.join(", ")}.` : `Did you mean "${guess}"?`;
      return `input ${shown(name)} is not known and has no effect. ${hint}`;
    });
}
