import type { Context, MiddlewareHandler } from "hono";
import type { FC } from "hono/jsx";
import { MEDIA_TYPES, preferred } from "../negotiate.ts";
import { PROBLEM_MEDIA_TYPE, type ProblemBody, type ProblemPage } from "../problem.ts";
import type { EdgeEnv, Service } from "../service.ts";
import { ErrorList } from "./error-list.tsx";
import { document, Layout } from "./layout.tsx";

/** A problem that no protocol has a page for (404, 405, 429, 500 …) is a small page for a browser, of the same status. */
export function refusalsAsPages(service: Service): MiddlewareHandler<EdgeEnv> {
  return async (c, next) => {
    await next();
    const problem = c.get("problem");
    if (!problem || !isSent(c) || !wantsPage(c)) return;
    const page = document(
      <Layout title={`${problem.title}: EcoCompute`} section="" service={service}>
        <Refusal problem={problem} />
      </Layout>,
    );
    const headers = new Headers(c.res.headers);
    headers.set("content-type", "text/html; charset=utf-8");
    c.res = undefined;
    c.res = new Response(page, { status: problem.status, headers });
  };
}

const isSent = (c: Context): boolean => c.res.headers.get("content-type") === PROBLEM_MEDIA_TYPE;

/** A browser does, but for an answer whose format the URL names: a program reads that. */
function wantsPage(c: Context): boolean {
  const format = c.req.query("format");
  if (format !== undefined && format !== "html" && Object.hasOwn(MEDIA_TYPES, format)) return false;
  const offered = [PROBLEM_MEDIA_TYPE, "application/json", "text/markdown", "text/plain", "text/html"] as const;
  return preferred(c, [...offered]) === "text/html";
}

const Refusal: FC<{ readonly problem: ProblemBody }> = ({ problem: { type, title, status, detail, errors } }) => (
  <article class="narrow">
    <h1>{title}</h1>
    <p class="lead">{detail}</p>
    <ErrorList
      errors={errors}
      said={detail}
      meant={({ parameter, did_you_mean }) =>
        parameter === "path" && !did_you_mean.includes("{") ? did_you_mean : null
      }
    />
    <p>
      HTTP {status}: <a href={type}>what that means</a>. Back to <a href="/">the calculator</a>, or to{" "}
      <a href="/docs">the API</a>.
    </p>
  </article>
);

/** What a problem's type links to, for a person. */
export const problemTypePage = (page: ProblemPage, service: Service): string =>
  document(
    <Layout title={`${page.title}: EcoCompute`} section="" service={service}>
      <article class="narrow">
        <h1>{page.title}</h1>
        <p class="lead">HTTP {page.status}</p>
        <p>{page.meaning}</p>
      </article>
    </Layout>,
  );
