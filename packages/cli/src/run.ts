import { catalogueData } from "@ecocompute/data";
import { didYouMean, indexCatalogue } from "@ecocompute/engine";
import packageFile from "../package.json" with { type: "json" };
import { ask } from "./ask.ts";
import { audit } from "./audit.ts";
import { COMMANDS } from "./commands.ts";
import { type ExitCode, Refused } from "./exit-code.ts";
import { readFlags, shown, switchOf } from "./flags.ts";
import { commandHelp, overview } from "./help.ts";
import { list } from "./list.ts";
import { flaggedFiles, withOwnRows } from "./measurements.ts";
import { type Terminal, widthOf } from "./terminal.ts";

/** One call of the command, from its arguments to its exit code. */
export async function run(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const [first, ...rest] = args;
  if (first === undefined) return usage(terminal, "expected a command");
  if (first === "--help" || first === "-h" || (first === "help" && rest.length === 0)) {
    terminal.write(overview());
    return 0;
  }
  if (first === "--version" || first === "-V" || first === "version") {
    terminal.write(`ecocompute ${packageFile.version}, dataset ${catalogueData.dataset_version}\n`);
    return 0;
  }
  const name = first === "help" ? (rest[0] ?? "") : first;
  const command = COMMANDS.find((each) => each.name === name);
  if (!command) {
    const guess = didYouMean(
      name,
      COMMANDS.map((each) => each.name),
    );
    return usage(
      terminal,
      `no command is called ${shown(name)}${guess === undefined ? "" : `; did you mean ${guess}?`}`,
    );
  }
  const flags = readFlags(first === "help" ? ["--help"] : rest, command.flags);
  if (!flags.ok) return usage(terminal, ...flags.errors);
  if (switchOf(flags.values, "help")) {
    terminal.write(commandHelp(command, widthOf(terminal)));
    return 0;
  }
  try {
    const catalogue = indexCatalogue(catalogueData);
    if (command.name === "audit") return await audit(command, flags.values, flags.positionals, terminal, catalogue);
    if (command.name === "list") return list(flags.values, flags.positionals, terminal, catalogue);
    const own = withOwnRows(await flaggedFiles(flags.values, terminal.cwd), catalogue, terminal);
    return ask(command, flags.values, flags.positionals, terminal, own);
  } catch (cause) {
    if (!(cause instanceof Refused)) throw cause;
    for (const line of cause.message.split("\n")) terminal.writeError(`ecocompute: ${line}\n`);
    return cause.exitCode;
  }
}

function usage(terminal: Terminal, ...errors: readonly string[]): ExitCode {
  for (const error of errors) terminal.writeError(`ecocompute: ${error}\n`);
  terminal.writeError("Try ecocompute --help, or ecocompute <command> --help.\n");
  return 2;
}
