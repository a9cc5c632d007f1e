import { raw } from "hono/html";
import type { FC } from "hono/jsx";
import type { Service } from "../service.ts";
import { markdownToHtml } from "./markdown.ts";

/** What AUDIT looks for. */
export const RulesPage: FC<{ readonly service: Service }> = ({ service: { rules, catalogue } }) => (
  <article>
    <h1>What the audit looks for</h1>
    <p class="tagline">
      {rules.length} rules. The severity of a finding follows from the waste of the deployment that it was found in,
      where that can be estimated; below is what it is otherwise. <a href="/audit">Audit a text</a>
    </p>
    <ul class="rules">
      {rules.map(({ id, title, description, default_severity }) => (
        <li id={id}>
          <h2>
            <code>{id}</code> {title}
          </h2>
          <p class={`severity ${default_severity}`}>{default_severity}</p>
          {raw(markdownToHtml(description, catalogue))}
        </li>
      ))}
    </ul>
    <p>
      As data: <a href="/v1/rules">/v1/rules</a>.
    </p>
  </article>
);
