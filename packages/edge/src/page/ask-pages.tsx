import type { Protocol } from "@ecocompute/engine";
import type { FC } from "hono/jsx";
import type { Service } from "../service.ts";
import { QuestionForm } from "./form.tsx";

const EXAMPLE_CODE = `from transformers import AutoModelForCausalLM, BitsAndBytesConfig

model = AutoModelForCausalLM.from_pretrained(
    "mistralai/Mistral-7B-Instruct-v0.2",
    quantization_config=BitsAndBytesConfig(load_in_8bit=True),
)
`;

/** What one saw, against what the evidence expects. */
export const DiagnosePage: FC<{ readonly service: Service; readonly protocol: Protocol }> = ({ service, protocol }) => (
  <article class="narrow">
    <h1>Is it slower than it should be?</h1>
    <p class="tagline">{protocol.description}</p>
    <QuestionForm
      service={service}
      protocol={protocol}
      values={{
        model_id: "mistralai/Mistral-7B-Instruct-v0.2",
        hardware_platform: "rtx4090d",
        quantization: "int8_default",
        batch_size: 1,
        observed_throughput_tok_s: 7.9,
      }}
      button="Diagnose"
    />
  </article>
);

interface AuditProps {
  /** Of a text that this deployment has the processor time for. */
  readonly mostBytes: number;
  readonly text?: string;
  readonly why?: string;
}

/** A text is posted, read and never run. */
export const AuditPage: FC<AuditProps> = ({ mostBytes, text = EXAMPLE_CODE, why }) => (
  <article class="narrow">
    <h1>Audit a deployment</h1>
    <p class="tagline">
      Paste Python that loads a model, a Kubernetes manifest, a Compose file or a launch command. It is read, never run,
      and not kept.
    </p>
    {why === undefined ? null : <p class="problem">{why}</p>}
    <form class="audit" method="post" action="/audit">
      <label for="code">Code or manifest, up to {mostBytes / 1024} KiB</label>
      <textarea id="code" name="code" rows={16} spellcheck={false} required>
        {text}
      </textarea>
      <button type="submit">Audit</button>
    </form>
    <p>
      A whole repository is better audited by the Action or by <code>npx ecocompute audit</code>; a program posts to{" "}
      <a href="/docs#audit">/v1/audit</a>.
    </p>
  </article>
);
