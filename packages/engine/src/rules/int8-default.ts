import type { Edit, Fix } from "../domain/finding.ts";
import type { PrecisionId } from "../domain/precision.ts";
import { memoryGb } from "../physics/memory.ts";
import { type RatioRange, ratioNear, wastePercent } from "./evidence-pairs.ts";
import { ofDeployment } from "./fleet-waste.ts";
import type { Rule, RuleFinding, RuleSubject } from "./rule.ts";
import { pairEvidence } from "./rule-evidence.ts";
import { againstSixteenBit, knownSize, percentRange, placed } from "./words.ts";

/** A quantized alternative must beat FP16 by this much before it is advised: it may cost quality. */
const CLEAR_GAIN = 0.9;

const CODE = {
  fp16: 'AutoModelForCausalLM.from_pretrained(MODEL, torch_dtype=torch.float16, device_map="auto")',
  nf4: 'BitsAndBytesConfig(load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_compute_dtype=torch.float16)',
  int8_pure: "BitsAndBytesConfig(load_in_8bit=True, llm_int8_threshold=0.0)",
} as const;
const TITLE = {
  fp16: "Load in FP16",
  nf4: "Use NF4",
  int8_pure: "Set llm_int8_threshold=0.0",
} as const;
type Alternative = keyof typeof CODE;

/** TGI has no flag for the threshold. */
const TGI = {
  fp16: { title: "Serve in FP16", code: "text-generation-launcher --model-id MODEL --dtype float16" },
  nf4: { title: "Use NF4", code: "text-generation-launcher --model-id MODEL --quantize bitsandbytes-nf4" },
} as const;

const WHY =
  "The default threshold of 6.0 decomposes every matrix product into an INT8 and an FP16 part and converts between them; the conversions cost more than INT8 saves.";

export const int8Default: Rule = {
  id: "int8-default",
  title: "Default bitsandbytes INT8",
  description:
    "load_in_8bit=True keeps llm_int8_threshold at 6.0: every linear layer splits off outlier columns, computes them in FP16 and converts back. In every session of the evidence this costs more energy per token than FP16, and more than the same model with the threshold at 0. Silent when the threshold is 0, when the value cannot be read, on the CPU and in training.",
  why: WHY,
  default_severity: "critical",
  example: {
    language: "python",
    before: "config = BitsAndBytesConfig(load_in_8bit=True)",
    after: "config = BitsAndBytesConfig(load_in_8bit=True, llm_int8_threshold=0.0)  # or load in 16 bit",
  },
  evidence: (catalogue) => pairEvidence(catalogue, "int8_default"),
  check: (subject) => {
    const { facts, purpose } = subject.deployment;
    if (purpose === "training" || facts.quantization?.value !== "int8_default") return [];
    const { gpu, params } = knownSize(subject);
    const now = ratioNear(subject.catalogue, "int8_default", gpu, params);
    return [finding(subject, now)];
  },
};

function finding(subject: RuleSubject, now: RatioRange | null): RuleFinding {
  const { facts } = subject.deployment;
  const at = (facts.load_in_8bit ?? facts.quantization)?.at ?? subject.deployment.at;
  const best = bestAlternative(subject, now);
  const saving = now && best ? savings(now, best) : null;
  const says = now ? `: ${againstSixteenBit(now, subject)}` : "";
  return {
    ...placed(at),
    message: `Default bitsandbytes INT8 wastes energy${says}.`,
    impact_percent: saving && ofDeployment(saving, subject),
    evidence: [...new Set([...(now?.evidence ?? []), ...(best?.range?.evidence ?? [])])],
    why: WHY,
    always_critical: true,
    fix: fixOf(subject, best, saving),
  };
}

interface Best {
  readonly precision: Alternative;
  /** Against FP16; null for FP16 itself, or where no row says. */
  readonly range: RatioRange | null;
}

/** FP16 where it fits, unless NF4 clearly beats it; what does not fit in FP16 takes NF4 or the threshold, whichever the evidence prefers. */
function bestAlternative(subject: RuleSubject, now: RatioRange | null): Best {
  const { gpu, params } = knownSize(subject);
  const near = (precision: PrecisionId) => ratioNear(subject.catalogue, precision, gpu, params);
  const nf4: Best = { precision: "nf4", range: near("nf4") };
  const pure: Best = { precision: "int8_pure", range: near("int8_pure") };
  const nf4Saves = nf4.range !== null && nf4.range.scope === "this GPU" && nf4.range.high < CLEAR_GAIN;
  if (nf4Saves) return nf4;
  if (!subject.resolved || gpu === null || fitsInSixteenBit(subject)) {
    // Without a row of its own to say otherwise, 16 bit is the safe side: no quality question either.
    return { precision: "fp16", range: null };
  }
  if (servedByTgi(subject)) return nf4;
  const mean = (best: Best) => best.range?.mean ?? now?.mean ?? Number.POSITIVE_INFINITY;
  return mean(nf4) <= mean(pure) ? nf4 : pure;
}

function fitsInSixteenBit({ resolved, catalogue }: RuleSubject): boolean {
  if (!resolved || resolved.workload.model.params_b_total === null) return false;
  return memoryGb({ ...resolved.workload, precision: "fp16" }, catalogue).fits;
}

/** From default INT8 to the alternative, in percent of today's energy per token. */
function savings(now: RatioRange, best: Best): { readonly low: number; readonly high: number } {
  if (!best.range) return wastePercent(now);
  const share = (to: number, from: number) => Math.max(0, 100 * (1 - to / from));
  return { low: share(best.range.high, now.low), high: share(best.range.low, now.high) };
}

const servedByTgi = ({ deployment }: RuleSubject): boolean => deployment.facts.framework?.value === "tgi";

function fixOf(subject: RuleSubject, best: Best, saving: { readonly low: number; readonly high: number } | null): Fix {
  const gain = saving ? ` (${percentRange(-saving.low, -saving.high)} energy per token)` : "";
  const quality = best.precision === "fp16" ? "" : " Validate the quality on your own task.";
  if (servedByTgi(subject) && best.precision !== "int8_pure") {
    const { title, code } = TGI[best.precision];
    return { description: `${title}${gain}.${quality}`, code };
  }
  const edit = thresholdEdit(subject);
  const also =
    best.precision === "int8_pure"
      ? ""
      : ` If 8-bit weights must stay, set llm_int8_threshold=0.0${edit ? ": the suggested edit" : ""}.`;
  return {
    description: `${TITLE[best.precision]}${gain}.${also}${quality}`,
    code: CODE[best.precision],
    ...(edit ? { edit } : {}),
  };
}

/** The flag's own line with the threshold added; the audit offers it only after reading the edited file again. */
function thresholdEdit({ deployment, file }: RuleSubject): Edit | undefined {
  const at = deployment.facts.load_in_8bit?.at;
  if (!file || !at || at.path !== file.path || at.line !== at.end_line) return undefined;
  const line = file.content.split("\n")[at.line - 1];
  const written = line?.slice(at.column - 1);
  const keyword =
    written && /^(?:load_in_8bit\s{0,4}=\s{0,4}True|["']load_in_8bit["']\s{0,4}:\s{0,4}True)/.exec(written);
  if (line === undefined || !keyword) return undefined;
  const end = at.column - 1 + keyword[0].length;
  const quote = keyword[0].charAt(0);
  const added = quote === "l" ? ", llm_int8_threshold=0.0" : `, ${quote}llm_int8_threshold${quote}: 0.0`;
  const replacement = line.slice(0, end) + added + line.slice(end);
  return { path: at.path, line: at.line, end_line: at.line, replacement: replacement.replace(/\r$/, "") };
}
