import { COMMANDS, type Command } from "./commands.ts";
import type { Flag } from "./flags.ts";

const EXIT_CODES = "exit codes: 0 pass · 1 policy violated · 2 usage or configuration · 3 could not analyse";

export const flagUsage = ({ name, short, kind, value = "glob" }: Flag): string =>
  `${short === undefined ? "" : `-${short}, `}--${name}${kind === "switch" ? "" : ` <${kind === "number" ? "number" : kind === "list" ? value : "text"}>`}`;

/** Description, values and default as one sentence. */
export function flagMeaning({ description, allowed, default: standard }: Flag): string {
  const values = allowed ? ` (${allowed.join(", ")})` : "";
  return `${description}${values}${standard === undefined ? "" : `; default ${standard}`}`;
}

export function overview(): string {
  const widest = Math.max(...COMMANDS.map(({ name }) => name.length));
  return [
    "ecocompute: energy, cost and carbon of LLM inference, from audited measurements",
    "",
    "usage: ecocompute <command> [flags]",
    "",
    ...COMMANDS.map(({ name, summary }) => `  ${name.padEnd(widest)}  ${summary}`),
    "",
    "examples:",
    ...COMMANDS.flatMap(({ examples }) => examples.slice(0, 1).map(({ line }) => `  ${line}`)),
    "",
    "ecocompute <command> --help shows its flags; ecocompute --version the version.",
    EXIT_CODES,
    "",
  ].join("\n");
}

export function commandHelp({ name, operands, description, flags, examples }: Command, width: number): string {
  const usages = flags.map(flagUsage);
  const widest = Math.max(...usages.map((usage) => usage.length));
  const rows = flags.flatMap((flag, index) => {
    const lines = folded(flagMeaning(flag), Math.max(30, width - widest - 4));
    return lines.map((line, at) => `  ${(at === 0 ? (usages[index] ?? "") : "").padEnd(widest)}  ${line}`);
  });
  return [
    `usage: ecocompute ${name} ${operands} [flags]`,
    "",
    ...folded(description, width),
    "",
    "flags:",
    ...rows,
    "",
    "examples:",
    ...examples.flatMap(({ what, line }) => [`  # ${what}`, `  ${line}`]),
    "",
    EXIT_CODES,
    "",
  ].join("\n");
}

function folded(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
