import { catalogueData } from "@ecocompute/data";
import {
  auditPullRequest,
  changesAnything,
  type FileText,
  indexCatalogue,
  type PullRequestInput,
} from "@ecocompute/engine";
import { describe, expect, test } from "vitest";
import { readTree } from "./fake-github/run-action.ts";
import { loadPythonParser } from "./support/python-parser.ts";

const context = { catalogue: indexCatalogue(catalogueData), python: await loadPythonParser() };
const MANIFEST = (await readTree("replicas-and-int8", "base"))["k8s/chat.yaml"] ?? "";
const PATH = "k8s/chat.yaml";
const file = (content: string, path = PATH): FileText => ({ path, content });

const compare = (
  base: readonly FileText[],
  head: readonly FileText[],
  requests_per_month = 1_000_000,
  renames: readonly { from: string; to: string }[] = [],
) => auditPullRequest({ base, head, renames, skipped: [], partial: [] }, { requests_per_month }, context);

const four = MANIFEST.replace("replicas: 2", "replicas: 4");
const oneAtATime = MANIFEST.replace("- --max-model-len=8192", "- --max-model-len=8192\n            - --max-num-seqs=1");

describe("auditPullRequest", () => {
  test("a rise has causes that add up to it", () => {
    const [chat] = compare([file(MANIFEST)], [file(four)]).deployments;
    expect(chat).toMatchObject({ name: "chat", status: "changed", path: PATH });
    const causes = chat?.change?.causes ?? [];
    const total = causes.reduce((sum, cause) => sum + cause.energy_kwh, 0);
    expect(total).toBeCloseTo(chat?.change?.energy_kwh.value ?? Number.NaN, 6);
    expect(causes[0]?.cause).toBe("idle replicas");
  });

  test("under a traffic that fills batches, spreading it over single sequences loses them and keeps replicas idle", () => {
    const spread = oneAtATime.replace("replicas: 2", "replicas: 4");
    const report = compare([file(MANIFEST)], [file(spread)], 5_500_000);
    const energyOf = (name: string) =>
      report.deployments[0]?.change?.causes.find((cause) => cause.cause === name)?.energy_kwh;
    expect(energyOf("lost batching")).toBeGreaterThan(100);
    expect(energyOf("idle replicas")).toBeGreaterThan(10);
    expect(report.totals.change.energy_kwh.low).toBeGreaterThan(0);
    expect(report.warnings).toEqual([]);
  });

  test("what two replicas cannot serve one by one is told, because it would seem to save energy", () => {
    const report = compare([file(MANIFEST)], [file(oneAtATime)], 6_000_000);
    expect(report.warnings.map((warning) => warning.code)).toContain("overloaded");
  });

  test("46: the sum after is the sum before plus the change", () => {
    const { before, after, change } = compare([file(MANIFEST)], [file(four)]).totals;
    expect(before.energy_kwh.value + change.energy_kwh.value).toBeCloseTo(after.energy_kwh.value, 6);
    expect((before.cost_usd?.value ?? 0) + (change.cost_usd?.value ?? 0)).toBeCloseTo(after.cost_usd?.value ?? 0, 6);
    expect(change.percent).toBeCloseTo((change.energy_kwh.value / before.energy_kwh.value) * 100, 6);
  });

  test("moved lines, comments and a renamed file change nothing", () => {
    const commented = `# a comment\n\n${MANIFEST}`;
    const report = compare([file(MANIFEST)], [file(commented, "deploy/chat.yaml")], 1_000_000, [
      { from: PATH, to: "deploy/chat.yaml" },
    ]);
    expect(changesAnything(report)).toBe(false);
    expect(report.deployments).toMatchObject([{ status: "unchanged", renamed_from: PATH, path: "deploy/chat.yaml" }]);
    expect(report.totals.change.energy_kwh).toEqual({ value: 0, low: 0, high: 0 });
  });

  test("without the rename the same file would be one removed and one added", () => {
    const report = compare([file(MANIFEST)], [file(MANIFEST, "deploy/chat.yaml")]);
    expect(report.deployments.map((each) => each.status).sort()).toEqual(["added", "removed"]);
    expect(report.totals.change.energy_kwh.value).toBeCloseTo(0, 6);
  });

  test("adding is the opposite of removing", () => {
    const added = compare([], [file(MANIFEST)]).totals.change.energy_kwh;
    const removed = compare([file(MANIFEST)], []).totals.change.energy_kwh;
    expect(added.value).toBeCloseTo(-removed.value, 6);
    expect(added.low).toBeCloseTo(-removed.high, 6);
    expect(added.low).toBeGreaterThan(0);
  });

  test("a finding that the bound of one sequence brings goes with it", () => {
    const rules = (findings: readonly { rule: string }[]) => findings.map((finding) => finding.rule);
    const there = compare([file(MANIFEST)], [file(oneAtATime)], 6_000_000).findings;
    expect(rules(there.introduced)).toEqual(["batch-size-one"]);
    const back = compare([file(oneAtATime)], [file(MANIFEST)], 6_000_000).findings;
    expect([rules(back.fixed), rules(back.introduced)]).toEqual([["batch-size-one"], []]);
    const kept = compare([file(oneAtATime)], [file(`# moved\n${oneAtATime}`)], 6_000_000).findings;
    expect([rules(kept.existing), rules(kept.introduced), rules(kept.fixed)]).toEqual([["batch-size-one"], [], []]);
  });

  test("48: a GPU that is not known is not estimated, and its change is not 0", () => {
    const unknown = MANIFEST.replace("NVIDIA-H100-80GB-HBM3", "Some-Future-GPU");
    const report = compare([file(MANIFEST)], [file(unknown)]);
    expect(report.not_estimated).toBe(1);
    expect(report.deployments[0]?.change).toBeNull();
    expect(report.totals.after.at_least).toBe(true);
  });

  test("what cannot be estimated on either side is still a change where its files state something else", () => {
    const unknown = MANIFEST.replace("NVIDIA-H100-80GB-HBM3", "Some-Future-GPU");
    const more = unknown.replace("replicas: 2", "replicas: 8");
    const report = compare([file(unknown)], [file(more)]);
    expect(report.deployments).toMatchObject([{ status: "changed", change: null }]);
    expect(changesAnything(report)).toBe(true);
    expect(changesAnything(compare([file(unknown)], [file(`# moved\n${unknown}`)]))).toBe(false);
  });

  test("files without a deployment are counted, not listed", () => {
    const workflow = file("a: 1\n", "config/settings.yaml");
    const report = compare([workflow], [workflow, file("# T", "README.md")]);
    expect(report.coverage).toMatchObject({ files_seen: 2, files_read: 0, files_skipped: [], partial: [] });
    expect(changesAnything(report)).toBe(false);
  });

  test("52: the same input gives the same bytes", () => {
    const once = JSON.stringify(compare([file(MANIFEST)], [file(four)]));
    expect(JSON.stringify(compare([file(MANIFEST)], [file(four)]))).toBe(once);
  });
});

describe("51: a stated utilization", () => {
  const at = (utilization: number, base: string, head: string) =>
    auditPullRequest(
      { base: [file(base)], head: [file(head)], renames: [], skipped: [], partial: [] },
      { utilization },
      context,
    ).deployments[0];
  const requests = (side: "before" | "after", utilization = 0.5) =>
    at(utilization, MANIFEST, four)?.[side]?.monthly?.requests;

  test("is the traffic of the base, and more replicas do not bring more of it", () => {
    expect(requests("before")).toBeGreaterThan(1_000_000);
    expect(requests("after")).toBe(requests("before"));
    expect(requests("before", 0.25)).toBeCloseTo((requests("before") ?? 0) / 2, -1);
  });

  test("is no assumption", () => {
    expect(at(0.5, MANIFEST, four)?.after?.assumed.map(({ name }) => name)).not.toContain("requests_per_month");
  });
});

describe("48: what one side hides is not known, and so neither removed nor new", () => {
  const both = (base: readonly FileText[], head: readonly FileText[], skipped: PullRequestInput["skipped"] = []) =>
    auditPullRequest({ base, head, renames: [], skipped, partial: [] }, { requests_per_month: 1_000_000 }, context);
  const bad = file(oneAtATime);
  const bomb = file(MANIFEST.replace("replicas: 2", "replicas: [2"));

  test.each([
    ["a document that is broken now", () => both([bad], [bomb])],
    ["a file that the host could not read", () => both([bad], [], [{ path: PATH, why: "it is larger than 1 MB" }])],
    ["more deployments before it than are judged", () => both([bad], [...crowd(), bad])],
  ])("%s: no fall, nothing mended", (_, audit) => {
    const { deployments, findings, totals } = audit();
    const chat = deployments.find(({ path }) => path === PATH);
    expect(chat).toMatchObject({ status: "changed", change: null, after: { monthly: null } });
    expect(chat?.after?.not_estimated?.why).toMatch(/could not be read in full at the head \(.*\), so it is not known/);
    expect(totals.after.at_least).toBe(true);
    expect(totals.change.energy_kwh.value).toBeGreaterThanOrEqual(0);
    expect(findings.fixed).toEqual([]);
  });

  test.each([
    ["a document that was broken", () => both([bomb], [bad])],
    ["a file that the host could not read", () => both([], [bad], [{ path: PATH, why: "it is binary" }])],
    ["more deployments before it than are judged", () => both([...crowd(), bad], [bad])],
  ])("%s: no rise by all of it, and its findings are told", (_, audit) => {
    const { deployments, findings } = audit();
    const chat = deployments.find(({ path }) => path === PATH);
    expect(chat).toMatchObject({ status: "changed", change: null, before: { monthly: null } });
    expect(findings.introduced.map(({ rule }) => rule)).toContain("batch-size-one");
  });

  test("a document that was broken before is no reason to doubt what is gone", () => {
    const twice = [file(`${bomb.content}\n---\n${MANIFEST}`)];
    expect(both(twice, [bomb]).deployments).toMatchObject([{ status: "removed" }]);
  });

  /** As many deployments as are judged, in files that come first. */
  function crowd(): FileText[] {
    const load = (i: number) => `m${i} = AutoModelForCausalLM.from_pretrained("org/model-7b")\n`;
    const content = `from transformers import AutoModelForCausalLM\n${Array.from({ length: 40 }, (_, i) => load(i)).join("")}`;
    return Array.from({ length: 30 }, (_, i) => file(content, `app/${i}.py`));
  }
});
