import { type Candidate, formatNumber } from "@ecocompute/engine";
import type { FC } from "hono/jsx";
import type { Service } from "../service.ts";
import { LinkedText } from "./linked-text.tsx";

/** The rows behind a number, each linked, with what they measured and when. */
export const EvidenceList: FC<{ readonly candidate: Candidate; readonly service: Service }> = ({
  candidate,
  service: { catalogue },
}) => {
  const { evidence, notes, held_out_error_percent, tier } = candidate.basis;
  return (
    <section aria-labelledby="evidence">
      <h2 id="evidence">What it rests on</h2>
      {evidence.length === 0 ? <p>No measurement: physics alone.</p> : null}
      <ul class="evidence">
        {evidence.map((id) => {
          const row = catalogue.measurementById.get(id);
          return (
            <li>
              {row ? (
                <a href={`/evidence/${encodeURIComponent(id)}`}>
                  <code>{id}</code>
                </a>
              ) : (
                <code>{id}</code>
              )}
              {row
                ? ` ${row.model_id} on ${row.gpu}, ${row.precision}, batch ${formatNumber(row.batch_size)}: ${formatNumber(row.energy_j_per_token * 1000)} J per 1k tokens, ${row.date}, ${runsText(row.n_runs)}`
                : " your own row"}
            </li>
          );
        })}
      </ul>
      {held_out_error_percent === null ? null : (
        <p>
          On rows that were held out, a {tier} answer of this kind is off by {formatNumber(held_out_error_percent)} %
          (median). <a href="/accuracy">All of our error</a>
        </p>
      )}
      {notes.length > 0 ? (
        <ul class="notes">
          {notes.map((note) => (
            <li>
              <LinkedText text={note} catalogue={catalogue} />
            </li>
          ))}
        </ul>
      ) : null}
    </section>
  );
};

const runsText = (runs: string): string => (/^\d+$/.test(runs) ? `n = ${runs}` : runs);
