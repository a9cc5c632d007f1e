// A small plot on logarithmic or linear axes as SVG, for light and dark readers. Deterministic: coordinates to a tenth.

export interface Axis {
  readonly label: string;
  readonly low: number;
  readonly high: number;
  readonly log: boolean;
  readonly ticks: readonly number[];
  /** What stands at a tick; the number itself where absent. */
  readonly names?: readonly string[];
}

export interface Series {
  readonly name: string;
  /** 0 to 3: colour and shape of the marks, so that they differ without colour too. */
  readonly style: number;
  readonly points: readonly (readonly [number, number])[];
  /** Joins the points instead of marking them. */
  readonly line?: boolean;
}

const WIDTH = 640;
const HEIGHT = 400;
const MARGIN = { left: 64, right: 16, top: 40, bottom: 52 } as const;

const STYLE = `
text { font: 12px -apple-system, "Segoe UI", "Noto Sans", Helvetica, Arial, sans-serif; fill: #1f2328; }
.title { font-size: 14px; font-weight: 600; } .grid { stroke: #d1d9e0; } .rule { stroke: #59636e; stroke-dasharray: 4 3; fill: none; }
.s0 { stroke: #0b6e4f; } .s1 { stroke: #0969da; } .s2 { stroke: #bc4c00; } .s3 { stroke: #8250df; }
.mark { fill: none; stroke-width: 1.3; stroke-opacity: 0.75; } .line { fill: none; stroke-width: 2; }
@media (prefers-color-scheme: dark) { text { fill: #f0f6fc; } .grid { stroke: #3d444d; } .rule { stroke: #9198a1; }
.s0 { stroke: #3fb984; } .s1 { stroke: #4493f8; } .s2 { stroke: #f0883e; } .s3 { stroke: #ab7df8; } }`;

const tenth = (x: number): number => Math.round(x * 10) / 10;
const asText = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

function scaleOf({ low, high, log }: Axis, from: number, to: number): (x: number) => number {
  const at = log ? Math.log : (x: number) => x;
  return (x) => tenth(from + ((to - from) * (at(x) - at(low))) / (at(high) - at(low)));
}

function mark(style: number, x: number, y: number): string {
  const shapes = [
    `<circle cx="${x}" cy="${y}" r="3"/>`,
    `<path d="M${tenth(x - 3)} ${tenth(y + 3)}L${x} ${tenth(y - 4)}L${tenth(x + 3)} ${tenth(y + 3)}Z"/>`,
    `<path d="M${tenth(x - 3)} ${tenth(y - 3)}H${tenth(x + 3)}V${tenth(y + 3)}H${tenth(x - 3)}Z"/>`,
    `<path d="M${tenth(x - 3)} ${tenth(y - 3)}L${tenth(x + 3)} ${tenth(y + 3)}M${tenth(x - 3)} ${tenth(y + 3)}L${tenth(x + 3)} ${tenth(y - 3)}"/>`,
  ];
  return shapes[style % shapes.length] ?? "";
}

/** `rules` are dashed guides of two points each, such as "predicted = measured". */
export function plot(
  title: string,
  x: Axis,
  y: Axis,
  series: readonly Series[],
  rules: readonly Series[] = [],
): string {
  const [right, bottom] = [WIDTH - MARGIN.right, HEIGHT - MARGIN.bottom];
  const [atX, atY] = [scaleOf(x, MARGIN.left, right), scaleOf(y, bottom, MARGIN.top)];
  const path = (points: Series["points"]) => points.map(([a, b]) => `${atX(a)},${atY(b)}`).join(" ");
  const grid = [
    ...x.ticks.map((tick, i) => [
      `<line class="grid" x1="${atX(tick)}" x2="${atX(tick)}" y1="${MARGIN.top}" y2="${bottom}"/>`,
      `<text x="${atX(tick)}" y="${bottom + 18}" text-anchor="middle">${asText(x.names?.[i] ?? String(tick))}</text>`,
    ]),
    ...y.ticks.map((tick, i) => [
      `<line class="grid" x1="${MARGIN.left}" x2="${right}" y1="${atY(tick)}" y2="${atY(tick)}"/>`,
      `<text x="${MARGIN.left - 8}" y="${tenth(atY(tick) + 4)}" text-anchor="end">${asText(y.names?.[i] ?? String(tick))}</text>`,
    ]),
  ].flat();
  const drawn = series.map(({ style, points, line }) =>
    line
      ? `<polyline class="line s${style}" points="${path(points)}"/>`
      : `<g class="mark s${style}">${points.map(([a, b]) => mark(style, atX(a), atY(b))).join("")}</g>`,
  );
  const legend = series
    .filter(({ name }) => name !== "")
    .map(({ name, style, line }, i) => {
      const left = MARGIN.left + 10;
      const top = MARGIN.top + 14 + 17 * i;
      const sign = line
        ? `<polyline class="line s${style}" points="${left - 5},${top} ${left + 5},${top}"/>`
        : `<g class="mark s${style}">${mark(style, left, top)}</g>`;
      return `${sign}<text x="${left + 11}" y="${top + 4}">${asText(name)}</text>`;
    });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img">
<title>${asText(title)}</title>
<style>${STYLE}
</style>
<text class="title" x="${MARGIN.left}" y="22">${asText(title)}</text>
${grid.join("\n")}
${rules.map(({ points }) => `<polyline class="rule" points="${path(points)}"/>`).join("\n")}
${drawn.join("\n")}
${legend.join("\n")}
<text x="${(MARGIN.left + right) / 2}" y="${HEIGHT - 12}" text-anchor="middle">${asText(x.label)}</text>
<text transform="translate(16 ${(MARGIN.top + bottom) / 2}) rotate(-90)" text-anchor="middle">${asText(y.label)}</text>
</svg>
`;
}
