import type { FC } from "hono/jsx";
import { questionUrl } from "./text.ts";

interface AskAgainProps {
  readonly protocol: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly origin: string;
  /** Upper end of the month, to hold a pull request against. */
  readonly kwh: number | null;
}

/** The same question for a terminal, a program, a pull request and an agent: tabs of radio buttons, so no script is needed. */
export const AskAgain: FC<AskAgainProps> = ({ protocol, input, origin, kwh }) => {
  const path = questionUrl(protocol, input);
  const forms = [
    ["curl", `curl '${origin}${path}'`],
    ["JSON", `POST ${origin}/v1/${protocol}\nContent-Type: application/json\n\n${JSON.stringify(input, null, 2)}`],
    [
      "Action",
      `# On each pull request, for the deployments that it changes\n- uses: OWNER/ecocompute@COMMIT\n  with:\n    fail-on: critical${kwh === null ? "" : `\n    max-monthly-kwh: ${Math.ceil(kwh)}`}`,
    ],
    [
      "MCP",
      `# Once: claude mcp add --transport http ecocompute ${origin}/mcp\n${JSON.stringify({ method: "tools/call", params: { name: protocol, arguments: input } }, null, 2)}`,
    ],
  ] as const;
  return (
    <section class="again" aria-labelledby="again">
      <h2 id="again">Ask the same from elsewhere</h2>
      <fieldset class="tabs">
        <legend class="hidden">Form of the question</legend>
        {forms.map(([name], i) => (
          <>
            <input type="radio" name="form" id={`form-${name}`} checked={i === 0 || undefined} />
            <label for={`form-${name}`}>{name}</label>
          </>
        ))}
        {forms.map(([name, text]) => (
          <pre class={`panel form-${name}`} tabindex={0}>
            <code>{text}</code>
          </pre>
        ))}
      </fieldset>
    </section>
  );
};
