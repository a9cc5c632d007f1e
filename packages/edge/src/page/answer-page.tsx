import type { EstimateReport, Protocol } from "@ecocompute/engine";
import { raw } from "hono/html";
import type { FC } from "hono/jsx";
import type { Answer } from "../answer.ts";
import { renderAnswer } from "../render.ts";
import type { Service } from "../service.ts";
import { AskAgain } from "./ask-again.tsx";
import { Calculator } from "./calculator.tsx";
import { QuestionForm } from "./form.tsx";
import { document, Layout } from "./layout.tsx";
import { markdownToHtml } from "./markdown.ts";
import { questionUrl } from "./text.ts";

export interface PageContext {
  readonly service: Service;
  readonly url: URL;
  readonly input: Readonly<Record<string, unknown>>;
}

/** An answer for people, at the URL of the API. */
export function renderAnswerPage(answer: Answer, { service, url, input }: PageContext): string {
  if (isEstimate(answer)) {
    const { configuration } = answer;
    return document(
      <Layout
        title={`${configuration.model_id} on ${configuration.gpu_name ?? configuration.hardware_platform}: energy, cost, carbon`}
        section="/"
        service={service}
      >
        <Calculator answer={answer} input={input} origin={url.origin} service={service} />
      </Layout>,
    );
  }
  const protocol = service.protocols.find(({ id }) => id === answer.protocol);
  return document(
    <Layout
      title={`${protocol?.title ?? answer.protocol}: EcoCompute`}
      section={SECTION_OF[answer.protocol] ?? "/"}
      service={service}
    >
      {protocol ? (
        <ReportPage answer={answer} protocol={protocol} service={service} origin={url.origin} input={input} />
      ) : null}
    </Layout>,
  );
}

const SECTION_OF: Readonly<Record<string, string>> = { diagnose: "/diagnose", audit: "/audit" };

const isEstimate = (answer: Answer): answer is Answer & EstimateReport => answer.protocol === "estimate";

interface ReportPageProps {
  readonly answer: Answer;
  readonly protocol: Protocol;
  readonly service: Service;
  readonly origin: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** The skill's report of a protocol, beside its question. */
const ReportPage: FC<ReportPageProps> = ({ answer, protocol, service, origin, input }) => (
  <div class="calculator">
    <aside class="ask">
      <h1>{protocol.title}</h1>
      <p class="tagline">{protocol.description}</p>
      {protocol.id === "audit" ? (
        <p>
          <a href="/audit">Audit another text</a>
        </p>
      ) : (
        <>
          <QuestionForm service={service} protocol={protocol} values={input} button="Ask" />
          <p class="others">
            The same question to{" "}
            {service.protocols
              .filter(({ id }) => id !== protocol.id && id !== "audit" && id !== "diagnose")
              .map((other, i) => (
                <>
                  {i > 0 ? ", " : ""}
                  <a href={questionUrl(other.id, input)}>{other.id.toUpperCase()}</a>
                </>
              ))}
          </p>
        </>
      )}
    </aside>
    <div id="result" class="result report" aria-live="polite">
      <article>{raw(markdownToHtml(renderAnswer(answer, "markdown", service, input), service.catalogue))}</article>
      {protocol.id === "audit" ? null : <AskAgain protocol={protocol.id} input={input} origin={origin} kwh={null} />}
    </div>
  </div>
);
