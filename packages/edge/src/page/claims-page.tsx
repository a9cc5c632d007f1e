import type { FC } from "hono/jsx";
import type { Service } from "../service.ts";

const MARK: Readonly<Record<string, string>> = {
  holds: "✓",
  "holds in part": "◐",
  contradicted: "✕",
  "not testable": "?",
};
const SHOWN_ROWS = 6;

/** What is said, and what the measurements say: each claim with its verdict, by group, and the rows behind it. */
export const ClaimsPage: FC<{ readonly service: Service }> = ({ service: { catalogue } }) => (
  <article>
    <h1>What is said, and what is measured</h1>
    <p class="tagline">
      {catalogue.claims.length} published claims about the energy of LLM inference, each tested by a query over the
      measurements. The verdicts are computed when the data is compiled; nobody types them.
    </p>
    <ul class="claims">
      {catalogue.claims.map((claim) => (
        <li id={claim.id} class={`claim ${claim.verdict.replaceAll(" ", "-")}`}>
          <h2>{claim.claim}</h2>
          <p>
            <span class="verdict-mark">
              <span aria-hidden="true">{MARK[claim.verdict]}</span> {claim.verdict}
            </span>{" "}
            {claim.n_agreeing} of {claim.n_tested} comparisons agree · said by{" "}
            {claim.url === undefined ? claim.said_by : <a href={claim.url}>{claim.said_by}</a>}
          </p>
          <ul>
            {claim.findings.map(({ group, n, summary, agrees }) => (
              <li>
                <span aria-hidden="true">{agrees ? "✓" : "✕"}</span>
                <span class="hidden">{agrees ? "agrees:" : "disagrees:"}</span> {group} (n = {n}): {summary}
              </li>
            ))}
          </ul>
          {claim.findings.length === 0 ? <p class="note">{claim.why}</p> : null}
          {claim.evidence.length > 0 ? (
            <details>
              <summary>{claim.evidence.length} rows behind it</summary>
              <p>
                {claim.evidence.slice(0, SHOWN_ROWS * 4).map((id) => (
                  <>
                    <a href={`/evidence/${encodeURIComponent(id)}`}>
                      <code>{id}</code>
                    </a>{" "}
                  </>
                ))}
                {claim.evidence.length > SHOWN_ROWS * 4 ? (
                  <>
                    and {claim.evidence.length - SHOWN_ROWS * 4} more in <a href="/v1/claims">/v1/claims</a>
                  </>
                ) : null}
              </p>
            </details>
          ) : null}
        </li>
      ))}
    </ul>
  </article>
);
