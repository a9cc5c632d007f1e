import { type CompareReport, formatNumber, formatPercent, precisionName } from "@ecocompute/engine";
import type { FC } from "hono/jsx";
import { rangeText } from "./text.ts";
import { TierMark } from "./tier.tsx";

/** Share of the width that the longest interval takes. */
const WIDTH_PERCENT = 97;

/** Energy of each precision as a bar with its interval; what is not known keeps its row and says why. */
export const CompareChart: FC<{ readonly report: CompareReport }> = ({ report }) => {
  const most = Math.max(...report.columns.map(({ metrics }) => metrics?.energy_j_per_1k_tokens.high ?? 0));
  const at = (x: number): string => `${most > 0 ? (WIDTH_PERCENT * x) / most : 0}%`;
  const asked = report.configuration.quantization;
  return (
    <figure class="chart">
      <ul class="bars">
        {report.columns.map(({ quantization, metrics, basis, delta_energy_percent: delta, why_not }) => (
          <li class={quantization === asked ? "asked" : undefined}>
            <p class="bar-name">
              <strong>{precisionName(quantization)}</strong>
              {quantization === asked ? <span class="yours">yours</span> : null}
              {quantization === report.recommendation.quantization ? <span class="least">least energy</span> : null}
            </p>
            {metrics && basis ? (
              <>
                <svg width="100%" height="26" aria-hidden="true">
                  <rect
                    width={at(metrics.energy_j_per_1k_tokens.value)}
                    y="3"
                    height="20"
                    rx="3"
                    class={basis.tier === "measured" || basis.tier === "interpolated" ? "bar" : "bar hatched"}
                  />
                  <line
                    x1={at(metrics.energy_j_per_1k_tokens.low)}
                    x2={at(metrics.energy_j_per_1k_tokens.high)}
                    y1="13"
                    y2="13"
                    class="whisker"
                  />
                  {[metrics.energy_j_per_1k_tokens.low, metrics.energy_j_per_1k_tokens.high].map((end) => (
                    <line x1={at(end)} x2={at(end)} y1="8" y2="18" class="whisker" />
                  ))}
                </svg>
                <p class="bar-text">
                  <TierMark tier={basis.tier} /> {formatNumber(metrics.energy_j_per_1k_tokens.value)} J per 1k tokens (
                  {rangeText(metrics.energy_j_per_1k_tokens)}), {basis.tier}
                  {delta ? (
                    <>
                      {" · "}
                      {formatPercent(delta.value)} against 16 bit
                      {delta.low < 0 && delta.high > 0 ? ", cannot be told apart" : ""}
                    </>
                  ) : null}
                </p>
              </>
            ) : (
              <p class="bar-text none">{why_not ?? "not known"}</p>
            )}
          </li>
        ))}
      </ul>
      <figcaption>
        Bars are energy per 1,000 generated tokens, whiskers their 90 % interval. Solid bars rest on measurements of
        this model and GPU, hatched ones are carried over by physics. Differences against 16 bit come from runs of one
        session where there are any, so they are surer than the bars; for the same reason a bar may rest on another row
        than the answer above.
      </figcaption>
    </figure>
  );
};
