import type { AuditedDeployment, SkippedCount } from "../domain/audit-report.ts";
import type { FileText } from "../domain/deployment.ts";
import type { Fleet, FleetChange } from "../domain/fleet.ts";
import type { Warning } from "../domain/problem.ts";
import { changeFleet } from "../evidence/fleet-change.ts";
import { type AuditedSide, type AuditOptions, auditSide } from "./audit.ts";
import { deploymentFiles } from "./audit-files.ts";
import type { ProtocolContext } from "./protocol.ts";
import { pullRequestCoverage } from "./pull-request-coverage.ts";
import { type BesideFiles, dependentsOf } from "./pull-request-dependents.ts";
import { classifyFindings } from "./pull-request-findings.ts";
import type { DeploymentChange, DeploymentLimits, PullRequestReport } from "./pull-request-report.ts";
import { totalsOf } from "./pull-request-totals.ts";
import { hiddenSides, type Pair, withUnread } from "./pull-request-unread.ts";
import { AGED_DATA, staleData } from "./stale-data.ts";

/** The changed files at the merge base and at the head. */
export interface PullRequestInput {
  readonly base: readonly FileText[];
  readonly head: readonly FileText[];
  /** Charts, bases, overlays and values that changed files may stand in relation to. */
  readonly beside?: BesideFiles;
  readonly renames: readonly { readonly from: string; readonly to: string }[];
  /** Files that the host could not read, with the reason. */
  readonly skipped: readonly { readonly path: string; readonly why: string }[];
  /** Changed files that the host did not read, by reason. */
  readonly unlisted?: readonly SkippedCount[];
  /** What the host did not look at at all, in sentences. */
  readonly partial: readonly string[];
}

const NOTHING_BESIDE: BesideFiles = { base: [], head: [], mayDepend: () => false };

/** What a pull request does to energy, cost and carbon, and which findings it brings in or removes. */
export function auditPullRequest(
  input: PullRequestInput,
  options: AuditOptions,
  context: ProtocolContext,
): PullRequestReport {
  const { beside = NOTHING_BESIDE } = input;
  const all = { base: [...input.base, ...beside.base], head: [...input.head, ...beside.head] };
  const split = { base: deploymentFiles(input.base), head: deploymentFiles(input.head) };
  const dependents = dependentsOf(beside, all, context);
  const files = { base: [...split.base.wanted, ...dependents], head: [...split.head.wanted, ...dependents] };
  const base = auditSide(files.base, options, context, all.base);
  const newPath = new Map(input.renames.map(({ from, to }) => [from, to]));
  const pathAtHead = (path: string): string => newPath.get(path) ?? path;
  const idAtHead = (id: string): string => {
    const [path = "", ...rest] = id.split("#");
    return [pathAtHead(path), ...rest].join("#");
  };
  const requests_of = keptTraffic(base, idAtHead);
  const head = auditSide(files.head, { ...options, requests_of }, context, all.head);
  const hidden = hiddenSides(base, head, pathAtHead, input.skipped);
  const deployments = pairDeployments(base, head, idAtHead)
    .map((pair) =>
      withUnread(pair, hidden, (each) => ({ ...each, path: pathAtHead(each.path), id: idAtHead(each.id) })),
    )
    .map((pair) => compareSides(pair, base, head, context));
  const found = classifyFindings(
    { files: files.base, findings: base.report.findings },
    { files: files.head, findings: head.report.findings, suppressed: head.report.suppressed },
    idAtHead,
  );
  const isKnown = (id: string) => head.stated.has(id) || hidden.after(id.split("#")[0] ?? "") === null;
  const counted = deployments.filter((each) => (each.after ?? each.before)?.purpose === "inference");
  return {
    protocol: "pull-request",
    dataset_version: context.catalogue.dataset_version,
    warnings: [...head.report.warnings, ...agedData(counted, context)],
    deployments: counted.toSorted(byWeight),
    // Of a deployment that could not be read no finding is known to be gone.
    findings: { ...found, fixed: found.fixed.filter(({ deployment }) => isKnown(idAtHead(deployment))) },
    suppressed: head.report.suppressed,
    totals: totalsOf(counted),
    not_estimated: counted.filter((each) => each.change === null).length,
    coverage: pullRequestCoverage(
      { audited: base, others: split.base.others },
      { audited: head, others: split.head.others },
      pathAtHead,
      input,
    ),
  };
}

/** Prices and intensities behind what changes that were old on the day of the run. */
function agedData(deployments: readonly DeploymentChange[], { today, catalogue }: ProtocolContext): Warning[] {
  if (today === undefined) return [];
  const changed = deployments.filter(({ status }) => status !== "unchanged").flatMap((each) => each.after ?? []);
  return staleData(changed, today, catalogue).map((message) => ({ code: AGED_DATA, message }));
}

/** A utilization is of the fleet before: the pull request changes the fleet, not who asks it. */
function keptTraffic(base: AuditedSide, idAtHead: (id: string) => string): ReadonlyMap<string, number> {
  const kept = new Map<string, number>();
  for (const [id, { demand }] of base.fleets) {
    if (base.options.get(id)?.utilization !== undefined) kept.set(idAtHead(id), demand.requests_per_month);
  }
  return kept;
}

/** By id, which holds no line number, after renames. */
function pairDeployments(base: AuditedSide, head: AuditedSide, idAtHead: (id: string) => string): Pair[] {
  const before = new Map(base.report.deployments.map((each) => [idAtHead(each.id), each]));
  const pairs = head.report.deployments.map((after): Pair => ({ before: before.get(after.id) ?? null, after }));
  const kept = new Set(head.report.deployments.map((each) => each.id));
  for (const [id, each] of before) if (!kept.has(id)) pairs.push({ before: each, after: null });
  return pairs;
}

function compareSides(pair: Pair, base: AuditedSide, head: AuditedSide, context: ProtocolContext): DeploymentChange {
  const { before, after } = pair;
  const shown = after ?? before;
  if (shown === null) throw new Error("a pair of deployments has no side");
  const fleetBefore = before ? (base.fleets.get(before.id) ?? null) : null;
  const fleetAfter = after ? (head.fleets.get(after.id) ?? null) : null;
  return {
    id: shown.id,
    name: shown.name,
    path: shown.path,
    line: shown.line,
    renamed_from: before && after && before.path !== after.path ? before.path : null,
    status: statusOf(pair, base, head),
    before,
    after,
    limits: limitsOf((after ? head : base).options.get(shown.id)),
    change: changeOf(pair, fleetBefore, fleetAfter, context),
  };
}

function limitsOf(options: AuditOptions | undefined): DeploymentLimits | null {
  const { max_monthly_kwh = null, max_monthly_usd = null } = options ?? {};
  return max_monthly_kwh === null && max_monthly_usd === null ? null : { max_monthly_kwh, max_monthly_usd };
}

function statusOf({ before, after }: Pair, base: AuditedSide, head: AuditedSide): DeploymentChange["status"] {
  if (before === null) return "added";
  if (after === null) return "removed";
  return settingsOf(before, base) === settingsOf(after, head) ? "unchanged" : "changed";
}

/** What the deployment runs as, and what its files state even where that makes no estimate. */
function settingsOf({ id, configuration, not_estimated }: AuditedDeployment, side: AuditedSide): string {
  const facts = Object.entries(side.stated.get(id) ?? {}).map(([name, fact]) => [name, fact.value]);
  return JSON.stringify([configuration, not_estimated, not_estimated && facts.sort()]);
}

/** null where a side that exists has no estimate: what is not known has no difference either. */
function changeOf(
  { before, after }: Pair,
  fleetBefore: Fleet | null,
  fleetAfter: Fleet | null,
  { catalogue }: ProtocolContext,
): FleetChange | null {
  if ((before && !before.monthly) || (after && !after.monthly)) return null;
  return changeFleet(fleetBefore, fleetAfter, catalogue);
}

const weight = ({ status, change }: DeploymentChange): number => {
  if (status === "unchanged") return -2;
  return change === null ? -1 : Math.abs(change.energy_kwh.value);
};

const byWeight = (a: DeploymentChange, b: DeploymentChange): number => weight(b) - weight(a) || (a.id < b.id ? -1 : 1);
