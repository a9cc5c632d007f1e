import {
  type Catalogue,
  type CompareReport,
  type EstimateReport,
  formatNumber,
  type OptimizeReport,
  precisionName,
  type Report,
} from "@ecocompute/engine";
import type { FC } from "hono/jsx";
import type { Answer } from "../answer.ts";
import type { Service } from "../service.ts";
import { Advice } from "./advice.tsx";
import { AskAgain } from "./ask-again.tsx";
import { BatchCurve } from "./batch-curve.tsx";
import { batchPoints, measuredRows } from "./batch-points.ts";
import { CompareChart } from "./compare-chart.tsx";
import { EvidenceList } from "./evidence-list.tsx";
import { QuestionForm } from "./form.tsx";
import { LinkedText } from "./linked-text.tsx";
import { QuantityCard } from "./quantity-card.tsx";
import { dollars, questionUrl, rangeText } from "./text.ts";
import { TierBadge, tierMeaning } from "./tier.tsx";

type Input = Readonly<Record<string, unknown>>;

interface CalculatorProps {
  readonly answer: Answer & EstimateReport;
  readonly input: Input;
  readonly origin: string;
  readonly service: Service;
}

/** The page that people share: the question, its answer in one sentence, then what stands behind it. */
export const Calculator: FC<CalculatorProps> = ({ answer, input, origin, service }) => {
  const { current } = answer;
  const { configuration: c, monthly, basis } = current;
  const estimate = service.protocols.find(({ id }) => id === "estimate");
  const compare = side(service, "compare", input);
  const optimize = side(service, "optimize", input);
  const points = batchPoints(c, service.catalogue);
  const tier = basis.tier;
  return (
    <div class="calculator">
      <aside class="ask">
        <h1>What does your LLM use?</h1>
        <p class="tagline">Energy, cost and carbon of serving an open model, from audited measurements.</p>
        {estimate ? (
          <QuestionForm service={service} protocol={estimate} values={formValues(c, input)} button="Estimate" />
        ) : null}
      </aside>
      <div id="result" class="result" aria-live="polite">
        <section class="answer" aria-labelledby="answer">
          <h2 id="answer" class="hidden">
            Answer
          </h2>
          <p class="sentence">
            <strong>{c.model_id}</strong> in {precisionName(c.quantization)} at batch {c.batch_size} on{" "}
            {c.num_gpus === 1 ? "one" : c.num_gpus} {c.gpu_name ?? c.hardware_platform} uses{" "}
            <strong class="big">{formatNumber(monthly.energy_kwh.value)} kWh a month</strong> for{" "}
            {formatNumber(monthly.requests)} requests.
          </p>
          <p>
            <TierBadge tier={tier} confidence={basis.confidence} /> <span class="meaning">{tierMeaning(tier)}</span>
          </p>
          <VerdictLine answer={answer} />
          <div class="cards">
            <QuantityCard
              name="Energy"
              unit="kWh a month"
              quantity={monthly.energy_kwh}
              tier={tier}
              note={`${formatNumber(current.metrics.energy_j_per_1k_tokens.value)} J per 1,000 tokens, PUE ${formatNumber(c.pue)}`}
            />
            <QuantityCard
              name="Electricity"
              unit="a month"
              quantity={monthly.cost_usd}
              show={dollars}
              tier={tier}
              note={costNote(current)}
            />
            <QuantityCard
              name="Carbon"
              unit="kgCO2e a month"
              quantity={monthly.carbon_kgco2e}
              tier={tier}
              note={gridNote(answer)}
            />
          </div>
          <dl class="facts">
            <Fact name="Throughput" quantity={current.metrics.throughput_tok_s} unit="tokens/s" />
            <Fact name="Latency" quantity={current.metrics.latency_ms_per_request} unit="ms per request" />
            <Fact name="Power" quantity={current.metrics.power_w} unit="W" />
            <Fact name="Memory" quantity={current.metrics.vram_gb} unit="GB" />
          </dl>
        </section>
        <Advice estimate={answer} optimize={optimize} input={input} catalogue={service.catalogue} />
        {compare ? (
          <section aria-labelledby="compare">
            <h2 id="compare">Precisions side by side</h2>
            <CompareChart report={compare} />
            <p>
              {compare.recommendation.reasons[0]} <a href={questionUrl("compare", input)}>The whole comparison</a> ·{" "}
              <a href={`${questionUrl("compare", input)}&format=csv`}>as CSV</a>
            </p>
          </section>
        ) : null}
        {points.length > 1 ? (
          <section aria-labelledby="batch">
            <h2 id="batch">Energy against batch</h2>
            <BatchCurve points={points} rows={measuredRows(c, service.catalogue)} batch={c.batch_size} />
          </section>
        ) : null}
        <EvidenceList candidate={current} service={service} />
        <AskAgain protocol="estimate" input={input} origin={origin} kwh={monthly.energy_kwh.high} />
        <Assumptions answer={answer} catalogue={service.catalogue} />
      </div>
    </div>
  );
};

const Fact: FC<{
  readonly name: string;
  readonly quantity: { readonly value: number; readonly low: number; readonly high: number } | null;
  readonly unit: string;
}> = ({ name, quantity, unit }) => (
  <div>
    <dt>{name}</dt>
    <dd>
      {quantity ? (
        <>
          {formatNumber(quantity.value)} {unit} <span class="range">({rangeText(quantity)})</span>
        </>
      ) : (
        "not published"
      )}
    </dd>
  </div>
);

const VerdictLine: FC<{ readonly answer: Answer }> = ({ answer: { verdict, verdict_why } }) =>
  verdict === undefined ? null : (
    <p class={`verdict ${verdict}`}>
      <strong>{verdict}</strong> {verdict_why}
    </p>
  );

const Assumptions: FC<{ readonly answer: Answer & EstimateReport; readonly catalogue: Catalogue }> = ({
  answer,
  catalogue,
}) => {
  const { assumed } = answer.configuration;
  const values = new Map(Object.entries(answer.configuration));
  return (
    <section aria-labelledby="assumed">
      <h2 id="assumed">Assumed and noted</h2>
      {assumed.length > 0 ? (
        <p>
          Assumed, because the question does not say:{" "}
          {assumed.map((name, i) => (
            <>
              {i > 0 ? ", " : ""}
              <code>
                {name} = {String(values.get(name) ?? "none")}
              </code>
            </>
          ))}
          .
        </p>
      ) : null}
      <ul class="notes">
        {answer.warnings.map(({ message }) => (
          <li>
            <LinkedText text={message} catalogue={catalogue} />
          </li>
        ))}
      </ul>
    </section>
  );
};

/** What another protocol says of the same question; null where it has no answer. */
function side(service: Service, id: "compare", input: Input): CompareReport | null;
function side(service: Service, id: "optimize", input: Input): OptimizeReport | null;
function side(service: Service, id: Report["protocol"], input: Input): Report | null {
  const protocol = service.protocols.find((candidate) => candidate.id === id);
  if (!protocol) return null;
  const known = Object.fromEntries(
    Object.entries(input).filter(([name]) => Object.hasOwn(protocol.schema.shape, name)),
  );
  const outcome = protocol.run(known, { catalogue: service.catalogue, python: null });
  return outcome.ok ? outcome.value : null;
}

/** Defaults stand in the form as values, so that one sees what is asked. */
const formValues = (c: EstimateReport["configuration"], input: Input): Input => ({
  hardware_platform: c.hardware_platform,
  quantization: c.quantization,
  framework: c.framework,
  batch_size: c.batch_size,
  requests_per_month: input.requests_per_day === undefined ? c.requests_per_month : undefined,
  sequence_length: c.sequence_length,
  generation_length: c.generation_length,
  region: c.region,
  ...input,
});

function costNote({ configuration: c, monthly }: EstimateReport["current"]): string {
  const price = c.electricity_usd_per_kwh;
  const rent = monthly.rental_usd;
  const hours = monthly.gpu_hours ? `${formatNumber(monthly.gpu_hours.value)} GPU hours` : null;
  return [
    price === null ? "no price is known for this region" : `at $${formatNumber(price)} per kWh`,
    rent ? `rent ${dollars(rent.value)} apart (${hours})` : hours ? `rent apart: ${hours}` : null,
  ]
    .filter((part) => part !== null)
    .join("; ");
}

function gridNote({ grid, configuration }: Answer & EstimateReport): string {
  if (grid.gco2_per_kwh === null) return "no grid intensity is known for this region";
  const when =
    grid.kind === "live"
      ? `live, ${grid.time}`
      : grid.kind === "given"
        ? "as given"
        : `${grid.year ?? "year not stated"}`;
  const boundary = [grid.statistic, grid.scope]
    .filter((word) => word !== "not stated" && word !== "as given")
    .join(", ");
  return `at ${formatNumber(grid.gco2_per_kwh)} g per kWh in ${configuration.region} (${[when, boundary, grid.stale ? "more than 24 months old" : ""].filter((part) => part !== "").join("; ")})`;
}
