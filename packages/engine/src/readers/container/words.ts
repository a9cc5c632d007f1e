import type { Position } from "../../domain/deployment.ts";
import type { PlacedWord } from "../engine-command.ts";
import { shellCommands, type Variables } from "../shell-words.ts";
import { placeOf, scalarText, sourceOf, type YamlNode } from "../yaml-tree.ts";
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

/** Commands of a script in one scalar, each word at its own line: found again in the scalar's source. */
export function scriptWords(
  node: YamlNode,
  script: string,
  variables: Variables,
): readonly (readonly ArgumentWord[])[] {
  const source = sourceOf(node);
  let cursor = 0;
  let lost = false;
  const place = (raw: string): Position => {
    const exact = lost ? -1 : source.indexOf(raw, cursor);
    // Compose writes `$$` for what the shell sees as `$`.
    const found =
      exact >= 0 || lost || !raw.includes("$") ? exact : source.indexOf(raw.replaceAll("$", "$$$$"), cursor);
    if (found < 0) {
      // An escape changed the text: from here on the scalar's own place must do.
      lost = true;
      return placeOf(node);
    }
    cursor = found + raw.length;
    return node.origin.positionAt(node.start + found, node.start + found + raw.length);
  };
  return shellCommands(script, variables).map((command) => {
    // Arguments of the script itself: Kubernetes and Compose hand none over, unless the file lists them.
    const own = command.filter(({ raw }) => !/^"?\$[@*]"?$/.test(raw));
    let last: { readonly raw: string; readonly at: Position } | null = null;
    return own.map((word) => {
      // One written word may stand for several: they share its place.
      const at: Position = last !== null && last.raw === word.raw && word.raw.includes("$") ? last.at : place(word.raw);
      last = { raw: word.raw, at };
      return { ...word, at, node };
    });
  });
}
