import type { Catalogue } from "../domain/catalogue.ts";
import type { Fact } from "../domain/deployment.ts";
import { formatNumber } from "../domain/format.ts";
import type { Measurement } from "../domain/measurement.ts";
import { VLLM_DEFAULT_MAX_NUM_SEQS } from "../readers/engine-flags.ts";
import { flagValue, replaced } from "./edit-lines.ts";
import { impactOf, ofDeployment, type Waste, wasteAgainst } from "./fleet-waste.ts";
import type { Rule, RuleEvidence, RuleFinding, RuleSubject } from "./rule.ts";
import { notMeasured } from "./rule-evidence.ts";
import { knownSize, percentRange, placed, trafficAssumed } from "./words.ts";

/** What a batching server or a batched loop could reach without tuning. */
const MODEST_BATCH = 8;

const why = "At batch 1 every token pays for reading all the weights; a batch shares that among its sequences.";

export const batchSizeOne: Rule = {
  id: "batch-size-one",
  title: "One sequence at a time",
  description:
    "A loop that hands prompts to generate one by one, a serving engine bounded to one sequence (max_num_seqs 1), or a web handler that calls an unbatched generate. The waste of a loop is read from measured batch series; that of a server depends on its traffic and comes from the load model. Silent on streaming, on conversations with a person, on batched loops and in training.",
  why,
  default_severity: "warning",
  example: {
    language: "python",
    before: 'for prompt in prompts:\n    model.generate(**tokenizer(prompt, return_tensors="pt"))',
    after:
      'for i in range(0, len(prompts), 8):\n    model.generate(**tokenizer(prompts[i : i + 8], return_tensors="pt", padding=True))',
  },
  evidence: batchEvidence,
  check: (subject) => {
    const { facts, purpose, takes_lists } = subject.deployment;
    if (purpose === "training" || (facts.batch_size?.value ?? 1) > 1) return [];
    const bound = [facts.max_num_seqs, facts.max_concurrency].find((fact) => fact?.value === 1);
    if (bound) return [boundedServer(subject, bound)];
    if (facts.generates_one_by_one?.value) return [promptLoop(subject, facts.generates_one_by_one)];
    // What hands requests to an engine that batches them states no such handler.
    if (facts.serves_requests?.value && !takes_lists && /^(?:transformers|vllm)$/.test(facts.framework?.value ?? "")) {
      return [webHandler(subject, facts.serves_requests)];
    }
    return [];
  },
};

/** How an engine calls its bound on concurrent sequences. */
const FLAG_OF: Readonly<Record<string, string>> = {
  vllm: "--max-num-seqs",
  tgi: "--max-batch-size",
  sglang: "--max-running-requests",
};
/** All of its spellings, the hosts' bounds too. */
const BOUNDS =
  "max[-_]?num[-_]?seqs|max[-_]batch[-_]size|max[-_]concurrent[-_]requests|max[-_]running[-_]requests|containerConcurrency|max_ongoing_requests|max_concurrent_queries|MAX_NUM_SEQS|max_inputs|allow_concurrent_inputs";

function boundedServer(subject: RuleSubject, fact: Fact<number>): RuleFinding {
  const waste = wasteAgainst(subject, { batch_size: VLLM_DEFAULT_MAX_NUM_SEQS });
  const { facts } = subject.deployment;
  const byHost = fact === facts.max_concurrency;
  const flag = (byHost ? null : FLAG_OF[facts.framework?.value ?? "vllm"]) ?? "--max-num-seqs";
  const value = flagValue(BOUNDS, "1", String(VLLM_DEFAULT_MAX_NUM_SEQS));
  return {
    ...placed(fact.at),
    message: `${byHost ? "The host lets in one request at a time" : "max_num_seqs 1 serves one request at a time"}: no batching.${trafficSays(subject, waste)}`,
    ...measuredBy(subject, waste),
    why,
    fix: {
      description: byHost
        ? `Let in as many requests as the engine batches (vLLM's default is ${VLLM_DEFAULT_MAX_NUM_SEQS}).`
        : `Remove the flag${facts.framework?.value === "vllm" ? ` (the engine's default is ${VLLM_DEFAULT_MAX_NUM_SEQS})` : ""} or raise it to what the KV cache holds.`,
      code: byHost ? `containerConcurrency: ${VLLM_DEFAULT_MAX_NUM_SEQS}` : `${flag} ${VLLM_DEFAULT_MAX_NUM_SEQS}`,
      ...replaced(
        subject.file,
        fact.at,
        [...value.own, [/^(["']?)1(?![\d.])/, `$1${VLLM_DEFAULT_MAX_NUM_SEQS}`]],
        value.next,
      ),
    },
  };
}

function webHandler(subject: RuleSubject, fact: Fact<boolean>): RuleFinding {
  const waste = wasteAgainst(subject, { batch_size: MODEST_BATCH });
  return {
    ...placed(fact.at),
    message: `A web handler calls generate for each request alone: requests are never batched.${trafficSays(subject, waste)}`,
    ...measuredBy(subject, waste),
    why,
    fix: {
      description: "Serve the model with an engine that batches what arrives together.",
      code: "vllm serve MODEL --max-num-seqs 64",
    },
  };
}

function trafficSays(subject: RuleSubject, waste: Waste | null): string {
  if (!waste) return "";
  const { before, after } = waste;
  const assumed = trafficAssumed(subject);
  const needs = before.replicas_needed === null ? "" : ` and would need ${before.replicas_needed} replicas`;
  const [alone, together] = [before, after].map((each) => formatNumber(each.mean_concurrency, 2));
  const batched = alone === together ? "hardly fewer" : together;
  const held = ` At the ${assumed ? "assumed" : "stated"} traffic a replica holds ${alone} sequences on average${needs}; with batching ${batched}.`;
  return assumed ? `${held} More traffic would queue instead of sharing a step.` : held;
}

function measuredBy(
  subject: RuleSubject,
  waste: Waste | null,
): Pick<RuleFinding, "impact_percent" | "evidence" | "at_least"> {
  if (!waste) return { impact_percent: null, evidence: [] };
  return {
    ...impactOf(waste),
    // A small number under a traffic that nobody stated is no reason to call the bound harmless.
    ...(trafficAssumed(subject) ? { at_least: "warning" as const } : {}),
  };
}

function promptLoop(subject: RuleSubject, fact: Fact<boolean>): RuleFinding {
  const { gpu } = knownSize(subject);
  const pairs = batchPairs(subject.catalogue, subject.deployment.facts.framework?.value ?? "transformers");
  const own = pairs.filter((pair) => pair.one.gpu === gpu);
  const used = own.length > 0 ? own : pairs;
  const saved = used.map(({ one, many }) => 100 * (1 - many.energy_j_per_token / one.energy_j_per_token));
  const impact = saved.length > 0 ? { low: Math.min(...saved), high: Math.max(...saved) } : null;
  const gpus = [...new Set(used.map((pair) => subject.catalogue.gpuById.get(pair.one.gpu)?.name ?? pair.one.gpu))];
  const says = impact
    ? ` Batch ${MODEST_BATCH} saved ${percentRange(impact.low, impact.high).replaceAll("+", "")} of the energy per token against batch 1 on the ${gpus.join(", ")}.`
    : "";
  // The user's own limit stays; where none was read, theirs does.
  const tokens = subject.deployment.facts.max_new_tokens?.value;
  const limit = tokens === undefined ? ", max_new_tokens=MAX_NEW_TOKENS" : `, max_new_tokens=${tokens}`;
  return {
    ...placed(fact.at),
    message: `generate is called for one prompt at a time in a loop over prompts.${says}`,
    impact_percent: impact && ofDeployment(impact, subject),
    evidence: [...new Set(used.flatMap(({ one, many }) => [one.id, many.id]))],
    why,
    fix: {
      description: `Generate in batches of at least ${MODEST_BATCH}, sorted by length, with left padding.`,
      code: `tokenizer.padding_side = "left"\nfor i in range(0, len(prompts), ${MODEST_BATCH}):\n    inputs = tokenizer(prompts[i : i + ${MODEST_BATCH}], return_tensors="pt", padding=True).to(model.device)\n    outputs = model.generate(**inputs${limit})`,
    },
  };
}

interface BatchPair {
  readonly one: Measurement;
  readonly many: Measurement;
}

/** Batch 1 and batch 8 of one series: session, model, GPU and precision alike. */
function batchPairs(catalogue: Catalogue, framework: string): readonly BatchPair[] {
  const rows = catalogue.usable.filter((row) => row.framework === framework);
  const series = (row: Measurement) =>
    [row.source, row.gpu, row.num_gpus, row.model_id, row.precision, row.workload].join("|");
  const many = new Map(rows.filter((row) => row.batch_size === MODEST_BATCH).map((row) => [series(row), row]));
  return rows.flatMap((one) => {
    const other = one.batch_size === 1 ? many.get(series(one)) : undefined;
    return other ? [{ one, many: other }] : [];
  });
}

/** What a modest batch saved, series by series. */
function batchEvidence(catalogue: Catalogue): RuleEvidence {
  const pairs = batchPairs(catalogue, "transformers");
  if (pairs.length === 0) return notMeasured("batch_size");
  const says = pairs.map(({ one, many }) => {
    const saved = 100 * (1 - many.energy_j_per_token / one.energy_j_per_token);
    const gpu = catalogue.gpuById.get(one.gpu)?.name ?? one.gpu;
    return `${one.model_id} in ${one.precision} on the ${gpu}: batch ${MODEST_BATCH} saves ${formatNumber(saved)} % of the energy per token of batch 1 (${one.source}).`;
  });
  return {
    says: [...says, "Servers: by the load model of docs/method.md, whose batching is fitted on vLLM rows."],
    ids: pairs.flatMap(({ one, many }) => [one.id, many.id]),
  };
}
