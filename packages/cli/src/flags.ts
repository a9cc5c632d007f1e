import { parseArgs } from "node:util";
import { didYouMean } from "@ecocompute/engine";

/** One flag of a command: read, told in the help and in docs/cli.md from the same record. */
export interface Flag {
  /** Without the dashes. */
  readonly name: string;
  readonly short?: string;
  readonly kind: "text" | "number" | "switch" | "list";
  /** What the value of a list is called in the help; default "glob". */
  readonly value?: string;
  readonly description: string;
  readonly allowed?: readonly string[];
  readonly default?: string;
  /** The parameter of the protocol that it sets. */
  readonly parameter?: string;
}

export type FlagsRead =
  | { readonly ok: true; readonly values: FlagValues; readonly positionals: readonly string[] }
  | { readonly ok: false; readonly errors: readonly string[] };

/** Each given value by the flag's name; of a switch "true" or "false". */
export type FlagValues = ReadonlyMap<string, readonly string[]>;

const SHOWN = 64;
export const shown = (text: string): string => JSON.stringify(text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text);

/** `--model_id` is `--model-id`, for those who know the parameters by their name in the API. */
function dashed(args: readonly string[]): string[] {
  const end = args.indexOf("--");
  return args.map((arg, index) => {
    if (!arg.startsWith("--") || (end >= 0 && index >= end)) return arg;
    const [name = "", ...value] = arg.split("=");
    return [name.replaceAll("_", "-"), ...value].join("=");
  });
}

/** Reads the arguments of one command; all that is wrong is told at once. */
export function readFlags(args: readonly string[], flags: readonly Flag[]): FlagsRead {
  const byName = new Map(flags.map((flag) => [flag.name, flag]));
  const { tokens, positionals } = parseArgs({
    args: dashed(args),
    options: Object.fromEntries(
      flags.map(({ name, kind, short }) => [
        name,
        { type: kind === "switch" ? "boolean" : "string", ...(short === undefined ? {} : { short }), multiple: true },
      ]),
    ),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const values = new Map<string, string[]>();
  const errors: string[] = [];
  for (const token of tokens) {
    if (token.kind !== "option") continue;
    const negated = token.name.startsWith("no-") ? byName.get(token.name.slice(3)) : undefined;
    const flag = byName.get(token.name) ?? (negated?.kind === "switch" ? negated : undefined);
    if (!flag) errors.push(unknown(token.rawName, flags));
    else if (flag.kind === "switch") {
      if (token.value !== undefined) errors.push(`${token.rawName} takes no value; received ${shown(token.value)}`);
      else values.set(flag.name, [String(flag !== negated)]);
    } else {
      const problem = valueProblem(flag, token.value, token.inlineValue === true, values);
      if (problem === null && token.value !== undefined) {
        values.set(flag.name, [...(values.get(flag.name) ?? []), token.value]);
      } else errors.push(problem ?? "");
    }
  }
  return errors.length > 0 ? { ok: false, errors } : { ok: true, values, positionals };
}

function valueProblem(flag: Flag, value: string | undefined, inline: boolean, values: FlagValues): string | null {
  const name = `--${flag.name}`;
  if (value === undefined) return `${name}: expected a value; received nothing`;
  if (!inline && value.startsWith("--")) return `${name}: expected a value; received the flag ${shown(value)}`;
  if (flag.kind !== "list" && values.has(flag.name)) return `${name} is given more than once: give it once`;
  if (flag.parameter === undefined && flag.allowed && !flag.allowed.includes(value)) {
    const guess = didYouMean(value, flag.allowed);
    const hint = guess === undefined ? "" : `; did you mean ${guess}?`;
    return `${name}: expected one of ${flag.allowed.join(", ")}; received ${shown(value)}${hint}`;
  }
  if (flag.parameter === undefined && flag.kind === "number" && !/^\d+(\.\d+)?$/.test(value)) {
    return `${name}: expected a number of 0 or more; received ${shown(value)}`;
  }
  return null;
}

function unknown(rawName: string, flags: readonly Flag[]): string {
  const guess = didYouMean(
    rawName.replace(/^-+/, ""),
    flags.map(({ name }) => name),
  );
  return `unknown flag ${shown(rawName)}${guess === undefined ? "" : `; did you mean --${guess}?`}`;
}

export const textOf = (values: FlagValues, name: string): string | undefined => values.get(name)?.[0];
export const switchOf = (values: FlagValues, name: string): boolean | undefined => {
  const text = textOf(values, name);
  return text === undefined ? undefined : text === "true";
};
export const numberOf = (values: FlagValues, name: string): number | null => {
  const text = textOf(values, name);
  return text === undefined ? null : Number(text);
};
