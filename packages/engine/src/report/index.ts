import type { Report } from "../domain/report.ts";
import { renderAuditMarkdown } from "./audit-markdown.ts";
import { renderCompareMarkdown } from "./compare-markdown.ts";
import { renderDiagnoseMarkdown } from "./diagnose-markdown.ts";
import { renderEstimateMarkdown } from "./estimate-markdown.ts";
import { renderOptimizeMarkdown } from "./optimize-markdown.ts";

/** A protocol's report as the skill's Markdown: its headings, every field filled. */
export function renderMarkdown(report: Report): string {
  switch (report.protocol) {
    case "optimize":
      return renderOptimizeMarkdown(report);
    case "diagnose":
      return renderDiagnoseMarkdown(report);
    case "compare":
      return renderCompareMarkdown(report);
    case "estimate":
      return renderEstimateMarkdown(report);
    case "audit":
      return renderAuditMarkdown(report);
  }
}
