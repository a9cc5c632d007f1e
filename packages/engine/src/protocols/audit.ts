import type { AuditedDeployment, AuditReport } from "../domain/audit-report.ts";
import type { Deployment, Facts, FileText } from "../domain/deployment.ts";
import type { Finding, GoodPractice } from "../domain/finding.ts";
import type { Fleet, FleetOutcome } from "../domain/fleet.ts";
import type { Outcome, Warning } from "../domain/problem.ts";
import { utf8Length } from "../domain/utf8.ts";
import { estimateFleet } from "../evidence/fleet.ts";
import { fileSet } from "../readers/file-set.ts";
import { readFile } from "../readers/index.ts";
import type { RuleSubject } from "../rules/rule.ts";
import { isDeployed } from "./audit-context.ts";
import { coverageOf } from "./audit-coverage.ts";
import { editChecks } from "./audit-edit.ts";
import { NOT_DEPLOYED } from "./audit-files.ts";
import { findingsOf, inOrder, recommendedChanges } from "./audit-findings.ts";
import { inputsOf } from "./audit-inputs.ts";
import {
  type AuditOptions,
  AuditRequestSchema,
  DEFAULT_MAX_DEPLOYMENTS,
  MAX_DEPLOYMENTS_PER_REQUEST,
  MAX_TEXT_BYTES,
} from "./audit-options.ts";
import { checkOptions } from "./audit-options-check.ts";
import { goodPractices } from "./audit-practices.ts";
import { boardOf, type ResolvedDeployment, resolveDeployment } from "./audit-resolve.ts";
import { suppress } from "./audit-suppress.ts";
import { keepsBusy, withUtilization } from "./audit-traffic.ts";
import { optionsOf, withOwnModel } from "./deployment-options.ts";
import { invalid, parse } from "./parse.ts";
import type { Protocol, ProtocolContext } from "./protocol.ts";
import { shown } from "./shown.ts";
import { snippetName } from "./snippet.ts";

export type { AuditOptions } from "./audit-options.ts";

/** A report with the fleets behind its estimates and the facts as stated, by deployment: what a comparison of two sides needs. */
export interface AuditedSide {
  readonly report: AuditReport;
  readonly stated: ReadonlyMap<string, Facts>;
  readonly fleets: ReadonlyMap<string, Fleet>;
  /** What was asked of each deployment, by its own values. */
  readonly options: ReadonlyMap<string, AuditOptions>;
  /** By path: why the file, or a part of it, says nothing; as often as each was found. */
  readonly unread: ReadonlyMap<string, readonly string[]>;
}

/**
 * Reads files, finds deployments, estimates them and checks every rule. Never throws on what a file holds.
 * `beside` are all files at hand: what a deployment refers to is looked up there.
 */
export function auditSide(
  files: readonly FileText[],
  options: AuditOptions,
  context: ProtocolContext,
  beside: readonly FileText[] = files,
): AuditedSide {
  const reading = { python: context.python, files: fileSet(beside) };
  const skipped: { path: string; why: string }[] = [];
  const warnings: Warning[] = [];
  const deployments: AuditedDeployment[] = [];
  const findings: Finding[] = [];
  const practices: GoodPractice[] = [];
  const fleets = new Map<string, Fleet>();
  const stated = new Map<string, Facts>();
  const optionsById = new Map<string, AuditOptions>();
  const deployed = new Map<string, Deployment>();
  const read: string[] = [];
  const unread = new Map<string, string[]>();
  const hides = (path: string, why: string) => unread.set(path, [...(unread.get(path) ?? []), why]);
  const most = options.max_deployments ?? DEFAULT_MAX_DEPLOYMENTS;
  for (const file of files) {
    if (deployments.length >= most) {
      const why = `not audited: the files before it hold ${most} deployments`;
      skipped.push({ path: file.path, why });
      hides(file.path, why);
      continue;
    }
    const outcome = isDeployed(file.path)
      ? readFile(file, reading, options.max_file_bytes)
      : { kind: "skipped" as const, why: NOT_DEPLOYED };
    if (outcome.kind === "skipped") {
      skipped.push({ path: file.path, why: outcome.why });
      hides(file.path, outcome.why);
      continue;
    }
    read.push(file.path);
    for (const { at, why } of outcome.result.unresolved) {
      warnings.push({ code: "partly-read", message: `${at.path}:${at.line}: ${why}` });
      hides(file.path, why);
    }
    const checks = editChecks(file, outcome.result, reading);
    const all = outcome.result.deployments;
    const judgeable = all.slice(0, most - deployments.length);
    if (judgeable.length < all.length) {
      const why = `${all.length - judgeable.length} deployments beyond the first ${most} were not audited`;
      warnings.push({ code: "partly-read", message: `${file.path}: ${why}` });
      hides(file.path, why);
    }
    for (const found of judgeable) {
      const own = optionsOf(found, options);
      const deployment = withOwnModel(found, own, context.catalogue);
      optionsById.set(deployment.id, own);
      const judged = judge(deployment, file, own, context);
      deployments.push(judged.audited);
      stated.set(deployment.id, deployment.facts);
      deployed.set(deployment.id, deployment);
      if (judged.fleet) fleets.set(deployment.id, judged.fleet);
      if (judged.warning) warnings.push(judged.warning);
      findings.push(
        ...findingsOf(
          judged.subject,
          checks,
          (edited) => judge(withOwnModel(edited, own, context.catalogue), file, own, context).subject,
        ),
      );
      practices.push(...goodPractices(judged.subject));
    }
  }
  const {
    kept,
    suppressed,
    warnings: told,
  } = suppress(inOrder(findings), {
    files: [...new Map([...beside, ...files].map((file) => [file.path, file])).values()],
    deployments: deployed,
    given: options.suppressions ?? [],
    today: context.today,
  });
  return {
    stated,
    fleets,
    options: optionsById,
    unread,
    report: {
      protocol: "audit",
      dataset_version: context.catalogue.dataset_version,
      configuration: {
        files: read,
        assumed: [...new Set(deployments.flatMap((deployment) => deployment.assumed.map(({ name }) => name)))],
      },
      warnings: [...warnings, ...told],
      findings: kept,
      suppressed,
      good_practices: practices,
      recommended_changes: recommendedChanges(kept),
      deployments,
      coverage: coverageOf({ files_read: read.length, files_skipped: skipped, deployments }),
    },
  };
}

/** The audit of a list of files. */
export const auditFiles = (files: readonly FileText[], options: AuditOptions, context: ProtocolContext): AuditReport =>
  auditSide(files, options, context).report;

interface Judged {
  readonly audited: AuditedDeployment;
  readonly subject: RuleSubject;
  readonly fleet: Fleet | null;
  readonly warning: Warning | null;
}

function judge(deployment: Deployment, file: FileText, asOf: AuditOptions, { catalogue }: ProtocolContext): Judged {
  const options = keepsBusy(deployment, asOf) ? { ...asOf, utilization: 1 } : asOf;
  const training: ResolvedDeployment = {
    resolved: null,
    blocked: { why: "Training code: not judged as a deployment.", how_to_measure: "Measure the training run itself." },
    assumed: [],
    unresolved: [],
  };
  const known = deployment.purpose === "training" ? training : resolveDeployment(deployment, asOf, catalogue);
  const { blocked } = known;
  const resolved = known.resolved && !blocked ? withUtilization(known.resolved, options, catalogue) : known.resolved;
  const asked: Fleet | null = resolved && !blocked ? { workload: resolved.workload, demand: resolved.demand } : null;
  const outcome = asked ? estimateFleet(asked, catalogue) : null;
  const estimated = outcome?.kind === "estimated" ? outcome : null;
  const assumed =
    options.utilization === undefined
      ? known.assumed
      : known.assumed.filter(({ name }) => name !== "requests_per_month");
  const { facts } = deployment;
  return {
    subject: {
      deployment,
      resolved,
      fleet: outcome,
      catalogue,
      file,
      ...(resolved ? {} : boardOf(deployment, options, catalogue)),
    },
    fleet: estimated ? asked : null,
    warning:
      estimated?.replicas_needed == null
        ? null
        : {
            code: "overloaded",
            message: `${deployment.name}: the traffic exceeds what the replicas can serve; ${estimated.replicas_needed} would be needed.`,
          },
    audited: {
      id: deployment.id,
      name: deployment.name,
      format: deployment.format,
      path: deployment.path,
      line: lineOf(deployment),
      purpose: deployment.purpose,
      model_id: facts.model_id?.value ?? null,
      configuration: asked && resolved ? resolved.configuration : null,
      metrics: estimated?.metrics ?? null,
      monthly: estimated?.monthly ?? null,
      basis: estimated?.basis ?? null,
      not_estimated: estimated ? null : (blocked ?? refusal(outcome)),
      inputs:
        estimated && resolved
          ? inputsOf({ deployment, resolved, assumed, utilization: estimated.utilization }, options, catalogue)
          : [],
      assumed,
      unresolved: [...deployment.unresolved, ...known.unresolved].map(({ at, text, why }) => ({
        line: at.line,
        text,
        why,
      })),
    },
  };
}

/** Where the deployment's own file starts its engine; what it is made of may stand in others. */
function lineOf({ path, at, facts }: Deployment): number {
  const started = facts.framework?.at;
  if (started?.path === path) return started.line;
  return at.path === path ? at.line : 1;
}

function refusal(outcome: FleetOutcome | null): { readonly why: string; readonly how_to_measure: string } {
  if (outcome?.kind === "unknown") return { why: outcome.missing, how_to_measure: outcome.how_to_measure };
  if (outcome?.kind === "does-not-fit") {
    return {
      why: `It does not fit: about ${Math.round(outcome.required_gb.value)} GB needed, ${outcome.available_gb} GB there.`,
      how_to_measure: "Choose GPUs that hold the model, then estimate again.",
    };
  }
  return { why: "Not estimated.", how_to_measure: "Measure this deployment." };
}

function runAudit(input: unknown, context: ProtocolContext): Outcome<AuditReport> {
  const parsed = parse(AuditRequestSchema, input);
  if (!parsed.ok) return parsed;
  const { code, files, ...options } = parsed.value;
  if ((code === undefined) === (files === undefined)) {
    const message = "expected one of code (one text) and files ([{path, content}])";
    const received = code === undefined ? "(nothing)" : "both";
    return invalid([{ parameter: "code", message, received }]);
  }
  const texts: readonly FileText[] = files ?? [{ path: snippetName(code ?? ""), content: code ?? "" }];
  const bytes = texts.reduce((total, { content }) => total + utf8Length(content), 0);
  if (bytes > MAX_TEXT_BYTES) {
    const message = `expected at most ${MAX_TEXT_BYTES} bytes of text together; the Action audits whole repositories`;
    return invalid([{ parameter: code === undefined ? "files" : "code", message, received: shown(bytes) }]);
  }
  const tried = checkOptions(options, context.catalogue);
  if (tried) return tried;
  const limits = { assume_hardware: code !== undefined, max_deployments: MAX_DEPLOYMENTS_PER_REQUEST };
  const report = auditFiles(texts, { ...options, ...limits }, context);
  return {
    ok: true,
    value: report.deployments.length > 0 ? report : { ...report, warnings: [...report.warnings, NOTHING] },
  };
}

/** An empty answer must not read as a clean bill. */
const NOTHING: Warning = {
  code: "nothing-audited",
  message:
    "No code that loads a language model and no manifest, script or image that serves one was found: nothing was judged.",
};

export const auditProtocol: Protocol<AuditReport> = {
  id: "audit",
  title: "AUDIT: configuration review",
  description:
    "Reads what serves language models (Python and notebooks; Kubernetes, Helm, Kustomize and Compose; Dockerfiles, shell and CI scripts; SkyPilot, dstack, Truss, Terraform, systemd; flags and configuration files of vLLM, TGI and SGLang) and finds what wastes energy: each finding with its line, its severity by the waste of this deployment, the measurements behind it and a fix.",
  schema: AuditRequestSchema,
  run: runAudit,
};
