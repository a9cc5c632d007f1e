import type { Protocol } from "@ecocompute/engine";
import type { FC } from "hono/jsx";
import { requestSchema } from "../parameters.ts";
import type { EdgeProblem } from "../problem.ts";
import type { Service } from "../service.ts";
import { CodeText } from "./code-text.tsx";
import { ErrorList } from "./error-list.tsx";
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
    <ErrorList
      errors={problem.errors}
      meant={(error) => {
        const mended = mend(error, protocol, input);
        return mended ? questionUrl(protocol.id, mended) : null;
      }}
    />
    {problem.report ? (
      <p>
        <a href={questionUrl(protocol.id, { ...input, verdict_as_status: undefined })}>The answer itself</a>
      </p>
    ) : null}
    {problem.how_to_measure ? (
      <>
        <h3>How to find out</h3>
        <p>
          <CodeText text={problem.how_to_measure} />
        </p>
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

/** The question with what was meant: another value, or the same one under its right name. null where it is not ours to say. */
function mend(
  { parameter, did_you_mean }: { readonly parameter: string; readonly did_you_mean: string },
  protocol: Protocol,
  input: ProblemContext["input"],
): ProblemContext["input"] | null {
  if (!Object.hasOwn(input, parameter)) return null;
  if (Object.hasOwn(requestSchema(protocol).shape, parameter)) return { ...input, [parameter]: did_you_mean };
  if (Object.hasOwn(input, did_you_mean)) return null;
  return Object.fromEntries(
    Object.entries(input).map(([name, value]) => [name === parameter ? did_you_mean : name, value]),
  );
}
