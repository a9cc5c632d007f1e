import { formatNumber, formatPercent, precisionName, type Quantity } from "@ecocompute/engine";
import type { Answer } from "../answer.ts";

const range = ({ value, low, high }: Quantity): string =>
  `${formatNumber(value)} (${formatNumber(low)} to ${formatNumber(high)})`;

/** An answer in one line, with the ids that it rests on: what an agent reads first. */
export function summaryOf(answer: Answer): string {
  const verdict = answer.verdict === undefined ? "" : ` Verdict: ${answer.verdict}. ${answer.verdict_why}`;
  return oneLine(answer) + verdict;
}

function oneLine(answer: Answer): string {
  switch (answer.protocol) {
    case "estimate": {
      const { monthly, basis, configuration: c } = answer.current;
      const saved =
        answer.breakdown.length > 0 ? ` The best configuration found saves ${range(answer.savings.percent)} %.` : "";
      return `${c.model_id} in ${precisionName(c.quantization)} at batch ${c.batch_size} on ${c.num_gpus} x ${c.hardware_platform}: ${range(monthly.energy_kwh)} kWh a month, ${basis.tier}, ${basis.confidence} confidence, evidence ${ids(basis.evidence)}.${saved}`;
    }
    case "optimize": {
      if (!answer.recommended) return `No configuration meets the budgets. ${answer.why[0] ?? ""}`;
      const { configuration: c, metrics, basis } = answer.recommended;
      return `Use ${precisionName(c.quantization)} at batch ${c.batch_size} on ${c.num_gpus} x ${c.hardware_platform}: ${range(metrics.energy_j_per_1k_tokens)} J per 1k tokens, ${basis.tier}, evidence ${ids(basis.evidence)}.`;
    }
    case "compare": {
      const { quantization, reasons } = answer.recommendation;
      const evidence = answer.columns.flatMap(({ basis }) => basis?.evidence.slice(0, 1) ?? []);
      const best =
        quantization === null
          ? "No precision can be told apart as the best."
          : `${precisionName(quantization)} uses the least energy.`;
      return `${best} ${reasons[0] ?? ""} Evidence ${ids(evidence)}.`;
    }
    case "diagnose": {
      const { throughput } = answer.deviation_percent;
      const seen =
        throughput === null ? "" : ` Throughput is ${formatPercent(throughput)} of what the evidence expects.`;
      const evidence = answer.measurement_evidence.map(({ id }) => id);
      return `Pattern: ${answer.pattern ?? "none known"} (${answer.confidence} confidence).${seen} First fix: ${answer.fixes[0]?.title ?? "none"}. Evidence ${ids(evidence)}.`;
    }
    case "audit": {
      const by = (severity: string) => answer.findings.filter((finding) => finding.severity === severity).length;
      const first = answer.findings[0];
      const evidence = answer.findings.flatMap((finding) => finding.evidence.slice(0, 1));
      return `${by("critical")} critical, ${by("warning")} warning, ${by("info")} info in ${answer.deployments.length} deployments.${first ? ` First: ${first.rule} at ${first.path}:${first.line}; fix: ${first.fix.description}` : ""} Evidence ${ids(evidence)}.`;
    }
  }
}

const SHOWN = 4;
const ids = (evidence: readonly string[]): string => {
  const distinct = [...new Set(evidence)];
  if (distinct.length === 0) return "none (physics alone)";
  return distinct.slice(0, SHOWN).join(", ") + (distinct.length > SHOWN ? ` and ${distinct.length - SHOWN} more` : "");
};
