import { equal, isNode, isText, numberOf, scalar, stringOf, truthOf, UNKNOWN, type Value } from "../value.ts";
import { NIL, type TemplateFunction, test } from "./support.ts";

const compare = (check: (a: number, b: number) => boolean): TemplateFunction =>
  test(([a = UNKNOWN, b = UNKNOWN]) => {
    const [x, y] = [numberOf(a), numberOf(b)];
    return x === null || y === null ? null : check(x, y);
  });

const kindOf = (value: Value): string | null => {
  if (value === UNKNOWN) return null;
  if (isText(value)) return "string";
  if (value.kind !== "scalar") return value.kind === "list" ? "slice" : "map";
  const { value: plain } = value;
  if (plain === null) return "invalid";
  return typeof plain === "number"
    ? Number.isInteger(plain)
      ? "int"
      : "float64"
    : typeof plain === "boolean"
      ? "bool"
      : "string";
};

/** JSON numbers are float64 to Helm, YAML's may be int64: `kindIs` on numbers holds for any of them. */
const isKind = test(([kind = UNKNOWN, value = UNKNOWN]) => {
  const [wanted, found] = [stringOf(kind), kindOf(value)];
  if (wanted === null || found === null) return null;
  const isNumber = (name: string) => /^(?:int|float)/.test(name);
  return (
    wanted === found || (isNumber(wanted) && isNumber(found)) || (wanted === "[]interface {}" && found === "slice")
  );
});

/** Conditions and choices. */
export const LOGIC: ReadonlyMap<string, TemplateFunction> = new Map<string, TemplateFunction>([
  ["and", (args) => args.find((each) => truthOf(each) !== true) ?? args.at(-1) ?? UNKNOWN],
  ["or", (args) => args.find((each) => truthOf(each) !== false) ?? args.at(-1) ?? UNKNOWN],
  [
    "not",
    test(([value = UNKNOWN]) => {
      const truth = truthOf(value);
      return truth === null ? null : !truth;
    }),
  ],
  [
    "default",
    ([other = UNKNOWN, value = UNKNOWN]) => (truthOf(value) === null ? UNKNOWN : truthOf(value) ? value : other),
  ],
  ["coalesce", (args, place) => args.find((each) => truthOf(each) !== false) ?? NIL(place)],
  [
    "empty",
    test(([value = UNKNOWN]) => {
      const truth = truthOf(value);
      return truth === null ? null : !truth;
    }),
  ],
  [
    "ternary",
    ([yes = UNKNOWN, no = UNKNOWN, which = UNKNOWN]) => {
      const truth = truthOf(which);
      return truth === null ? UNKNOWN : truth ? yes : no;
    },
  ],
  ["required", ([, value = UNKNOWN]) => value],
  ["fail", () => UNKNOWN],
  [
    "eq",
    test(([a = UNKNOWN, ...others]) => {
      const all = others.map((b) => equal(a, b));
      return all.includes(true) ? true : all.includes(null) ? null : false;
    }),
  ],
  [
    "ne",
    test(([a = UNKNOWN, b = UNKNOWN]) => {
      const same = equal(a, b);
      return same === null ? null : !same;
    }),
  ],
  ["lt", compare((a, b) => a < b)],
  ["le", compare((a, b) => a <= b)],
  ["gt", compare((a, b) => a > b)],
  ["ge", compare((a, b) => a >= b)],
  [
    "hasKey",
    test(([value = UNKNOWN, key = UNKNOWN]) => {
      const name = stringOf(key);
      return value === UNKNOWN || name === null ? null : isNode(value) && value.entries.has(name);
    }),
  ],
  ["kindIs", isKind],
  ["typeIs", isKind],
  [
    "kindOf",
    ([value = UNKNOWN], place) => {
      const kind = kindOf(value);
      return kind === null ? UNKNOWN : scalar(place, kind);
    },
  ],
  [
    "typeOf",
    ([value = UNKNOWN], place) => {
      const kind = kindOf(value);
      return kind === null ? UNKNOWN : scalar(place, kind);
    },
  ],
]);
