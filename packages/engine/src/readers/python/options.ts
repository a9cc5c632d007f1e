import type { CommandLineOption } from "./module.ts";
import { literalText } from "./strings.ts";
import { field, type PyNode, text } from "./tree.ts";

const DEFINES_OPTION = ["add_argument", "option", "add_option"];

/** argparse's `add_argument`, optparse's `add_option`, click's `option`: destination → default. */
export function commandLineOptions(calls: readonly PyNode[]): ReadonlyMap<string, CommandLineOption> {
  const options = new Map<string, CommandLineOption>();
  for (const call of calls) {
    const callee = field(call, "function");
    if (callee?.type !== "attribute") continue;
    const attribute = field(callee, "attribute");
    if (!attribute || !DEFINES_OPTION.includes(text(attribute))) continue;
    const args = field(call, "arguments");
    if (!args) continue;
    const keywords = new Map<string, PyNode>();
    const flags: string[] = [];
    for (const arg of args.children) {
      if (arg.type === "keyword_argument") {
        const name = field(arg, "name");
        const value = field(arg, "value");
        if (name && value) keywords.set(text(name), value);
      } else {
        const flag = literalText(arg);
        if (flag !== null) flags.push(flag);
      }
    }
    const dest = keywords.get("dest");
    const long = flags.find((flag) => flag.startsWith("--")) ?? flags[0];
    const name = (dest && literalText(dest)) ?? long?.split("/")[0]?.replace(/^-+/, "").replaceAll("-", "_") ?? null;
    if (name === null) continue;
    const action = keywords.get("action");
    const act = action ? literalText(action) : null;
    const isFlag = keywords.get("is_flag");
    options.set(name, {
      at: call,
      default: keywords.get("default") ?? null,
      implied: act === "store_true" || isFlag ? false : act === "store_false" ? true : null,
    });
  }
  return options;
}
