import { type Catalogue, type Protocol, precisionName } from "@ecocompute/engine";
import { raw } from "hono/html";
import type { FC } from "hono/jsx";
import type { Service } from "../service.ts";
import { escapeHtml } from "./escape-html.ts";
import { type Field, fieldsOf, groupFields } from "./fields.ts";

type Values = Readonly<Record<string, unknown>>;

interface FormProps {
  readonly service: Service;
  readonly protocol: Protocol;
  /** What was asked, as it was asked. */
  readonly values: Values;
  readonly button: string;
  /** Names of parameters that were refused. */
  readonly wrong?: readonly string[];
}

/** A GET form whose URL is the API's: works without a script, and can be shared. */
export const QuestionForm: FC<FormProps> = ({ service, protocol, values, button, wrong = [] }) => {
  const { main, more } = groupFields(fieldsOf(protocol));
  const given = more.some(({ name }) => values[name] !== undefined);
  return (
    <form class="question" method="get" action={`/v1/${protocol.id}`} data-enhance={protocol.id}>
      <div class="fields">
        {main.map((field) => (
          <Input field={field} value={values[field.name]} wrong={wrong.includes(field.name)} />
        ))}
      </div>
      <details class="more" open={given || undefined}>
        <summary>More: replicas, rent, price, budget, live grid …</summary>
        <div class="fields">
          {more.map((field) => (
            <Input field={field} value={values[field.name]} wrong={wrong.includes(field.name)} />
          ))}
        </div>
      </details>
      <button type="submit">{button}</button>
      {raw(pickers(service.catalogue))}
    </form>
  );
};

interface InputProps {
  readonly field: Field;
  readonly value: unknown;
  readonly wrong: boolean;
}

const PICKERS: Readonly<Record<string, string>> = {
  model_id: "models",
  hardware_platform: "gpus",
  region: "regions",
};

const Input: FC<InputProps> = ({ field, value, wrong }) => {
  const id = `field-${field.name}`;
  const text = value === undefined ? "" : String(value);
  const invalid = wrong ? "true" : undefined;
  return (
    <div class={`field ${field.name}`}>
      <label for={id} title={field.help}>
        {field.label}
      </label>
      {field.kind === "choice" ? (
        <select id={id} name={field.name} aria-invalid={invalid}>
          <option value="">
            {field.assumed === null ? "" : `${shownChoice(field.name, field.assumed)} (assumed)`}
          </option>
          {field.choices.map((choice) => (
            <option value={choice} selected={choice === text || undefined}>
              {shownChoice(field.name, choice)}
            </option>
          ))}
        </select>
      ) : (
        <input
          id={id}
          name={field.name}
          value={text}
          type={field.kind}
          inputmode={field.kind === "number" ? (field.whole ? "numeric" : "decimal") : undefined}
          min={field.min}
          max={field.max}
          step={field.kind === "number" ? (field.whole ? 1 : "any") : undefined}
          list={PICKERS[field.name]}
          required={field.required || undefined}
          placeholder={field.assumed ?? undefined}
          autocomplete="off"
          spellcheck={false}
          aria-invalid={invalid}
        />
      )}
    </div>
  );
};

const shownChoice = (field: string, choice: string): string =>
  field === "quantization" ? precisionName(choice) : choice;

const written = new WeakMap<Catalogue, string>();

/** Lists to search in, written once: the catalogue does not change in an isolate. */
function pickers(catalogue: Catalogue): string {
  const known = written.get(catalogue);
  if (known !== undefined) return known;
  const rows = new Map<string, number>();
  for (const { gpu } of catalogue.usable) rows.set(gpu, (rows.get(gpu) ?? 0) + 1);
  const text = [
    datalist(
      "models",
      catalogue.models.map(({ id }) => [id, ""]),
    ),
    datalist(
      "gpus",
      catalogue.gpus
        .filter(({ variant_unstated }) => !variant_unstated)
        .toSorted((a, b) => (rows.get(b.id) ?? 0) - (rows.get(a.id) ?? 0))
        .map(({ id, name }) => [id, `${name}${rows.has(id) ? ` · ${rows.get(id)} measurements` : ""}`]),
    ),
    datalist(
      "regions",
      catalogue.regions.map(({ id, name }) => [id, name]),
    ),
  ].join("");
  written.set(catalogue, text);
  return text;
}

const datalist = (id: string, options: readonly (readonly [value: string, label: string])[]): string =>
  `<datalist id="${id}">${options.map(([value, label]) => `<option value="${escapeHtml(value)}">${escapeHtml(label)}</option>`).join("")}</datalist>`;
