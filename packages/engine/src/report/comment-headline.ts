import type { Finding } from "../domain/finding.ts";
import type { PullRequestReport } from "../protocols/pull-request-report.ts";
import { count, interval, number, percent, signed, signedUsd } from "./comment-format.ts";

/** What matters most, first: it must be read in the first 100 characters of an e-mail. */
export function headline(report: PullRequestReport): string {
  const { change } = report.totals;
  const energy = change.energy_kwh;
  const compared = report.deployments.length - report.not_estimated;
  const found = introduced(report.findings.introduced);
  const unknown = report.deployments.filter((each) => each.change === null && each.status !== "unchanged").length;
  if (report.deployments.length === 0) return "**This pull request changes no LLM deployment that could be read**";
  if (compared === 0 && unknown > 0) {
    const what = count(unknown, "LLM deployment");
    return `**This pull request changes ${what} that could not be estimated**${found}`;
  }
  if (number(energy.value) === "0") return `**This pull request does not change LLM serving energy**${found}`;

  const direction = energy.value > 0 ? "raises" : "lowers";
  const size = { value: Math.abs(energy.value), low: energy.low, high: energy.high };
  const amount = `${change.at_least ? "at least " : ""}${number(size.value)} kWh a month`;
  const share = change.percent === null ? "" : `${percent(change.percent)}, `;
  // A fall is told as its size, so its interval is turned round as well.
  const range = energy.value > 0 ? energy : { value: size.value, low: -energy.high, high: -energy.low };
  const parts = [`**This pull request ${direction} LLM serving energy by ${amount} (${share}${interval(range)})**`];
  if (change.cost_usd) parts.push(signedUsd(change.cost_usd.value));
  if (change.carbon_kgco2e) parts.push(`${signed(change.carbon_kgco2e.value)} kgCO2e`);
  if (report.not_estimated > 0) parts.push(`${count(report.not_estimated, "deployment")} not estimated`);
  return `${parts.join(" · ")}${found}`;
}

function introduced(findings: readonly Finding[]): string {
  const critical = findings.filter((finding) => finding.severity === "critical").length;
  if (critical > 0) return ` · ${count(critical, "critical finding")}`;
  return findings.length > 0 ? ` · ${count(findings.length, "finding")}` : "";
}
