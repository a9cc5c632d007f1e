import {
  type Catalogue,
  fieldTypes,
  PROTOCOLS,
  type Protocol,
  renderMarkdown,
  renderText,
  toInput,
} from "@ecocompute/engine";
import type { Command } from "./commands.ts";
import { type ExitCode, Refused } from "./exit-code.ts";
import { type FlagValues, textOf } from "./flags.ts";
import { problemText } from "./problem-text.ts";
import { show } from "./show.ts";
import { type Terminal, widthOf } from "./terminal.ts";

/** `ecocompute estimate` and its like: flags in, the protocol, its report out. */
export function ask(
  command: Command,
  values: FlagValues,
  positionals: readonly string[],
  terminal: Terminal,
  catalogue: Catalogue,
): ExitCode {
  const protocol = PROTOCOLS.find(({ id }) => id === command.name);
  if (!protocol) throw new Error(`no protocol is called ${command.name}`);
  const outcome = protocol.run(inputOf(command, protocol, values, positionals), { catalogue, python: null });
  if (!outcome.ok) {
    if (textOf(values, "format") === "json") terminal.write(`${JSON.stringify(outcome.problem, null, 2)}\n`);
    const { type } = outcome.problem;
    throw new Refused(type === "unknown" || type === "does-not-fit" ? 3 : 2, problemText(outcome.problem));
  }
  const report = outcome.value;
  show(terminal, values, {
    json: () => report,
    markdown: () => renderMarkdown(report),
    text: () => renderText(report, widthOf(terminal)),
  });
  return 0;
}

function inputOf(
  { flags }: Command,
  { schema }: Protocol,
  values: FlagValues,
  positionals: readonly string[],
): unknown {
  const [model, ...others] = positionals;
  if (others.length > 0)
    throw new Refused(2, `expected one model; received ${positionals.length}: ${positionals.join(" ")}`);
  const given = new Map<string, string>();
  if (model !== undefined) {
    if (values.has("model-id")) throw new Refused(2, "the model is given twice: as an operand and as --model-id");
    given.set("model_id", model);
  }
  for (const { name, parameter } of flags) {
    const value = textOf(values, name);
    if (parameter !== undefined && value !== undefined) given.set(parameter, value);
  }
  return toInput(given, fieldTypes(schema));
}
