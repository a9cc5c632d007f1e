import { placeOf, readYaml, scalarText, sourceOf, type YamlFile, type YamlNode } from "../yaml-tree.ts";

/** The YAML that stands in a scalar (`serveConfigV2`, a ConfigMap's file), its places those of the outer text. */
export function nestedYaml(node: YamlNode): YamlFile | null {
  const text = scalarText(node);
  if (text === undefined) return null;
  const source = sourceOf(node);
  // A file of its own, mounted as it is.
  if (node.start === 0 && text === node.origin.text) return readYaml(node.origin.path, text);
  const whole = placeOf(node);
  if (!/^[|>]/.test(source)) return readYaml(whole.path, text, () => whole);
  // Line n of the text is line n of the block, less its indentation.
  const lines = source.split("\n");
  const starts: number[] = [];
  let start = node.start;
  for (const line of lines) {
    starts.push(start);
    start += line.length + 1;
  }
  const textStarts = [0];
  for (let i = text.indexOf("\n"); i >= 0; i = text.indexOf("\n", i + 1)) textStarts.push(i + 1);
  const indent = /^ */.exec(lines.slice(1).find((line) => line.trim() !== "") ?? "")?.[0].length ?? 0;
  const outer = (offset: number): number => {
    let [low, high] = [0, textStarts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((textStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    const line = starts[low + 1] ?? node.end;
    return Math.min(node.end, line + indent + offset - (textStarts[low] ?? 0));
  };
  return readYaml(whole.path, text, (from, to) =>
    node.origin.positionAt(outer(from), outer(Math.max(from, to - 1)) + 1),
  );
}
