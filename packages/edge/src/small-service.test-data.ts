import { type CatalogueData, indexCatalogue, type Protocol, type Report } from "@ecocompute/engine";
import * as z from "zod";
import { gpu, model, precision, row } from "../../../test/support/toy-evidence.ts";
import type { Service } from "./service.ts";

/** For tests: three rows, one GPU, one model, and two protocols that answer with what they were given. */
export function smallService(changes: Partial<Service> = {}): Service {
  return {
    version: "0.0.1",
    catalogue: indexCatalogue(SMALL_DATA),
    protocols: [echo("estimate"), echo("audit")],
    rules: [
      {
        id: "int8-default",
        title: "Title",
        description: "Text",
        why: "Cause",
        default_severity: "critical",
        example: { language: "python", before: "a", after: "b" },
        evidence: () => ({ says: [], ids: [] }),
        check: () => [],
      },
    ],
    method: { method_version: "1.2.3", generated_from: "0123456789abcdef" },
    answerSchemas: {},
    renderMarkdown: (report) => `# ${report.protocol}\n`,
    loadPython: async () => ({ parse: () => null }),
    selfCheck: () => true,
    now: () => Date.UTC(2026, 10, 27, 12),
    log: () => {},
    ...changes,
  };
}

const SCHEMA = z.strictObject({
  model_id: z.string(),
  batch_size: z.int().min(1).optional(),
  pue: z.number().nullable().optional(),
  verbose: z.boolean().optional(),
  files: z.array(z.strictObject({ path: z.string(), content: z.string() })).optional(),
});

/** Valid input comes back in `configuration.files`, as JSON; "throw" as the model throws, as a bug would. */
export const echo = (id: "estimate" | "audit"): Protocol => ({
  id,
  title: `Echo of ${id}`,
  description: "Answers with its input.",
  schema: SCHEMA,
  run: (input) => {
    const parsed = SCHEMA.safeParse(input);
    if (!parsed.success) {
      const errors = parsed.error.issues.map(({ path, message }) => ({
        parameter: path.join("."),
        message,
        received: "",
      }));
      return {
        ok: false,
        problem: { type: "invalid-input", status: 422, title: "Invalid input", detail: "no", errors },
      };
    }
    if (parsed.data.model_id === "throw") throw new Error("secret of the inside");
    if (parsed.data.model_id === "unknown") {
      return {
        ok: false,
        problem: {
          type: "unknown",
          status: 422,
          title: "Not known",
          detail: "no evidence",
          errors: [],
          missing: "a row",
          nearest_evidence: ["row-1"],
          how_to_measure: "run it",
        },
      };
    }
    const value: Report = {
      protocol: "audit",
      dataset_version: SMALL_DATA.dataset_version,
      configuration: { files: [JSON.stringify(parsed.data)], assumed: [] },
      warnings: [],
      findings: [],
      suppressed: [],
      good_practices: [],
      recommended_changes: [],
      deployments: [],
      coverage: {
        files_seen: 0,
        files_read: 0,
        files_skipped: [],
        skipped_by_reason: [],
        partial: [],
        deployments: { estimated: 0, partly_known: 0, unresolved: 0 },
      },
    };
    return { ok: true, value };
  },
});

const ROW = row({
  id: "row-1",
  source: "some-source",
  gpu: "a800",
  model_id: "org/model-7b",
  energy_j_per_token: 1,
  energy_j_per_token_published: 1,
});

const SMALL_DATA: CatalogueData = {
  dataset_version: "2026.01.01+test",
  precisions: [precision("fp16", 2), precision("nf4", 0.5)],
  gpus: [gpu({ id: "a800", name: "A800", source: "some-source" })],
  models: [model({ id: "org/model-7b", source: "some-source" })],
  sources: [
    {
      id: "some-source",
      kind: "measurements",
      title: "Some source",
      citation: "Somebody, somewhere",
      url: "https://example.org/",
      licence: "CC-BY-4.0",
      date: "2026",
      accessed: "2026-01-01",
      caveats: [],
    },
  ],
  measurements: [ROW, { ...ROW, id: "row-2", precision: "nf4" }, { ...ROW, id: "row-3", tier: 3 }],
  regions: [],
  claims: [],
  physics: {},
  thresholds: {},
  held_out: [],
};
