import { type CatalogueData, indexCatalogue, type Measurement, type Protocol, type Report } from "@ecocompute/engine";
import * as z from "zod";
import type { Service } from "./service.ts";

/** For tests: three rows, one GPU, one model, and two protocols that answer with what they were given. */
export function smallService(changes: Partial<Service> = {}): Service {
  return {
    version: "0.0.1",
    catalogue: indexCatalogue(SMALL_DATA),
    protocols: [echo("estimate"), echo("audit")],
    rules: [{ id: "int8-default", title: "Title", description: "Text", default_severity: "critical", check: () => [] }],
    renderMarkdown: (report) => `# ${report.protocol}\n`,
    loadPython: async () => ({ parse: () => null }),
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
      good_practices: [],
      recommended_changes: [],
      deployments: [],
      coverage: { files_read: 0, files_skipped: [] },
    };
    return { ok: true, value };
  },
});

const ROW: Measurement = {
  id: "row-1",
  source: "some-source",
  gpu: "a800",
  num_gpus: 1,
  model_id: "org/model-7b",
  framework: "transformers",
  framework_version: null,
  precision: "fp16",
  batch_size: 1,
  max_num_seqs: null,
  tensor_parallel: null,
  pipeline_parallel: null,
  expert_parallel: null,
  data_parallel: null,
  workload: null,
  input_tokens: null,
  output_tokens: null,
  throughput_tok_s: null,
  power_w: null,
  power_basis: "absent",
  energy_j_per_token: 1,
  energy_j_per_token_published: 1,
  published_convention: "gross",
  idle_added_w: null,
  energy_j_per_request: null,
  n_runs: "1",
  throughput_std: null,
  power_std: null,
  energy_j_per_token_std: null,
  median_itl_ms: null,
  torch_version: null,
  cuda_version: null,
  bitsandbytes_version: null,
  transformers_version: null,
  driver_version: null,
  perplexity: null,
  delta_perplexity_percent: null,
  date: "2026-01-01",
  tier: 1,
  energy_scope: "gpu_board",
  flag: null,
  fp16_partner: null,
  supersedes: null,
  origin: null,
  notes: null,
};

const SMALL_DATA: CatalogueData = {
  dataset_version: "2026.01.01+test",
  precisions: (["fp16", "nf4"] as const).map((id) => ({
    id,
    name: id,
    bytes_per_weight: 2,
    compute: "fp16",
    equivalent: [],
    quantized: id === "nf4",
    how_to_set: "",
    source: "some-source",
  })),
  gpus: [
    {
      id: "a800",
      name: "A800",
      aliases: [],
      cloud_instances: [],
      vendor: "nvidia",
      class: "datacenter",
      architecture: "Ampere",
      compute_capability: null,
      vram_gb: 80,
      vram_gb_variants: [],
      mem_type: null,
      mem_bandwidth_gb_s: null,
      fp16_dense_tflops: null,
      fp16_dense_tflops_fp32_accumulate: null,
      int8_dense_tops: null,
      fp8_dense_tflops: null,
      tdp_w: null,
      idle_w: null,
      supports_bf16: true,
      supports_fp8: false,
      source: "some-source",
      confidence: "low",
    },
  ],
  models: [
    {
      id: "org/model-7b",
      family: "model",
      params_b_total: 7,
      params_b_active: null,
      architecture: null,
      context_window: null,
      source: "some-source",
    },
  ],
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
  held_out: [],
};
