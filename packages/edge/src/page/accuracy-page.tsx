import { type Catalogue, formatPercent } from "@ecocompute/engine";
import type { FC } from "hono/jsx";
import type { Service } from "../service.ts";
import { Scroll } from "./scroll.tsx";

type HeldOut = Catalogue["held_out"][number];

/** What is judged, in the order in which a reader asks: the answers themselves, two of them against each other, what a host is worth. */
const GROUPS: readonly {
  readonly title: string;
  readonly text: string;
  readonly rungs: Readonly<Partial<Record<HeldOut["rung"], string>>>;
}[] = [
  {
    title: "An answer",
    text: "The tier of an answer says which line is its own. Its interval has the width that 90 % of these errors had.",
    rungs: {
      measured: "measured",
      interpolated: "interpolated",
      transferred: "transferred",
      modelled: "modelled",
      unseen_gpu: "modelled, on a card without rows",
    },
  },
  {
    title: "Two answers against each other",
    text: "What they share cancels, so that a difference is known better than its two sides. COMPARE and OPTIMIZE decide by these.",
    rungs: {
      ratio: "two precisions",
      ratio_batch: "two batches, per doubling",
      ratio_lengths: "two output lengths, per doubling",
      ratio_num_gpus: "two GPU counts",
      ratio_gpu: "two GPUs",
    },
  },
  {
    title: "What it is worth to know the host",
    text: "Under transformers the processor launches every kernel, and hosts differ threefold: one run of your own (calibration_throughput_tok_s) tells yours.",
    rungs: {
      unknown_host: "a host that nobody measured",
      known_host: "a host of the evidence",
      known_host_ratio: "the same, two precisions",
      calibrated: "after one 16-bit run on it",
    },
  },
];

/** Our own error on rows that each rung had not seen, worst regimes included. */
export const AccuracyPage: FC<{ readonly service: Service }> = ({ service: { catalogue } }) => (
  <article class="wide">
    <h1>How wrong it is</h1>
    <p class="tagline">
      The error in energy per token on rows that an answer had not seen: families, sessions or cards left out in turn.
      The intervals of every answer come from here.
    </p>
    {GROUPS.map(({ title, text, rungs }) => {
      const lines = Object.entries(rungs).flatMap(([rung, name]) =>
        catalogue.held_out.filter((line) => line.rung === rung).map((line) => ({ name, line })),
      );
      return (
        <section>
          <h2>{title}</h2>
          <p>{text}</p>
          <Errors name={title} lines={lines.filter(({ line }) => line.precision === "all")} told />
          <details>
            <summary>By precision</summary>
            <Errors name={`${title}, by precision`} lines={lines.filter(({ line }) => line.precision !== "all")} />
          </details>
        </section>
      );
    })}
    <p>
      As data: <a href="/v1/accuracy">/v1/accuracy</a>, and by card, precision and batch{" "}
      <a href="/v1/accuracy/slices">/v1/accuracy/slices</a>.
    </p>
  </article>
);

interface ErrorsProps {
  readonly name: string;
  readonly lines: readonly { readonly name: string; readonly line: HeldOut }[];
  /** With how the rows were left out, in place of the precision. */
  readonly told?: boolean;
}

const Errors: FC<ErrorsProps> = ({ name, lines, told }) => (
  <Scroll name={name}>
    <table>
      <thead>
        <tr>
          <th scope="col">what</th>
          <th scope="col">engine</th>
          {told ? null : <th scope="col">precision</th>}
          <th scope="col">rows</th>
          <th scope="col">median error</th>
          <th scope="col">90 % are within</th>
          <th scope="col">bias</th>
          <th scope="col">within 2×</th>
          <th scope="col">interval</th>
          {told ? <th scope="col">judged on</th> : null}
        </tr>
      </thead>
      <tbody>
        {lines.map(({ name: what, line }) => (
          <tr>
            <th scope="row">{what}</th>
            <td>{line.framework}</td>
            {told ? null : <td>{line.precision}</td>}
            <td>{line.n}</td>
            <td class="nowrap">{line.median_error_percent} %</td>
            <td class="nowrap">{line.p90_error_percent} %</td>
            <td class="nowrap">{formatPercent(line.bias_percent)}</td>
            <td class="nowrap">{line.within_2x_percent} %</td>
            <td class="nowrap">×/÷ {line.interval_factor}</td>
            {told ? <td class="note">{line.how}</td> : null}
          </tr>
        ))}
      </tbody>
    </table>
  </Scroll>
);
