// The generated parts of docs/cli.md: the commands, as their help tells them.
import { markdownTable } from "../data/generated-block.ts";
import { COMMANDS } from "../packages/cli/src/commands.ts";
import { flagMeaning, flagUsage } from "../packages/cli/src/help.ts";

export const commandsBlock = (): string =>
  [
    markdownTable(
      ["command", "what it tells"],
      COMMANDS.map(({ name, operands, summary }) => [`\`ecocompute ${name} ${operands}\``, summary]),
    ),
    `\`\`\`sh\n${COMMANDS.flatMap(({ examples }) => examples.map(({ what, line }) => `${line}  # ${what}`)).join("\n")}\n\`\`\``,
  ].join("\n\n");

/** What every command takes once, then what each takes besides. */
export function flagsBlock(): string {
  const [audit, list] = ["audit", "list"].map((id) => COMMANDS.filter(({ name }) => name === id));
  const asked = COMMANDS.filter((command) => !audit?.includes(command) && !list?.includes(command));
  const isShared = (name: string) => asked.every(({ flags }) => flags.some((flag) => flag.name === name));
  const table = (flags: (typeof COMMANDS)[number]["flags"]) =>
    markdownTable(
      ["flag", "what it does"],
      flags.map((flag) => [`\`${flagUsage(flag)}\``, flagMeaning(flag)]),
    );
  const [first] = asked;
  const sections = [
    ...(audit ?? []).map(({ flags }) => `### audit\n\n${table(flags)}`),
    `### ${asked.map(({ name }) => name).join(", ")}\n\n${table((first?.flags ?? []).filter(({ name }) => isShared(name)))}`,
    ...asked.flatMap(({ name, flags }) => {
      const own = flags.filter((flag) => !isShared(flag.name));
      return own.length === 0 ? [] : [`### ${name}, besides\n\n${table(own)}`];
    }),
    ...(list ?? []).map(({ flags }) => `### list\n\n${table(flags)}`),
  ];
  return sections.join("\n\n");
}
