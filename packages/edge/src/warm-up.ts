import type { Protocol } from "@ecocompute/engine";
import { ask } from "./answer.ts";
import { renderAnswerPage } from "./page/answer-page.tsx";
import { renderAnswer } from "./render.ts";
import { exampleQuestion } from "./self-check.ts";
import type { Service } from "./service.ts";

type Input = Readonly<Record<string, unknown>>;

/** The question of each protocol. */
function questionsOf({ catalogue }: Service): Readonly<Record<string, Input>> {
  const example = exampleQuestion(catalogue);
  return {
    estimate: example,
    optimize: { ...example, requests_per_month: 1_000_000 },
    compare: example,
    diagnose: { ...example, observed_throughput_tok_s: 10 },
    audit: { code: `model = AutoModelForCausalLM.from_pretrained("${example.model_id}", load_in_8bit=True)\n` },
  };
}

/**
 * Asks each protocol once, in JSON, Markdown and as a page. What the first question of a kind would pay, for indexes, for the
 * Python parser and for code that is compiled when it first runs, belongs to the start, which has a second: on the free
 * plan a request has 10 ms. What fails is logged, and left to the request that needs it.
 */
export async function warmUp(service: Service): Promise<void> {
  const questions = questionsOf(service);
  for (const protocol of service.protocols) {
    await askOnce(service, protocol, questions[protocol.id] ?? {}).catch((cause) =>
      service.log({ event: "warm-up-failed", protocol: protocol.id, cause: String(cause) }),
    );
  }
}

async function askOnce(service: Service, protocol: Protocol, input: Input): Promise<void> {
  const answered = await ask(service, undefined, protocol, input);
  if (!answered.ok) throw new Error(answered.problem.detail);
  renderAnswer(answered.value, "json", service, input);
  renderAnswer(answered.value, "markdown", service, input);
  renderAnswerPage(answered.value, { service, url: new URL(`http://localhost/v1/${protocol.id}`), input });
}
