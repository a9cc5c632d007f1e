import {
  type Candidate,
  type Catalogue,
  type EstimateReport,
  formatNumber,
  formatPercent,
  type OptimizeReport,
  precisionName,
} from "@ecocompute/engine";
import type { FC } from "hono/jsx";
import { LinkedText } from "./linked-text.tsx";
import { dollars, questionUrl, rangeText } from "./text.ts";
import { TierBadge } from "./tier.tsx";

interface AdviceProps {
  readonly estimate: EstimateReport;
  readonly optimize: OptimizeReport | null;
  readonly input: Readonly<Record<string, unknown>>;
  readonly catalogue: Catalogue;
}

/** What to change, from OPTIMIZE and from the optimized side of ESTIMATE. */
export const Advice: FC<AdviceProps> = ({ estimate, optimize, input, catalogue }) => {
  const { current, optimized, savings, breakdown } = estimate;
  const better = breakdown.length > 0;
  return (
    <section class="advice" aria-labelledby="advice">
      <h2 id="advice">What to change</h2>
      {better ? (
        <>
          <p class="lead">
            {configurationText(optimized)} would use{" "}
            <strong>{formatNumber(savings.percent.value)} % less energy</strong> ({rangeText(savings.percent)} %):{" "}
            {formatNumber(current.monthly.energy_kwh.value)} → {formatNumber(optimized.monthly.energy_kwh.value)} kWh a
            month
            {savings.cost_usd ? `, ${dollars(savings.cost_usd.value)} saved` : ""}.
          </p>
          <p>
            <TierBadge tier={optimized.basis.tier} confidence={optimized.basis.confidence} />
          </p>
          <BeforeAfter before={current.monthly.energy_kwh.value} after={optimized.monthly.energy_kwh.value} />
          <ol class="steps">
            {breakdown.map(({ change, effect_percent, why }) => (
              <li>
                <strong>{change}</strong>: {formatPercent(effect_percent)} of today's energy.{" "}
                <LinkedText text={why} catalogue={catalogue} />
              </li>
            ))}
          </ol>
          <p>
            <a class="button" href={questionUrl("estimate", { ...input, ...chosen(optimized) })}>
              Ask about that configuration
            </a>{" "}
            <a href={questionUrl("optimize", input)}>The whole recommendation</a>
          </p>
        </>
      ) : (
        <p class="lead">Nothing: no configuration that was weighed uses less energy on this GPU.</p>
      )}
      {optimize && optimize.pitfalls.length > 0 ? (
        <details>
          <summary>What to avoid here</summary>
          <ul>
            {optimize.pitfalls.map((pitfall) => (
              <li>
                <LinkedText text={pitfall} catalogue={catalogue} />
              </li>
            ))}
          </ul>
        </details>
      ) : null}
    </section>
  );
};

const BeforeAfter: FC<{ readonly before: number; readonly after: number }> = ({ before, after }) => (
  <svg class="before-after" width="100%" height="30" aria-hidden="true">
    <rect width="100%" height="12" rx="3" class="before" />
    <rect
      y="16"
      width={`${before > 0 ? Math.max(0.5, (100 * after) / before) : 0}%`}
      height="12"
      rx="3"
      class="after"
    />
  </svg>
);

const chosen = ({ configuration }: Candidate) => ({
  hardware_platform: configuration.hardware_platform,
  quantization: configuration.quantization,
  batch_size: configuration.batch_size,
  num_gpus: configuration.num_gpus,
});

/** "FP16 at batch 64 on one NVIDIA A800". */
function configurationText({ configuration }: Candidate): string {
  const { quantization, batch_size, num_gpus, gpu_name, hardware_platform } = configuration;
  const gpu = gpu_name ?? hardware_platform;
  return `${precisionName(quantization)} at batch ${batch_size} on ${num_gpus === 1 ? "one" : num_gpus} ${gpu}`;
}
