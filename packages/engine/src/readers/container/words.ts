import type { Position } from "../../domain/deployment.ts";
import type { PlacedWord } from "../engine-command.ts";
import { type ShellWord, shellCommands, type Variables } from "../shell-words.ts";
import { placeOf, scalarText, sourceOf, type YamlNode } from "../yaml-tree.ts";
import { blockPlaces } from "./block-places.ts";
import { type Expand, UNRENDERED } from "./container.ts";

/** A word with the scalar that it stands in. */
export interface ArgumentWord extends PlacedWord {
  readonly node: YamlNode;
}

/** The words of a list of arguments; one text is split as a shell would. */
export function argumentWords(
  node: YamlNode | undefined,
  expand: Expand,
  variables: Variables,
): readonly ArgumentWord[] {
  if (node?.kind === "scalar") {
    const text = scalarText(node);
    return text === undefined ? [] : scriptWords(node, text, variables).flat();
  }
  return (node?.items ?? []).flatMap((item) => {
    // Compose and Helm take a list within the list for its items.
    if (item.kind === "list") return argumentWords(item, expand, variables);
    const written = scalarText(item);
    if (written === undefined) return [];
    const { text, from } = expand(written);
    // A value that stands in another file than its flag is where it can be changed.
    const at = placeOf(from && from.origin.path !== item.origin.path ? from : item);
    return [{ text, raw: written.replaceAll(UNRENDERED, "{{…}}"), at, node: item }];
  });
}

/** Commands of a script in one scalar, each word at its own line: found again in the scalar's source. `handed` are its arguments. */
export function scriptWords(
  node: YamlNode,
  script: string,
  variables: Variables,
  handed: readonly ArgumentWord[] = [],
): readonly (readonly ArgumentWord[])[] {
  const source = sourceOf(node);
  const exact = source.startsWith("|") && script === scalarText(node) ? blockPlaces(source, script) : null;
  let cursor = 0;
  let lost = false;
  const place = ({ raw, start }: ShellWord): Position => {
    const own = exact?.(start) ?? -1;
    const found = own >= 0 && source.startsWith(raw, own) ? own : lost ? -1 : foundAgain(source, raw, cursor);
    if (found < 0) {
      // An escape changed the text: from here on the scalar's own place must do.
      lost = true;
      return placeOf(node);
    }
    cursor = found + raw.length;
    return node.origin.positionAt(node.start + found, node.start + found + raw.length);
  };
  return shellCommands(script, variables).map((command) => {
    let last: { readonly raw: string; readonly at: Position } | null = null;
    return command.flatMap((word) => {
      if (/^"?\$[@*]"?$/.test(word.raw)) return handed;
      // One written word may stand for several: they share its place.
      const at: Position = last !== null && last.raw === word.raw && word.raw.includes("$") ? last.at : place(word);
      last = { raw: word.raw, at };
      return [{ ...word, at, node }];
    });
  });
}

function foundAgain(source: string, raw: string, from: number): number {
  const exact = source.indexOf(raw, from);
  // Compose writes `$$` for what the shell sees as `$`.
  return exact >= 0 || !raw.includes("$") ? exact : source.indexOf(raw.replaceAll("$", "$$$$"), from);
}
