import { formatNumber, type Measurement } from "@ecocompute/engine";
import type { FC } from "hono/jsx";
import type { BatchPoint } from "./batch-points.ts";
import { rangeText } from "./text.ts";

const HEIGHT = 320;
const TOP = 14;
const BOTTOM = HEIGHT - 48;
/** Percent of the width that the first and last batch stand at. */
const LEFT = 9;
const RIGHT = 96;

/** Position of a value between two others, by logarithm: 0 to 1. */
const share = (x: number, low: number, high: number): number =>
  high > low ? Math.log(x / low) / Math.log(high / low) : 0.5;

/** 1, 2 and 5 times each power of ten between the ends; the fives and twos are left out where it would be crowded. */
function ticks(low: number, high: number): readonly number[] {
  const decades = Math.log10(high / low);
  const steps = decades > 2.2 ? [1] : decades > 1.2 ? [1, 3] : [1, 2, 5];
  const first = Math.floor(Math.log10(low));
  return Array.from({ length: Math.ceil(decades) + 2 }, (_, i) => steps.map((step) => step * 10 ** (first + i)))
    .flat()
    .filter((tick) => tick >= low && tick <= high);
}

interface CurveProps {
  readonly points: readonly BatchPoint[];
  readonly rows: readonly Measurement[];
  readonly batch: number;
}

/** Energy per token against batch size, both logarithmic: the estimate with its interval, and the measured rows on it. */
export const BatchCurve: FC<CurveProps> = ({ points, rows, batch }) => {
  const measured = rows.map((row) => ({ id: row.id, batch: row.batch_size, j: row.energy_j_per_token * 1000 }));
  const lows = [...points.map(({ energy }) => energy.low), ...measured.map(({ j }) => j)];
  const highs = [...points.map(({ energy }) => energy.high), ...measured.map(({ j }) => j)];
  const [low, high] = [Math.min(...lows) / 1.08, Math.max(...highs) * 1.08];
  const last = Math.max(...points.map((point) => point.batch), ...measured.map((row) => row.batch), batch);
  const x = (b: number): number => LEFT + (RIGHT - LEFT) * share(b, 1, last);
  const y = (j: number): number => BOTTOM - (BOTTOM - TOP) * share(j, low, high);
  const band = [
    ...points.map(({ batch: b, energy }) => `${x(b)},${y(energy.high)}`),
    ...points.toReversed().map(({ batch: b, energy }) => `${x(b)},${y(energy.low)}`),
  ].join(" ");
  const everyOther = points.length > 9 ? 2 : 1;
  return (
    <figure class="chart curve">
      <svg width="100%" height={HEIGHT}>
        <title>Energy per 1,000 tokens against batch size; the numbers follow in a table</title>
        {ticks(low, high).map((tick) => (
          <>
            <line x1="0" x2="100%" y1={y(tick)} y2={y(tick)} class="grid" />
            <text x="0" y={y(tick) - 4} class="tick">
              {formatNumber(tick)}
            </text>
          </>
        ))}
        <svg width="100%" height={HEIGHT} viewBox={`0 0 100 ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
          <polygon points={band} class="curve-band" />
        </svg>
        <line x1={`${x(batch)}%`} x2={`${x(batch)}%`} y1={TOP} y2={BOTTOM} class="here" />
        {points.slice(1).map((point, i) => {
          const from = points[i] ?? point;
          const known = [from.tier, point.tier].every((tier) => tier === "measured" || tier === "interpolated");
          return (
            <line
              x1={`${x(from.batch)}%`}
              y1={y(from.energy.value)}
              x2={`${x(point.batch)}%`}
              y2={y(point.energy.value)}
              class={known ? "curve-line" : "curve-line dashed"}
            />
          );
        })}
        {points.map(({ batch: b, energy, tier }) => (
          <use href={`#tier-${tier}`} x={`${x(b)}%`} y={y(energy.value)} />
        ))}
        {measured.map(({ id, batch: b, j }) => (
          <a href={`/evidence/${encodeURIComponent(id)}`}>
            <circle cx={`${x(b)}%`} cy={y(j)} r="8.5" class="measured-ring">
              <title>{`${id}: batch ${formatNumber(b)}, ${formatNumber(j)} J per 1k tokens`}</title>
            </circle>
          </a>
        ))}
        {points
          .filter((_, i) => i % everyOther === 0)
          .map(({ batch: b }) => (
            <text x={`${x(b)}%`} y={HEIGHT - 28} class="tick middle">
              {b}
            </text>
          ))}
        <text x="100%" y={HEIGHT - 6} class="tick end">
          sequences at once (batch)
        </text>
      </svg>
      <figcaption>
        J per 1,000 tokens, both axes logarithmic.{" "}
        {measured.length === 0
          ? "Nobody has published a row of this model on this GPU. "
          : `A ring is a measured row, at its own lengths (${measured.length} here, each a link to its evidence). `}
        Marks are the answers: full = measured, half = between two measured batches, diamond = carried over by physics,
        empty = physics alone; the line is broken where it rests on no measurement. The band is the 90 % interval.
      </figcaption>
      <details>
        <summary>The numbers</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">batch</th>
              <th scope="col">J per 1k tokens</th>
              <th scope="col">90 %</th>
              <th scope="col">how</th>
            </tr>
          </thead>
          <tbody>
            {points.map(({ batch: b, energy, tier }) => (
              <tr>
                <td>{b}</td>
                <td>{formatNumber(energy.value)}</td>
                <td>{rangeText(energy)}</td>
                <td>{tier}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
};
