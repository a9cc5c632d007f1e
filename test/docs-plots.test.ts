import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { errorByBatch, nf4Ratio, predictedAgainstMeasured } from "../docs/method-plots.ts";
import { type Axis, plot } from "../docs/plot.ts";

const LINEAR: Axis = { label: "x", low: 0, high: 10, log: false, ticks: [0, 5, 10] };
const LOG: Axis = { label: "y", low: 1, high: 100, log: true, ticks: [1, 10, 100] };
/** The inside of the axes, in the units of the picture. */
const INSIDE = { left: 64, right: 624, top: 40, bottom: 348 };

const numbers = (svg: string, pattern: RegExp): number[][] =>
  [...svg.matchAll(pattern)].map((match) => match.slice(1).map(Number));
const circles = (svg: string) => numbers(svg, /<circle cx="([-\d.]+)" cy="([-\d.]+)"/g);
/** Marks of the series of a style, the legend's own left out. */
const marksOf = (svg: string, style: number): number =>
  [...svg.matchAll(new RegExp(`<g class="mark s${style}">(.*?)</g>`, "g"))]
    .map(([, inner = ""]) => inner.split(/<(?:circle|path)/).length - 1)
    .reduce((most, n) => Math.max(most, n), 0);

describe("a plot", () => {
  test("puts points where its axes have them: linear and logarithmic, y upwards", () => {
    const svg = plot("t", LINEAR, LOG, [
      {
        name: "",
        style: 0,
        points: [
          [0, 1],
          [10, 100],
          [5, 10],
        ],
      },
    ]);
    const middle = [(INSIDE.left + INSIDE.right) / 2, (INSIDE.top + INSIDE.bottom) / 2];
    expect(circles(svg)).toEqual([[INSIDE.left, INSIDE.bottom], [INSIDE.right, INSIDE.top], middle]);
  });

  test("names ticks by number or by name, and nothing in a title ends its element", () => {
    const named = { ...LINEAR, ticks: [0, 5], names: ["1 < 2", "b & c"] };
    const svg = plot("a <script> & b", named, LOG, []);
    expect(svg).toContain("<title>a &lt;script> &amp; b</title>");
    expect(svg).toContain(">1 &lt; 2</text>");
    expect(svg).toContain(">b &amp; c</text>");
    expect(svg).toContain(">100</text>");
  });

  test("lists named series alone in its legend, joins a line and dashes a guide", () => {
    const points = [
      [0, 1],
      [10, 100],
    ] as const;
    const svg = plot(
      "t",
      LINEAR,
      LOG,
      [
        { name: "shown", style: 1, points, line: true },
        { name: "", style: 2, points },
      ],
      [{ name: "guide", style: 0, points }],
    );
    expect(svg).toContain(">shown</text>");
    expect(svg).not.toContain("guide");
    expect(svg).toContain(`<polyline class="line s1" points="64,348 624,40"/>`);
    expect(svg).toContain(`<polyline class="rule" points="64,348 624,40"/>`);
  });
});

describe("the plots of the method", () => {
  test("show every held-out row of both regimes, each inside its axes", () => {
    const csv = readFileSync(new URL("../data/accuracy/points.csv", import.meta.url), "utf8");
    const rows = ["vllm", "transformers"].map((framework) => csv.split(`,${framework},`).length - 1);
    for (const svg of [predictedAgainstMeasured(), errorByBatch()]) {
      expect([marksOf(svg, 0), marksOf(svg, 1)]).toEqual(rows);
      const outside = circles(svg).filter(
        ([x = 0, y = 0]) => x < INSIDE.left || x > INSIDE.right || y < INSIDE.top || y > INSIDE.bottom,
      );
      expect(outside).toEqual([]);
    }
  });

  test("an equal prediction lies on the guide, twice as much on the one above", () => {
    const svg = predictedAgainstMeasured();
    const guides = [...svg.matchAll(/<polyline class="rule" points="([^"]*)"/g)].map(([, points]) => points);
    expect(guides[0]).toBe("64,348 624,40");
    expect(guides).toHaveLength(3);
  });

  test("NF4 against FP16 has marks and a line of physics for each card that measured both", () => {
    const svg = nf4Ratio();
    for (const style of [0, 1, 2, 3]) {
      expect(marksOf(svg, style)).toBeGreaterThan(0);
      const [[line = ""] = []] = [...svg.matchAll(new RegExp(`<polyline class="line s${style}" points="[^"]*"`, "g"))];
      expect(line.split(" ").length).toBeGreaterThan(5);
    }
  });
});
