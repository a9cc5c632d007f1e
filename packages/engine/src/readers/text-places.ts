import type { Position } from "../domain/deployment.ts";

/** Offsets of a text → lines and columns. */
export interface TextPlaces {
  readonly at: (start: number, end: number) => Position;
}

export function textPlaces(path: string, content: string): TextPlaces {
  // Of most files no place is asked for.
  let known: readonly number[] | null = null;
  const lineOf = (offset: number): number => {
    known ??= lineStarts(content);
    return lastAtOrBefore(known, offset);
  };
  return {
    at: (start, end) => {
      const line = lineOf(start);
      return {
        path,
        line: line + 1,
        column: start - (known?.[line] ?? 0) + 1,
        end_line: lineOf(Math.max(start, end - 1)) + 1,
      };
    },
  };
}

/** Index of the last of ascending offsets that is not behind another; 0 where all are. */
export function lastAtOrBefore(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = Math.max(0, starts.length - 1);
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

function lineStarts(content: string): readonly number[] {
  const starts = [0];
  for (let i = content.indexOf("\n"); i >= 0; i = content.indexOf("\n", i + 1)) starts.push(i + 1);
  return starts;
}
