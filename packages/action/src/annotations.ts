import { type Finding, sortedByImpact } from "@ecocompute/engine";

/** The runner shows this many of each level per step and drops the rest in silence. */
const MAX_PER_LEVEL = 10;

export interface Annotation {
  readonly level: "error" | "warning" | "notice";
  readonly message: string;
  readonly title: string;
  readonly file: string;
  readonly line: number;
  readonly end_line: number;
}

const LEVEL = { critical: "error", warning: "warning", info: "notice" } as const;

/** The worst findings as inline annotations, and how many the runner's limit leaves out. */
export function annotationsOf(findings: readonly Finding[]): {
  readonly annotations: readonly Annotation[];
  readonly left_out: number;
} {
  const used = { error: 0, warning: 0, notice: 0 };
  const annotations: Annotation[] = [];
  for (const finding of sortedByImpact(findings)) {
    const level = LEVEL[finding.severity];
    // One notice is kept free for what was left out.
    if (used[level] >= (level === "notice" ? MAX_PER_LEVEL - 1 : MAX_PER_LEVEL)) continue;
    used[level] += 1;
    annotations.push({
      level,
      message: `${finding.message} ${finding.fix.description}`,
      title: finding.rule,
      file: finding.path,
      line: finding.line,
      end_line: finding.end_line,
    });
  }
  return { annotations, left_out: findings.length - annotations.length };
}
