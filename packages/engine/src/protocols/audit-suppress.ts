import type { SuppressedFinding } from "../domain/audit-report.ts";
import type { FileText, Position } from "../domain/deployment.ts";
import type { Finding } from "../domain/finding.ts";
import { pathMatches } from "../domain/path-patterns.ts";
import type { Warning } from "../domain/problem.ts";
import { isDay, type Suppression } from "../domain/suppression.ts";
import { RULES } from "../rules/index.ts";
import { didYouMean, shown } from "./shown.ts";
import { blockStarts, type WrittenSuppression, writtenSuppressions } from "./suppression-comments.ts";

interface Deployed {
  readonly name: string;
  readonly at: Position;
}

export interface SuppressionInput {
  readonly files: readonly FileText[];
  /** By id. */
  readonly deployments: ReadonlyMap<string, Deployed>;
  /** From the configuration file. */
  readonly given: readonly Suppression[];
  /** YYYY-MM-DD; undefined: the host has no date, and none expires. */
  readonly today: string | undefined;
}

export interface SuppressionResult {
  readonly kept: readonly Finding[];
  readonly suppressed: readonly SuppressedFinding[];
  readonly warnings: readonly Warning[];
}

const RULE_IDS = RULES.map(({ id }) => id);

/** Takes out what somebody silenced with a reason, and tells what silences nothing and why. */
export function suppress(findings: readonly Finding[], input: SuppressionInput): SuppressionResult {
  const warnings: Warning[] = [];
  const written: WrittenSuppression[] = [];
  for (const file of input.files) {
    const { suppressions, problems } = writtenSuppressions(file);
    written.push(...suppressions);
    for (const { message, at } of problems) {
      warnings.push({ code: "suppression-not-understood", message: `${placeOf(at)}: this suppression ${message}.` });
    }
  }
  const isValid = (suppression: Suppression) => {
    const problem = problemOf(suppression, input.today);
    if (problem) warnings.push({ code: problem.code, message: `${placeOf(suppression.at)}: ${problem.message}.` });
    return problem === null;
  };
  const inPlace = written.filter(isValid);
  const given = input.given.filter(isValid);
  const blocks = blocksOf(input.files);
  const used = new Set<Suppression>();
  const suppressed: SuppressedFinding[] = [];
  const kept = findings.filter((finding) => {
    const deployed = input.deployments.get(finding.deployment);
    const suppression =
      inPlace.find((each) => coversFinding(each, finding, deployed, blocks)) ??
      given.find((each) => appliesTo(each, finding, deployed));
    if (!suppression) return true;
    used.add(suppression);
    suppressed.push({ finding, suppression: plain(suppression) });
    return false;
  });
  for (const each of inPlace) {
    if (used.has(each)) continue;
    const message = `${placeOf(each.at)}: the suppression of ${each.rule} silences nothing: no such finding stands there`;
    warnings.push({ code: "suppression-unused", message: `${message}.` });
  }
  return { kept, suppressed, warnings };
}

const placeOf = (at: Position | undefined): string => (at ? `${at.path}:${at.line}` : "configuration");

/** Without the lines that it covers. */
function plain({ rule, path, deployment, reason, until, at }: Suppression): Suppression {
  return {
    rule,
    ...(path === undefined ? {} : { path }),
    ...(deployment === undefined ? {} : { deployment }),
    ...(reason === undefined ? {} : { reason }),
    ...(until === undefined ? {} : { until }),
    ...(at === undefined ? {} : { at }),
  };
}

function problemOf({ rule, reason, until }: Suppression, today: string | undefined): Warning | null {
  if (!RULE_IDS.includes(rule)) {
    const near = didYouMean(rule, RULE_IDS);
    const message = `the suppression names "${shown(rule)}", which is no rule${near ? `; did you mean "${near}"?` : ""}`;
    return { code: "suppression-unknown-rule", message };
  }
  if (reason === undefined || reason.trim() === "") {
    return {
      code: "suppression-without-reason",
      message: `the suppression of ${rule} gives no reason, so it does not count: add reason="…"`,
    };
  }
  if (until === undefined) return null;
  if (!isDay(until)) {
    return {
      code: "suppression-bad-date",
      message: `the suppression of ${rule} ends on "${shown(until)}": expected a day as YYYY-MM-DD, so it does not count`,
    };
  }
  return today !== undefined && until < today
    ? { code: "suppression-expired", message: `the suppression of ${rule} expired on ${until}, so it no longer counts` }
    : null;
}

/** The first lines of the blocks that hold a finding's line. */
type Blocks = (finding: Finding) => ReadonlySet<number>;

function blocksOf(files: readonly FileText[]): Blocks {
  const lines = new Map<string, readonly string[]>();
  const starts = new Map<string, ReadonlySet<number>>();
  return ({ path, line }) => {
    const key = `${path}:${line}`;
    const known = starts.get(key);
    if (known) return known;
    const text = lines.get(path) ?? files.find((file) => file.path === path)?.content.split("\n") ?? [];
    lines.set(path, text);
    const found = blockStarts(text, line);
    starts.set(key, found);
    return found;
  };
}

/** On the finding's own lines, on the first line of a block that holds it, or of its deployment. */
function coversFinding(
  { rule, at, covers }: WrittenSuppression,
  finding: Finding,
  deployed: Deployed | undefined,
  blocks: Blocks,
): boolean {
  if (rule !== finding.rule) return false;
  const [from, to] = covers.kind === "line" ? [covers.line, covers.line] : [covers.from, covers.to];
  const holds = (path: string, line: number) => path === at.path && line >= from && line <= to;
  if (deployed && holds(deployed.at.path, deployed.at.line)) return true;
  if (covers.kind === "document") return holds(finding.path, finding.line);
  if (finding.path !== at.path) return false;
  if (covers.line >= finding.line && covers.line <= finding.end_line) return true;
  return blocks(finding).has(covers.line);
}

function appliesTo({ rule, path, deployment }: Suppression, finding: Finding, deployed: Deployed | undefined): boolean {
  if (rule !== finding.rule) return false;
  if (path !== undefined && !pathMatches(finding.path, path) && !(deployed && pathMatches(deployed.at.path, path)))
    return false;
  return deployment === undefined || deployment === finding.deployment || deployment === deployed?.name;
}
