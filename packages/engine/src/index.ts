// The public list: what a host or a user of the package may rely on.

export type * from "./domain/audit-report.ts";
export { type Catalogue, type CatalogueData, indexCatalogue } from "./domain/catalogue.ts";
export type { ClaimResult } from "./domain/claim.ts";
export type { Deployment, FileText } from "./domain/deployment.ts";
export type { Estimate, Estimated, Metrics, Monthly } from "./domain/estimate.ts";
export type { Finding } from "./domain/finding.ts";
export type { Fleet, FleetChange, FleetOutcome } from "./domain/fleet.ts";
export { formatNumber, formatPercent } from "./domain/format.ts";
export type { Quantity } from "./domain/interval.ts";
export type { Measurement } from "./domain/measurement.ts";
export type { PythonParser } from "./domain/parser.ts";
export { isSelected, pathMatches } from "./domain/path-patterns.ts";
export type { InputError, Outcome, Problem, Warning } from "./domain/problem.ts";
export type * from "./domain/report.ts";
export type { Configuration, Resolved } from "./domain/request.ts";
export type { Suppression } from "./domain/suppression.ts";
export type { Demand, Workload } from "./domain/workload.ts";
export { estimateWorkload } from "./evidence/estimate.ts";
export { estimateFleet } from "./evidence/fleet.ts";
export { changeFleet } from "./evidence/fleet-change.ts";
export { whyNotAuditable } from "./protocols/audit-files.ts";
export { type AuditOptions, AuditOptionsSchema } from "./protocols/audit-options.ts";
export { parseAuditOptions } from "./protocols/audit-options-check.ts";
export { auditRepository, type RepositoryInput } from "./protocols/audit-repository.ts";
export { PROTOCOLS } from "./protocols/index.ts";
export { MAX_OWN_MEASUREMENTS, type OwnCatalogue, takeOwnMeasurements } from "./protocols/own-measurements.ts";
export { nameOf as precisionName } from "./protocols/paradox.ts";
export { boundedErrors, parse } from "./protocols/parse.ts";
export {
  type ConfigProblem,
  type ConfigRead,
  EMPTY_CONFIG,
  type ProjectConfig,
  readProjectConfig,
} from "./protocols/project-config.ts";
export { projectConfigJsonSchema } from "./protocols/project-config-schema.ts";
export type { Protocol, ProtocolContext } from "./protocols/protocol.ts";
export { auditPullRequest, type PullRequestInput } from "./protocols/pull-request.ts";
export { type BesideFiles, isReadBeside } from "./protocols/pull-request-dependents.ts";
export { type FactsRead, type PullRequestFacts, readPullRequestFacts } from "./protocols/pull-request-facts.ts";
export { type Judgement, judge, type Policy, type Violation } from "./protocols/pull-request-policy.ts";
export { changesAnything, type PullRequestReport } from "./protocols/pull-request-report.ts";
export { type ReportState, readState, type StateRead } from "./protocols/report-state.ts";
export { judgeRepository, type RepositoryPolicy } from "./protocols/repository-policy.ts";
export { type RepositoryReport, reportRepository } from "./protocols/repository-report.ts";
export { resolveRequest } from "./protocols/resolve.ts";
export { resolveRegion } from "./protocols/resolve-region.ts";
export { didYouMean } from "./protocols/shown.ts";
export {
  describeParameters,
  type FieldTypes,
  fieldTypes,
  type ParameterDescription,
  toInput,
} from "./protocols/text-values.ts";
export { sortedByImpact } from "./report/comment-findings.ts";
export { renderComment, renderNothing } from "./report/comment-markdown.ts";
export type { CommentOptions } from "./report/comment-options.ts";
export { escapeMarkdown, tame } from "./report/escape.ts";
export { renderMarkdown } from "./report/index.ts";
export { renderRepositoryCsv } from "./report/repository-csv.ts";
export { type RepositoryOptions, renderRepository } from "./report/repository-markdown.ts";
export { renderSarif, type SarifInput, type SarifOptions } from "./report/sarif.ts";
export { renderCommentText, renderText } from "./report/text/index.ts";
export { ansiText, type Line, plainText } from "./report/text/styled.ts";
export { RULES } from "./rules/index.ts";
export type { Rule } from "./rules/rule.ts";
