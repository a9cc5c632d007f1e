import type { Catalogue } from "../domain/catalogue.ts";
import { QUANTIZED_NAME } from "../rules/checkpoint.ts";

/** `s3://bucket/org/name`, `oci://registry/modelcar-name:1.5`, `/models/name` */
const PLACE = /^(?:[a-z][a-z0-9+.-]{1,20}:\/\/|\.{0,2}\/)/i;
const simplify = (name: string): string => name.toLowerCase().replace(/[^a-z0-9.]/g, "");
const last = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

/**
 * The catalogue's id of a model that a file names by where it is stored, or by somebody's copy of it: the architecture is
 * that of the original, whoever quantized it. What the catalogue does not hold keeps its own name, less its place.
 */
export function modelNamed(written: string, catalogue: Catalogue): string {
  const text = written.slice(0, 300);
  if (catalogue.modelById.has(text)) return text;
  const isPlace = PLACE.test(text);
  const [name = "", tag = ""] = last(text.replace(/\/+$/, "")).split(":", 2);
  const own = isPlace ? (/^[\d.v]{0,20}$/.test(tag) || !/\d[bm](?:[-_.]|$)/i.test(tag) ? name : tag) : name;
  const bare = withoutFormat(own.replace(/^modelcar-/i, ""));
  const wanted = simplify(bare);
  const named = catalogue.models.filter(
    ({ id, params_b_total }) => params_b_total !== null && simplify(last(id)) === wanted,
  );
  const [only] = named;
  if (only && named.length === 1) return only.id;
  return isPlace ? own : text;
}

/** `Qwen3-8B-FP8-dynamic` is Qwen3-8B to whoever asks for its shape. */
function withoutFormat(name: string): string {
  const found = QUANTIZED_NAME.exec(name);
  return found && found.index > 0 ? name.slice(0, found.index) : name;
}
