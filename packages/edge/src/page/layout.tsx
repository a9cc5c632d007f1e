import type { FC, PropsWithChildren } from "hono/jsx";
import type { Service } from "../service.ts";
import { TierMarks } from "./tier.tsx";

const SECTIONS = [
  ["/", "Calculator"],
  ["/diagnose", "Diagnose"],
  ["/audit", "Audit"],
  ["/claims", "Claims"],
  ["/evidence", "Evidence"],
  ["/accuracy", "Accuracy"],
  ["/rules", "Rules"],
  ["/docs", "API"],
] as const;

export interface PageHead {
  readonly title: string;
  readonly description?: string;
  /** The section's own path. */
  readonly section: string;
}

/** Every page: head, navigation, one main landmark, foot. */
export const Layout: FC<PropsWithChildren<PageHead & { readonly service: Service }>> = ({
  title,
  description,
  section,
  service,
  children,
}) => (
  <html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <title>{title}</title>
      <meta
        name="description"
        content={description ?? "Energy, cost and carbon of LLM inference, from audited measurements."}
      />
      <meta name="color-scheme" content="light dark" />
      <link rel="icon" href="/assets/icon.svg" type="image/svg+xml" />
      <link rel="stylesheet" href="/assets/style.css" />
      <link rel="service-desc" href="/openapi.json" type="application/json" />
      <script src="/assets/page.js" defer />
    </head>
    <body>
      <a class="skip" href="#main">
        Skip to the content
      </a>
      <header class="top">
        <a class="brand" href="/">
          <svg width="26" height="26" viewBox="0 0 32 32" aria-hidden="true">
            <rect width="32" height="32" rx="8" class="brand-ground" />
            <path d="M17.6 5 8.5 17.8h6.3L13.9 27l9.6-13.4h-6.6z" class="brand-bolt" />
          </svg>
          EcoCompute
        </a>
        <nav aria-label="Sections">
          {SECTIONS.map(([path, name]) => (
            <a href={path} aria-current={path === section ? "page" : undefined}>
              {name}
            </a>
          ))}
        </nav>
      </header>
      <TierMarks />
      <main id="main">{children}</main>
      <footer class="foot">
        <p>
          Ranges are 90 % intervals. Energy is what the GPU board draws, idle power included. Dataset{" "}
          <code>{service.catalogue.dataset_version}</code>, method <code>{service.method.method_version}</code>.
        </p>
        <p>
          <a href="/llms.txt">For agents</a> · <a href="/openapi.json">OpenAPI</a> · <a href="/SKILL.md">SKILL.md</a> ·{" "}
          <a href="/health">Health</a>
        </p>
      </footer>
    </body>
  </html>
);

/** A whole document as text. */
export const document = (page: { toString(): string }): string => `<!doctype html>\n${page.toString()}`;
