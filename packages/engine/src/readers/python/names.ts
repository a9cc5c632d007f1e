/** Letters, digits and underscores of ASCII. */
const isPlain = (code: number): boolean =>
  (code >= 97 && code <= 122) || code === 95 || (code >= 65 && code <= 90) || (code >= 48 && code <= 57);

const REST = /[\p{ID_Continue}_]*/uy;

/** Behind the name that starts here: asking the parser for each would take longer. */
export function endOfName(content: string, start: number): number {
  let end = start;
  while (isPlain(content.charCodeAt(end))) end += 1;
  if (!(content.charCodeAt(end) > 127)) return end;
  REST.lastIndex = end;
  REST.test(content);
  return Math.max(end, REST.lastIndex);
}
