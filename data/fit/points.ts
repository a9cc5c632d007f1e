import { threeDigits } from "./statistics.ts";

/** A row and what physics says of it that was fitted without its model family. */
export interface Point {
  readonly row: string;
  readonly framework: string;
  readonly batch_size: number;
  readonly energy_j_per_token: number;
  readonly predicted_j_per_token: number;
}

const HEADER = "row,framework,batch_size,energy_j_per_token,predicted_j_per_token";

/** data/accuracy/points.csv; no cell of it needs quoting. */
export const pointsCsv = (points: readonly Point[]): string =>
  `${[HEADER, ...points.map((p) => [p.row, p.framework, threeDigits(p.batch_size), threeDigits(p.energy_j_per_token), threeDigits(p.predicted_j_per_token)].join(","))].join("\n")}\n`;

/** Reads what `pointsCsv` wrote. */
export const readPoints = (text: string): Point[] =>
  text
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => {
      const [row = "", framework = "", batch = "", energy = "", predicted = ""] = line.split(",");
      return {
        row,
        framework,
        batch_size: Number(batch),
        energy_j_per_token: Number(energy),
        predicted_j_per_token: Number(predicted),
      };
    });
