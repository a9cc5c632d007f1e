import type { FC } from "hono/jsx";
import type { Service } from "../service.ts";
import { Scroll } from "./scroll.tsx";

/** Our own error on rows that each rung had not seen, worst regimes included. */
export const AccuracyPage: FC<{ readonly service: Service }> = ({ service: { catalogue } }) => (
  <article>
    <h1>How wrong it is</h1>
    <p class="tagline">
      The error of each way to an answer, on rows that it had not seen: families, sessions or cards left out in turn.
      The intervals of every answer come from this table.
    </p>
    <Scroll name="Held-out error">
      <table>
        <thead>
          <tr>
            <th scope="col">how</th>
            <th scope="col">engine</th>
            <th scope="col">precision</th>
            <th scope="col">rows</th>
            <th scope="col">median error</th>
            <th scope="col">90 % are within</th>
            <th scope="col">bias</th>
            <th scope="col">within 2×</th>
            <th scope="col">interval</th>
          </tr>
        </thead>
        <tbody>
          {catalogue.held_out.map((line) => (
            <tr class={line.precision === "all" ? "total" : undefined}>
              <th scope="row">{line.rung.replaceAll("_", " ")}</th>
              <td>{line.framework}</td>
              <td>{line.precision}</td>
              <td>{line.n}</td>
              <td>{line.median_error_percent} %</td>
              <td>{line.p90_error_percent} %</td>
              <td>{line.bias_percent} %</td>
              <td>{line.within_2x_percent} %</td>
              <td>×/÷ {line.interval_factor}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
    <p>
      As data: <a href="/v1/accuracy">/v1/accuracy</a>.
    </p>
  </article>
);
