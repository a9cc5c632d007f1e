import type { Protocol } from "@ecocompute/engine";
import type { FC } from "hono/jsx";
import type { EdgeProblem } from "../problem.ts";
import type { Service } from "../service.ts";
import { QuestionForm } from "./form.tsx";
import { document, Layout } from "./layout.tsx";
import { questionUrl } from "./text.ts";

interface ProblemContext {
  readonly service: Service;
  readonly protocol: Protocol;
  readonly input: Readonly<Record<string, unknown>>;
}

/** Why there is no answer, what to change, and the form as it was filled in. */
export function renderProblemPage(problem: EdgeProblem, { service, protocol, input }: ProblemContext): string {
  const wrong = problem.errors.map(({ parameter }) => parameter);
  return document(
    <Layout
      title={`${problem.title}: EcoCompute`}
      section={protocol.id === "diagnose" ? "/diagnose" : "/"}
      service={service}
    >
      <div class="calculator">
        <aside class="ask">
          <h1>{protocol.title}</h1>
          {protocol.id === "audit" ? (
            <p>
              <a href="/audit">Audit another text</a>
            </p>
          ) : (
            <QuestionForm service={service} protocol={protocol} values={input} button="Ask again" wrong={wrong} />
          )}
        </aside>
        <div id="result" class="result" aria-live="polite">
          <ProblemText problem={problem} protocol={protocol} input={input} />
        </div>
      </div>
    </Layout>,
  );
}

const ProblemText: FC<Omit<ProblemContext, "service"> & { readonly problem: EdgeProblem }> = ({
  problem,
  protocol,
  input,
}) => (
  <section class="problem" aria-labelledby="problem">
    <h2 id="problem">{problem.title}</h2>
    <p class="lead">{problem.detail}</p>
    <ul>
      {problem.errors.map(({ parameter, message, received, did_you_mean }) => (
        <li>
          <code>{parameter}</code>: {withoutHint(message)}. Received <code>{received}</code>.{" "}
          {did_you_mean === undefined ? null : Object.hasOwn(input, parameter) ? (
            <a href={questionUrl(protocol.id, { ...input, [parameter]: did_you_mean })}>
              Did you mean <code>{did_you_mean}</code>?
            </a>
          ) : (
            <>
              Did you mean <code>{did_you_mean}</code>?
            </>
          )}
        </li>
      ))}
    </ul>
    {problem.how_to_measure ? (
      <>
        <h3>How to find out</h3>
        <p>{problem.how_to_measure}</p>
      </>
    ) : null}
    {problem.nearest_evidence && problem.nearest_evidence.length > 0 ? (
      <>
        <h3>The nearest evidence</h3>
        <ul>
          {problem.nearest_evidence.map((id) => (
            <li>
              <a href={`/evidence/${encodeURIComponent(id)}`}>
                <code>{id}</code>
              </a>
            </li>
          ))}
        </ul>
      </>
    ) : null}
    {problem.alternatives && problem.alternatives.length > 0 ? (
      <>
        <h3>What would fit</h3>
        <ul>
          {problem.alternatives.map((alternative) => {
            const value = alternative[alternative.change];
            return (
              <li>
                <a href={questionUrl(protocol.id, { ...input, [alternative.change]: value })}>
                  {alternative.change} = {String(value)}
                </a>
              </li>
            );
          })}
        </ul>
      </>
    ) : null}
  </section>
);

/** The message without the suggestion that follows as a link. */
const withoutHint = (message: string): string =>
  message.replace(/[;,]? did you mean "[^"]*"\?/, "").replace(/[.:]$/, "");
