import { readYaml } from "../../yaml-tree.ts";
import { indented, plainText, retext, yamlText } from "../text.ts";
import { isText, map, nodeOf, numberOf, stringOf, textOf, UNKNOWN } from "../value.ts";
import { MAX_TEXT, type TemplateFunction, test } from "./support.ts";

const onText =
  (change: (text: string, ...others: readonly string[]) => string): TemplateFunction =>
  (args) => {
    const text = args.length > 0 ? textOf(args.at(-1) ?? UNKNOWN) : UNKNOWN;
    const others = args.slice(0, -1).map(stringOf);
    if (text === UNKNOWN || others.includes(null)) return UNKNOWN;
    const changed = change(plainText(text), ...others.map(String));
    return changed.length > MAX_TEXT ? UNKNOWN : retext(text, changed);
  };

const textTest = (check: (part: string, text: string) => boolean): TemplateFunction =>
  test(([a = UNKNOWN, b = UNKNOWN]) => {
    const [part, text] = [stringOf(a), stringOf(b)];
    return part === null || text === null ? null : check(part, text);
  });

const indent =
  (before: string): TemplateFunction =>
  (args, place) => {
    const count = numberOf(args[0] ?? UNKNOWN);
    const text = textOf(args[1] ?? UNKNOWN);
    if (count === null || text === UNKNOWN) return UNKNOWN;
    const pad = " ".repeat(Math.max(0, Math.min(60, count)));
    return [{ text: before + pad, origin: place.origin, start: place.start }, ...indented(text, count)];
  };

const toYaml: TemplateFunction = ([value = UNKNOWN]) => {
  if (value === UNKNOWN) return UNKNOWN;
  return isText(value) ? retext(value, JSON.stringify(plainText(value))) : yamlText(value);
};

const print: TemplateFunction = (args) => {
  const texts = args.map(textOf);
  return texts.includes(UNKNOWN) ? UNKNOWN : texts.flatMap((text) => (text === UNKNOWN ? [] : text));
};

const printf: TemplateFunction = ([format = UNKNOWN, ...args]) => {
  const pattern = textOf(format);
  const values = args.map(textOf);
  if (pattern === UNKNOWN || values.includes(UNKNOWN)) return UNKNOWN;
  const texts = values.map((value) => (value === UNKNOWN ? "" : plainText(value)));
  let next = 0;
  const text = plainText(pattern)
    .slice(0, 4_000)
    .replace(/%[-+ 0]{0,3}\d{0,3}(?:\.\d{1,3})?([sdvqtfg%])/g, (_, verb: string) => {
      if (verb === "%") return "%";
      const value = texts[next] ?? "";
      next += 1;
      return verb === "q" ? JSON.stringify(value) : value;
    });
  const from = values.find((value) => value !== UNKNOWN && value.some((piece) => piece.end !== undefined));
  return text.length > MAX_TEXT ? UNKNOWN : retext(from === undefined || from === UNKNOWN ? pattern : from, text);
};

const fromYaml: TemplateFunction = ([value = UNKNOWN], place) => {
  const text = stringOf(value);
  const node = nodeOf(value);
  if (text === null || !node) return UNKNOWN;
  const position = node.origin.positionAt(node.start, node.end);
  const root = readYaml(position.path, text, () => position).documents[0]?.root;
  return root ?? map(place, []);
};

/** Text: quoting, joining, indenting, YAML. */
export const TEXT: ReadonlyMap<string, TemplateFunction> = new Map<string, TemplateFunction>([
  ["quote", onText((text) => JSON.stringify(text))],
  ["squote", onText((text) => `'${text.replaceAll("'", "''")}'`)],
  ["toString", onText((text) => text)],
  ["trim", onText((text) => text.trim())],
  ["trimAll", onText((text) => text.trim())],
  ["nospace", onText((text) => text.replaceAll(/\s/g, ""))],
  ["lower", onText((text) => text.toLowerCase())],
  ["upper", onText((text) => text.toUpperCase())],
  ["title", onText((text) => text.charAt(0).toUpperCase() + text.slice(1))],
  [
    "trunc",
    onText((text, count = "0") => (Number(count) < 0 ? text.slice(Number(count)) : text.slice(0, Number(count)))),
  ],
  [
    "trimSuffix",
    onText((text, suffix = "") => (suffix !== "" && text.endsWith(suffix) ? text.slice(0, -suffix.length) : text)),
  ],
  ["trimPrefix", onText((text, prefix = "") => (text.startsWith(prefix) ? text.slice(prefix.length) : text))],
  ["replace", onText((text, from = "", to = "") => (from === "" ? text : text.replaceAll(from, to)))],
  ["contains", textTest((part, text) => text.includes(part))],
  ["hasPrefix", textTest((part, text) => text.startsWith(part))],
  ["hasSuffix", textTest((part, text) => text.endsWith(part))],
  ["print", print],
  ["println", print],
  ["cat", print],
  ["printf", printf],
  ["indent", indent("")],
  ["nindent", indent("\n")],
  ["toYaml", toYaml],
  ["toYamlPretty", toYaml],
  ["toJson", toYaml],
  ["toPrettyJson", toYaml],
  ["fromYaml", fromYaml],
  ["fromJson", fromYaml],
]);
