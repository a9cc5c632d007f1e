import type { Protocol } from "@ecocompute/engine";
import { raw } from "hono/html";
import type { FC } from "hono/jsx";
import { MAX_CONFIGURATIONS } from "../limits.ts";
import { MEDIA_TYPES } from "../negotiate.ts";
import { EXAMPLES } from "../openapi/examples.ts";
import { requestJsonSchema } from "../openapi/schemas.ts";
import { PROBLEM_PAGES } from "../problem.ts";
import { formatsOf } from "../render.ts";
import { takesGet } from "../routes/protocols.ts";
import type { Service } from "../service.ts";
import { CodeText } from "./code-text.tsx";
import { markdownToHtml } from "./markdown.ts";
import { Scroll } from "./scroll.tsx";
import { questionUrl } from "./text.ts";

/** The API reference: the same schemas and examples as /openapi.json, to read. */
export const DocsPage: FC<{ readonly service: Service }> = ({ service }) => (
  <article>
    <h1>The API</h1>
    <p class="tagline">
      GET with a query or POST with JSON, no key. One answer in several forms: JSON, the Markdown report, this page. The
      whole contract is <a href="/openapi.json">OpenAPI 3.1</a>; an agent connects at <code>/mcp</code> (Streamable
      HTTP).
    </p>
    <nav aria-label="Operations" class="contents">
      {service.protocols.map(({ id }) => (
        <a href={`#${id}`}>{id}</a>
      ))}
      <a href="#lists">lists</a>
      <a href="#ci">in CI</a>
      <a href="#caching">caching and limits</a>
      <a href="#problems">problems</a>
    </nav>
    {service.protocols.map((protocol) => (
      <Operation protocol={protocol} />
    ))}
    <section aria-labelledby="lists">
      <h2 id="lists">Lists</h2>
      <p>
        <code>GET</code>{" "}
        {["models", "gpus", "regions", "rules", "claims", "accuracy", "evidence"].map((name) => (
          <>
            <a href={`/v1/${name}`}>/v1/{name}</a>{" "}
          </>
        ))}
        : paged by <code>limit</code> and <code>offset</code>, with the path of the next page in <code>next</code>.{" "}
        <code>/v1/evidence</code> takes <code>q</code>, <code>gpu</code>, <code>model_id</code>, <code>precision</code>,{" "}
        <code>source</code> and <code>framework</code>; <code>/v1/evidence/&lt;id&gt;</code> is one row with its source.
      </p>
    </section>
    <section aria-labelledby="ci">
      <h2 id="ci">In CI</h2>
      <p>
        <code>budget_kwh</code> (or <code>fail_on</code> for an audit) adds <code>verdict</code>: pass, warn, fail or
        unknown. <code>verdict_at</code> says which end of the interval is held against the budget. With{" "}
        <code>verdict_as_status=true</code> a fail is HTTP 422, so that <code>curl -f</code> fails.
      </p>
    </section>
    <section aria-labelledby="caching">
      <h2 id="caching">Caching and limits</h2>
      <p>
        Each GET has a strong <code>ETag</code>; send it as <code>If-None-Match</code>. <code>?dataset=</code> pins a
        dataset and is refused with 409 by a deployment that holds another. 120 requests a minute from one address; 64
        KiB a body, 8 KiB a URL, 16 entries a list; a search of {MAX_CONFIGURATIONS} configurations. A deployment may
        take less of an audit or a search, and then says so.
      </p>
    </section>
    <section aria-labelledby="problems">
      <h2 id="problems">Problems</h2>
      <p>
        Errors are <code>application/problem+json</code> (RFC 9457); <code>errors</code> names each parameter with what
        was expected, received and probably meant.
      </p>
      <dl class="facts wide">
        {Object.entries(PROBLEM_PAGES).map(([type, { status, meaning }]) => (
          <>
            <dt>
              <a href={`/problems/${type}`}>{type}</a> ({status})
            </dt>
            <dd>{raw(markdownToHtml(meaning, service.catalogue))}</dd>
          </>
        ))}
      </dl>
    </section>
  </article>
);

const Operation: FC<{ readonly protocol: Protocol }> = ({ protocol }) => {
  const { properties = {}, required = [] } = requestJsonSchema(protocol);
  const path = `/v1/${protocol.id}`;
  return (
    <section aria-labelledby={protocol.id}>
      <h2 id={protocol.id}>
        <code>
          {takesGet(protocol) ? "GET, POST" : "POST"} {path}
        </code>
      </h2>
      <p>{protocol.description}</p>
      <p>
        As{" "}
        {formatsOf(protocol.id)
          .map((format) => MEDIA_TYPES[format])
          .join(", ")}
        .
      </p>
      <h3>Try</h3>
      <ul>
        {Object.values(EXAMPLES[protocol.id]).map(({ summary, value }) => (
          <li>
            {takesGet(protocol) ? (
              <a href={questionUrl(protocol.id, value)}>{summary}</a>
            ) : (
              <a href="/audit">{summary}</a>
            )}
          </li>
        ))}
      </ul>
      <details>
        <summary>{Object.keys(properties).length} parameters</summary>
        <Scroll name={`Parameters of ${protocol.id}`}>
          <table>
            <thead>
              <tr>
                <th scope="col">name</th>
                <th scope="col">values</th>
                <th scope="col">what it is</th>
              </tr>
            </thead>
            <tbody>
              {Object.entries(properties).map(([name, schema]) => (
                <tr>
                  <th scope="row">
                    <code>{name}</code>
                    {required.includes(name) ? " (required)" : ""}
                  </th>
                  <td>{typeof schema === "boolean" ? "" : valuesText(schema)}</td>
                  <td>{typeof schema === "boolean" ? "" : <CodeText text={schema.description ?? ""} />}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      </details>
    </section>
  );
};

interface Described {
  readonly type?: string | readonly string[] | undefined;
  readonly enum?: readonly unknown[] | undefined;
  readonly minimum?: number | undefined;
  readonly maximum?: number | undefined;
}

function valuesText({ type: types, enum: values, minimum, maximum }: Described): string {
  const type = [types ?? "any"].flat().join(" or ");
  if (values) return values.join(", ");
  const most = maximum === undefined || maximum >= 1e15 ? undefined : maximum;
  if (minimum !== undefined && most !== undefined) return `${type}, ${minimum} to ${most}`;
  if (minimum !== undefined) return `${type}, at least ${minimum}`;
  return most === undefined ? type : `${type}, at most ${most}`;
}
