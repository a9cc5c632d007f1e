import type { Catalogue } from "../domain/catalogue.ts";
import type { Deployment, FileText } from "../domain/deployment.ts";
import type { Finding, Fix, Severity } from "../domain/finding.ts";
import type { FleetOutcome } from "../domain/fleet.ts";
import type { Gpu } from "../domain/gpu.ts";
import type { Resolved } from "../domain/request.ts";

/** What a rule sees of one deployment. */
export interface RuleSubject {
  readonly deployment: Deployment;
  /** null: a fact that every estimate needs is missing or unknown. */
  readonly resolved: Resolved | null;
  readonly fleet: FleetOutcome | null;
  readonly catalogue: Catalogue;
  /** The card that the file names, where nothing else could be resolved: what it serves may stand in an image. */
  readonly board?: Gpu;
  /** The text it was read from, for fixes that edit it. */
  readonly file?: FileText;
}

/** The smallest text that the rule speaks about, and how it should read. */
export interface RuleExample {
  readonly language: "python" | "yaml" | "shell";
  readonly before: string;
  readonly after: string;
}

/** Sentences with numbers of the dataset, and the rows behind them; without rows the sentences say so. */
export interface RuleEvidence {
  readonly says: readonly string[];
  readonly ids: readonly string[];
}

/** A record with an id and one pure function; file name = id. */
export interface Rule {
  readonly id: string;
  readonly title: string;
  /** One paragraph for the docs and the SARIF help: what is wasted, why, and when the rule is silent. */
  readonly description: string;
  /** One sentence: the cause. */
  readonly why: string;
  readonly default_severity: Severity;
  readonly example: RuleExample;
  /** What the dataset says of it today. */
  readonly evidence: (catalogue: Catalogue) => RuleEvidence;
  readonly check: (subject: RuleSubject) => readonly RuleFinding[];
}

/** A finding before the audit adds severity by impact, kWh and the rule's id. */
export type RuleFinding = Omit<Finding, "rule" | "severity" | "deployment" | "impact_kwh_month" | "fix"> & {
  readonly fix: Fix;
  /** Critical whatever the impact, as the contract says for some rules. */
  readonly always_critical?: boolean;
  readonly at_most?: Severity;
  /** A floor, where the number rests on an assumed traffic and says little. */
  readonly at_least?: Severity;
};
