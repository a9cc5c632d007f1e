import type { InputError } from "@ecocompute/engine";
import { formatNumber, type Measurement } from "@ecocompute/engine";
import type { FC } from "hono/jsx";
import { EVIDENCE_FILTERS, evidenceOf, isUsed } from "../evidence-search.ts";
import type { Service } from "../service.ts";
import { Scroll } from "./scroll.tsx";

interface ListProps {
  readonly service: Service;
  readonly query: ReadonlyMap<string, string>;
  readonly rows: readonly Measurement[];
  readonly total: number;
  readonly previous: string | null;
  readonly next: string | null;
  readonly errors: readonly InputError[];
}

/** Every measurement, searchable; a GET form, so that a search can be shared. */
export const EvidencePage: FC<ListProps> = ({ service: { catalogue }, query, rows, total, previous, next, errors }) => {
  const values: Readonly<Record<string, readonly string[]>> = {
    gpu: distinct(catalogue.measurements, "gpu"),
    precision: distinct(catalogue.measurements, "precision"),
    source: distinct(catalogue.measurements, "source"),
    framework: distinct(catalogue.measurements, "framework"),
  };
  return (
    <article class="wide">
      <h1>The evidence</h1>
      <p class="tagline">
        {formatNumber(catalogue.measurements.length, 6)} measurements, each with its source, licence and caveats. Those
        that no answer may rest on are shown too, and say so.
      </p>
      <form class="search" method="get" action="/evidence">
        <div class="field words">
          <label for="q">Words</label>
          <input id="q" name="q" type="search" value={query.get("q") ?? ""} placeholder="llama h100 fp8 …" />
        </div>
        {EVIDENCE_FILTERS.map((name) => (
          <div class="field">
            <label for={name}>{FILTER_LABELS[name]}</label>
            {values[name] ? (
              <select id={name} name={name}>
                <option value="">any</option>
                {values[name].map((value) => (
                  <option value={value} selected={query.get(name) === value || undefined}>
                    {value}
                  </option>
                ))}
              </select>
            ) : (
              <input id={name} name={name} value={query.get(name) ?? ""} placeholder="any" spellcheck={false} />
            )}
          </div>
        ))}
        <button type="submit">Search</button>
      </form>
      {errors.map(({ parameter, message, did_you_mean }) => (
        <p class="problem">
          <code>{parameter}</code>: {message}{" "}
          {did_you_mean === undefined ? null : (
            <a href={`/evidence?${new URLSearchParams({ ...Object.fromEntries(query), [parameter]: did_you_mean })}`}>
              Did you mean <code>{did_you_mean}</code>?
            </a>
          )}
        </p>
      ))}
      <p role="status">
        {formatNumber(total, 6)} {total === 1 ? "row" : "rows"}
      </p>
      <Scroll name="Measurements">
        <table class="rows">
          <thead>
            <tr>
              <th scope="col">id</th>
              <th scope="col">model</th>
              <th scope="col">GPU</th>
              <th scope="col">engine</th>
              <th scope="col">precision</th>
              <th scope="col">batch</th>
              <th scope="col">J per 1k tokens</th>
              <th scope="col">tokens/s</th>
              <th scope="col">used</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr>
                <th scope="row">
                  <a href={`/evidence/${encodeURIComponent(row.id)}`}>{row.id}</a>
                </th>
                <td>{row.model_id}</td>
                <td>
                  {row.num_gpus > 1 ? `${row.num_gpus} × ` : ""}
                  {row.gpu}
                </td>
                <td>{row.framework}</td>
                <td>{row.precision}</td>
                <td>{formatNumber(row.batch_size)}</td>
                <td>{formatNumber(row.energy_j_per_token * 1000)}</td>
                <td>{row.throughput_tok_s === null ? "—" : formatNumber(row.throughput_tok_s)}</td>
                <td>{isUsed(row, catalogue) ? "yes" : "no"}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      <nav class="pages" aria-label="Pages">
        {previous === null ? null : <a href={previous}>← Previous</a>}{" "}
        {next === null ? null : <a href={next}>Next →</a>}
      </nav>
    </article>
  );
};

const FILTER_LABELS: Readonly<Record<(typeof EVIDENCE_FILTERS)[number], string>> = {
  gpu: "GPU",
  model_id: "Model",
  precision: "Precision",
  source: "Source",
  framework: "Served by",
};

const distinct = (rows: readonly Measurement[], field: "gpu" | "precision" | "source" | "framework"): string[] =>
  [...new Set(rows.map((row) => row[field]))].sort();

/** One row: what was measured, by whom, with what, and under which licence. */
export const MeasurementPage: FC<{ readonly service: Service; readonly row: Measurement }> = ({ service, row }) => {
  const { source, boundary, hardware, superseded_by, measurement } = evidenceOf(row, service.catalogue);
  const { usable, ...fields } = measurement;
  return (
    <article>
      <p>
        <a href="/evidence">All evidence</a>
      </p>
      <h1>
        <code>{row.id}</code>
      </h1>
      <p class="sentence">
        {row.model_id} in {row.precision} on {row.num_gpus === 1 ? "one" : row.num_gpus} {hardware?.name ?? row.gpu},
        batch {formatNumber(row.batch_size)}:{" "}
        <strong class="big">{formatNumber(row.energy_j_per_token * 1000)} J</strong> per 1,000 generated tokens.
      </p>
      <p>
        {usable ? "Answers may rest on this row." : "No answer rests on this row: it is shown as it was published."}{" "}
        {superseded_by === null ? null : (
          <>
            Superseded by <a href={`/evidence/${encodeURIComponent(superseded_by)}`}>{superseded_by}</a>.
          </>
        )}
      </p>
      <h2>Source</h2>
      {source ? (
        <dl class="facts wide">
          <dt>Title</dt>
          <dd>
            <a href={source.url}>{source.title}</a>
          </dd>
          <dt>Citation</dt>
          <dd>{source.citation}</dd>
          <dt>Licence</dt>
          <dd>{source.licence}</dd>
          <dt>Revision</dt>
          <dd>{source.commit ?? "not recorded"}</dd>
          <dt>Date</dt>
          <dd>
            {row.date} (read {source.accessed})
          </dd>
          <dt>Method</dt>
          <dd>{source.method ?? "not recorded"}</dd>
          <dt>Boundary</dt>
          <dd>{boundary}</dd>
          <dt>Caveats</dt>
          <dd>
            <ul>
              {source.caveats.map((caveat) => (
                <li>{caveat}</li>
              ))}
            </ul>
          </dd>
        </dl>
      ) : null}
      <h2>The row</h2>
      <Scroll name="All fields">
        <table class="fields-table">
          <tbody>
            {Object.entries(fields).map(([name, value]) => (
              <tr>
                <th scope="row">
                  <code>{name}</code>
                </th>
                <td>{value === null ? "not recorded" : String(value)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      <p>
        As data: <a href={`/v1/evidence/${encodeURIComponent(row.id)}`}>/v1/evidence/{row.id}</a>
      </p>
    </article>
  );
};
