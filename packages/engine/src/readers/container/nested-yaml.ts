import { placeOf, readYaml, scalarText, sourceOf, type YamlFile, type YamlNode } from "../yaml-tree.ts";
import { blockPlaces } from "./block-places.ts";

/** The YAML that stands in a scalar (`serveConfigV2`, a ConfigMap's file), its places those of the outer text. */
export function nestedYaml(node: YamlNode): YamlFile | null {
  const text = scalarText(node);
  if (text === undefined) return null;
  const source = sourceOf(node);
  // A file of its own, mounted as it is.
  if (node.start === 0 && text === node.origin.text) return readYaml(node.origin.path, text);
  const whole = placeOf(node);
  if (!/^[|>]/.test(source)) return readYaml(whole.path, text, () => whole);
  const inner = blockPlaces(source, text);
  const outer = (offset: number): number => node.start + inner(offset);
  return readYaml(whole.path, text, (from, to) =>
    node.origin.positionAt(outer(from), outer(Math.max(from, to - 1)) + 1),
  );
}
