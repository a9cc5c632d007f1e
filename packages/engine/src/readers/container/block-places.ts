/** Offsets of the text of a block scalar (`|`, `>`) → offsets of its source: line n of the text is line n of the block, less its indentation. */
export function blockPlaces(source: string, text: string): (offset: number) => number {
  const lines = source.split("\n");
  const sourceStarts: number[] = [];
  let start = 0;
  for (const line of lines) {
    sourceStarts.push(start);
    start += line.length + 1;
  }
  const textStarts = [0];
  for (let i = text.indexOf("\n"); i >= 0; i = text.indexOf("\n", i + 1)) textStarts.push(i + 1);
  const indent = /^ */.exec(lines.slice(1).find((line) => line.trim() !== "") ?? "")?.[0].length ?? 0;
  return (offset) => {
    let [low, high] = [0, textStarts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((textStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    const line = sourceStarts[low + 1] ?? source.length;
    return Math.min(source.length, line + indent + offset - (textStarts[low] ?? 0));
  };
}
