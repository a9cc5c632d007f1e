import type { LooseData } from "../loose.ts";
import type { ClaimResult, Verdict } from "../schema.ts";
import { crossoverSize } from "./crossover-size.ts";
import type { ClaimDefinition, Query } from "./definition.ts";
import { type ClaimEvidence, claimEvidence, type GroupFinding } from "./evidence.ts";
import { lessPowerLessEnergy } from "./less-power-less-energy.ts";
import { ratioBetweenGpus } from "./ratio-between-gpus.ts";
import { ratioBetweenPrecisions } from "./ratio-between-precisions.ts";
import { ratioOverBatch } from "./ratio-over-batch.ts";

function findings(query: Query, evidence: ClaimEvidence): GroupFinding[] {
  switch (query.type) {
    case "ratio-between-precisions":
      return ratioBetweenPrecisions(query, evidence);
    case "ratio-over-batch":
      return ratioOverBatch(query, evidence);
    case "ratio-between-gpus":
      return ratioBetweenGpus(query, evidence);
    case "less-power-less-energy":
      return lessPowerLessEnergy(query, evidence);
    case "crossover-size":
      return crossoverSize(query, evidence);
  }
}

function verdictOf(groups: readonly GroupFinding[]): Verdict {
  const agreeing = groups.filter(({ agrees }) => agrees).length;
  if (groups.length === 0) return "not testable";
  if (agreeing === groups.length) return "holds";
  return agreeing === 0 ? "contradicted" : "holds in part";
}

const total = (groups: readonly GroupFinding[], field: "n" | "n_agreeing"): number =>
  groups.reduce((sum, group) => sum + group[field], 0);

/** More groups than a reader takes in: then only the fewer kind is listed, `findings` has them all. */
const MANY_GROUPS = 8;

const listed = (groups: readonly GroupFinding[]): string =>
  groups
    .map(({ group, summary, n, agrees }) => `${group}: ${summary} (n = ${n}${agrees ? "" : ", disagrees"})`)
    .join("; ");

/** What the rows show; gross, as the catalogue is. */
function explain(groups: readonly GroupFinding[], reading: string | undefined): string {
  const readAs = reading === undefined ? "" : ` Read as: ${reading}.`;
  if (groups.length === 0) return `No usable rows of one session to compare.${readAs}`;
  const agreeing = groups.filter(({ agrees }) => agrees);
  const contrary = groups.filter(({ agrees }) => !agrees);
  const fewer = agreeing.length > 0 && agreeing.length < contrary.length ? agreeing : contrary;
  const count = `${agreeing.length} of ${groups.length} groups agree`;
  if (groups.length > MANY_GROUPS) return `Gross: ${count}. ${listed(fewer)}.${readAs}`;
  return `Gross: ${count}. ${listed(groups)}.${readAs}`;
}

export function evaluateClaim(definition: ClaimDefinition, evidence: ClaimEvidence): ClaimResult {
  const groups = findings(definition.query, evidence);
  return {
    id: definition.id,
    claim: definition.claim,
    said_by: definition.said_by,
    ...(definition.url === undefined ? {} : { url: definition.url }),
    verdict: verdictOf(groups),
    findings: groups.map(({ group, n, summary, agrees }) => ({ group, n, summary, agrees })),
    n_tested: total(groups, "n"),
    n_agreeing: total(groups, "n_agreeing"),
    evidence: [...new Set(groups.flatMap((group) => group.evidence))],
    why: explain(groups, definition.reading),
  };
}

/** Every claim of claims.yaml with the verdict that the evidence gives it. */
export function evaluateClaims(data: LooseData): ClaimResult[] {
  const evidence = claimEvidence(data);
  return data.claims.map(({ value }) => evaluateClaim(value, evidence));
}
