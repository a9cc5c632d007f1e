/** The grammar looks ahead over all comments and empty continuations that follow, from each of them: a long run takes the square of its length. */
const MAX_RUN = 50;

const EMPTY_CODE = /^[ \t\f]*(?:#|\\\r?$)/;
const BLANK = /^[ \t\f\r]*$/;

/** The text to parse: long runs of comment lines and of lone backslashes are spaces beyond the first, so that every offset stays. Linear in the text. */
export function withoutLongRuns(content: string): string {
  if (!hasMany(content, "#") && !hasMany(content, "\\")) return content;
  let run = 0;
  return content
    .split("\n")
    .map((line) => {
      if (EMPTY_CODE.test(line)) run += 1;
      else if (!BLANK.test(line)) run = 0;
      return run > MAX_RUN ? " ".repeat(line.length) : line;
    })
    .join("\n");
}

/** Most texts have too few of either for a long run, and are not taken apart into lines. */
function hasMany(content: string, mark: string): boolean {
  let count = 0;
  for (let i = content.indexOf(mark); i >= 0; i = content.indexOf(mark, i + 1)) {
    count += 1;
    if (count > MAX_RUN / 2) return true;
  }
  return false;
}

/** No file that people write has as many; the grammar takes the square of their number. */
const BOUNDS: readonly (readonly [string, RegExp, number])[] = [
  ["continued lines", /\\\r?\n/g, 2_000],
  ["\\N{…} escapes", /\\N\{/g, 500],
];

/** Why a text is not parsed; null = it may be. */
export function refusal(content: string): string | null {
  for (const [what, pattern, most] of BOUNDS) {
    if ((content.match(pattern)?.length ?? 0) > most) return `more than ${most} ${what}: not read`;
  }
  return null;
}
