import type { Measurement, Protocol } from "@ecocompute/engine";
import { type Context, Hono } from "hono";
import type { Child } from "hono/jsx";
import { ask, mostAuditBytes } from "../answer.ts";
import { readBytes } from "../body.ts";
import { isUsed, readEvidenceQuery, searchEvidence } from "../evidence-search.ts";
import { MAX_BODY_BYTES } from "../limits.ts";
import { preferred } from "../negotiate.ts";
import { AccuracyPage } from "../page/accuracy-page.tsx";
import { renderAnswerPage } from "../page/answer-page.tsx";
import { AuditPage, DiagnosePage } from "../page/ask-pages.tsx";
import { ClaimsPage } from "../page/claims-page.tsx";
import { DocsPage } from "../page/docs-page.tsx";
import { EvidencePage, MeasurementPage } from "../page/evidence-pages.tsx";
import { document, Layout, type PageHead } from "../page/layout.tsx";
import { RulesPage } from "../page/rules-page.tsx";
import { page } from "../paging.ts";
import { PROBLEM_PAGES, type ProblemType, refuse } from "../problem.ts";
import { readQuery } from "../query.ts";
import { represent, send } from "../reply.ts";
import type { EdgeEnv, Service } from "../service.ts";
import { cut, suggest } from "../suggest.ts";
import { welcome } from "../welcome.ts";

/** What `/` answers before anyone asks: a measured row, so that the page shows measurements first. */
export const EXAMPLE_QUESTION = {
  model_id: "mistralai/Mistral-7B-Instruct-v0.2",
  hardware_platform: "a800",
  quantization: "int8_pure",
  batch_size: 8,
  sequence_length: 256,
} as const;

/** A form sends each byte as up to three. */
const MAX_FORM_BYTES = 3 * MAX_BODY_BYTES;

type EdgeContext = Context<EdgeEnv>;

/** The pages for people: `/`, `/diagnose`, `/audit`, `/claims`, `/evidence`, `/accuracy`, `/rules`, `/docs`. */
export function pageRoutes(service: Service): Hono<EdgeEnv> {
  const routes = new Hono<EdgeEnv>();
  const protocol = (id: Protocol["id"]): Protocol | undefined => service.protocols.find((found) => found.id === id);
  const show = async (c: EdgeContext, head: PageHead, content: Child): Promise<Response> =>
    send(
      c,
      await represent(
        document(
          <Layout {...head} service={service}>
            {content}
          </Layout>,
        ),
        "text/html",
      ),
    );

  routes.get("/", async (c) => {
    c.header("Vary", "Accept", { append: true });
    const { origin } = new URL(c.req.url);
    const type = preferred(c, ["text/plain", "text/html", "text/markdown"]);
    if (type !== "text/html") {
      return send(c, await represent(welcome(service, origin, EXAMPLE_QUESTION), type ?? "text/plain"));
    }
    const estimate = protocol("estimate");
    const answered = estimate ? await ask(service, c.env, estimate, EXAMPLE_QUESTION) : null;
    if (!answered?.ok) return show(c, { title: "EcoCompute", section: "/" }, <h1>EcoCompute</h1>);
    const context = { service, url: new URL(c.req.url), input: EXAMPLE_QUESTION };
    return send(c, await represent(renderAnswerPage(answered.value, context), "text/html"));
  });

  routes.get("/diagnose", (c) => {
    const diagnose = protocol("diagnose");
    return show(
      c,
      { title: "Diagnose: EcoCompute", section: "/diagnose" },
      diagnose ? <DiagnosePage service={service} protocol={diagnose} /> : null,
    );
  });

  const auditHead = { title: "Audit: EcoCompute", section: "/audit" };
  routes.get("/audit", (c) => show(c, auditHead, <AuditPage mostBytes={mostAuditBytes(c.env)} />));
  routes.post("/audit", async (c) => {
    const audit = protocol("audit");
    const code = await formText(c);
    const answered = audit && typeof code === "string" ? await ask(service, c.env, audit, { code }) : null;
    const respond = (page: string, status: (typeof PROBLEM_PAGES)[ProblemType]["status"] | 200) =>
      c.body(page, status, { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" });
    if (answered?.ok) {
      return respond(renderAnswerPage(answered.value, { service, url: new URL(c.req.url), input: {} }), 200);
    }
    // What was pasted stays in its box.
    const said = typeof code === "string" ? { text: code, why: answered?.problem.detail ?? "" } : { why: code.why };
    const page = document(
      <Layout {...auditHead} service={service}>
        <AuditPage mostBytes={mostAuditBytes(c.env)} {...said} />
      </Layout>,
    );
    return respond(page, PROBLEM_PAGES[answered?.problem.type ?? "invalid-input"].status);
  });

  routes.get("/claims", (c) =>
    show(c, { title: "Claims, tested: EcoCompute", section: "/claims" }, <ClaimsPage service={service} />),
  );
  routes.get("/accuracy", (c) =>
    show(c, { title: "How wrong it is: EcoCompute", section: "/accuracy" }, <AccuracyPage service={service} />),
  );
  routes.get("/rules", (c) =>
    show(c, { title: "Rules: EcoCompute", section: "/rules" }, <RulesPage service={service} />),
  );
  routes.get("/docs", (c) => show(c, { title: "API: EcoCompute", section: "/docs" }, <DocsPage service={service} />));

  routes.get("/evidence", (c) => {
    const query = readQuery(new URL(c.req.url).searchParams);
    if (!query.ok) return refuse(c, query.refusal);
    // An empty field of a form is a field that was left alone.
    const asked = new Map([...query.value].filter(([, value]) => value !== ""));
    const read = readEvidenceQuery(asked, service.catalogue);
    const found = read.ok
      ? page(
          usedFirst(searchEvidence(read.value, service.catalogue), service),
          read.value.page,
          `${new URL(c.req.url).origin}/evidence?${new URLSearchParams([...asked])}`,
        )
      : { total: 0, items: [], next: null, offset: 0, limit: 1 };
    const before = new URLSearchParams([...asked]);
    before.set("offset", String(Math.max(0, found.offset - found.limit)));
    return show(
      c,
      { title: "Evidence: EcoCompute", section: "/evidence" },
      <EvidencePage
        service={service}
        query={asked}
        rows={found.items}
        total={found.total}
        previous={found.offset > 0 ? `/evidence?${before}` : null}
        next={found.next}
        errors={read.ok ? [] : (read.refusal.errors ?? [])}
      />,
    );
  });

  routes.get("/evidence/:id", (c) => {
    const id = c.req.param("id");
    const row = service.catalogue.measurementById.get(id);
    if (row) {
      const head = { title: `${row.id}: EcoCompute`, section: "/evidence" };
      return show(c, head, <MeasurementPage service={service} row={row} />);
    }
    const message = "No measurement has this id.";
    const ids = [...service.catalogue.measurementById.keys()];
    const errors = [{ parameter: "id", message, received: cut(id), ...suggest(id, ids) }];
    return refuse(c, { type: "not-found", detail: message, errors });
  });
  return routes;
}

/** Rows that answers rest on before those that are only shown. */
const usedFirst = (rows: readonly Measurement[], { catalogue }: Service): readonly Measurement[] =>
  [true, false].flatMap((used) => rows.filter((row) => isUsed(row, catalogue) === used));

/** The text of the audit's form, or why there is none. */
async function formText(c: EdgeContext): Promise<string | { readonly why: string }> {
  const type = c.req.header("content-type")?.split(";", 1)[0]?.trim().toLowerCase();
  if (type !== "application/x-www-form-urlencoded") return { why: "The form is sent URL-encoded." };
  const bytes = await readBytes(c.req.raw, MAX_FORM_BYTES);
  if (bytes === null) return { why: `A text may have ${MAX_BODY_BYTES / 1024} KiB.` };
  const code = new URLSearchParams(new TextDecoder().decode(bytes)).get("code");
  return code === null || code.trim() === "" ? { why: "There was no text." } : code;
}
