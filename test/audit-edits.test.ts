// Every edit that the audit offers, on every fixture of the corpus: applied, the finding is gone and the estimate no higher.
import { catalogueData } from "@ecocompute/data";
import { indexCatalogue } from "@ecocompute/engine";
import { beforeAll, expect, test } from "vitest";
import type { AuditReport } from "../packages/engine/src/domain/audit-report.ts";
import type { Finding } from "../packages/engine/src/domain/finding.ts";
import { auditFiles } from "../packages/engine/src/protocols/audit.ts";
import { applyEdit } from "../packages/engine/src/protocols/audit-edit.ts";
import type { ProtocolContext } from "../packages/engine/src/protocols/protocol.ts";
import { type Fixture, loadCorpus } from "./support/corpus.ts";
import { loadPythonParser } from "./support/python-parser.ts";

let context: ProtocolContext;
beforeAll(async () => {
  context = { catalogue: indexCatalogue(catalogueData), python: await loadPythonParser() };
});

const audit = ({ expected }: Fixture, files: Fixture["files"]): AuditReport =>
  auditFiles(files, expected.options ?? {}, context);
const kwhOf = (report: AuditReport, id: string): number | undefined =>
  report.deployments.find((deployment) => deployment.id === id)?.monthly?.energy_kwh.value;
const same =
  ({ rule, deployment }: Finding) =>
  (other: Finding) =>
    other.rule === rule && other.deployment === deployment;

const corpus = loadCorpus();

test("each edit silences its finding and raises no estimate", () => {
  const offered = new Map<string, number>();
  for (const fixture of corpus) {
    const before = audit(fixture, fixture.files);
    for (const finding of before.findings) {
      const { edit } = finding.fix;
      if (!edit) continue;
      offered.set(finding.rule, (offered.get(finding.rule) ?? 0) + 1);
      const edited = fixture.files.map((file) => (file.path === edit.path ? applyEdit(file, edit) : file));
      const after = audit(fixture, edited);
      const count = (report: AuditReport) => report.findings.filter(same(finding)).length;
      expect(count(after), `${fixture.name}: ${finding.rule}`).toBeLessThan(count(before));
      const [was, is] = [kwhOf(before, finding.deployment), kwhOf(after, finding.deployment)];
      if (was !== undefined) expect(is, fixture.name).toBeLessThanOrEqual(was * (1 + 1e-9));
    }
  }
  console.log(`edits offered: ${[...offered].map(([rule, n]) => `${rule} ${n}`).join(", ")}`);
  expect([...offered.keys()]).toEqual(
    expect.arrayContaining(["int8-default", "batch-size-one", "fp32-inference", "bf16-unsupported", "kv-cache-off"]),
  );
});
