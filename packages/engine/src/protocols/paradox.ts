import type { Catalogue } from "../domain/catalogue.ts";
import { formatPercent } from "../domain/format.ts";
import type { Quantity } from "../domain/interval.ts";
import type { PrecisionId } from "../domain/precision.ts";
import type { Workload } from "../domain/workload.ts";
import { energyRatio } from "../evidence/ratio.ts";

export interface Paradox {
  readonly quantization: string;
  readonly message: string;
  readonly evidence: readonly string[];
}

const PRECISION_NAMES: ReadonlyMap<string, string> = new Map([
  ["fp16", "FP16"],
  ["bf16", "BF16"],
  ["fp32", "FP32"],
  ["fp8", "FP8"],
  ["mxfp4", "MXFP4"],
  ["nf4", "NF4"],
  ["int8_default", "INT8 (default)"],
  ["int8_pure", "INT8 (pure)"],
]);
export const nameOf = (precision: string): string => PRECISION_NAMES.get(precision) ?? precision;

export const asPercent = (ratio: Quantity): Quantity => ({
  value: 100 * (ratio.value - 1),
  low: 100 * (ratio.low - 1),
  high: 100 * (ratio.high - 1),
});

const range = (q: Quantity): string =>
  `${formatPercent(q.value)} (90 %: ${formatPercent(q.low)} to ${formatPercent(q.high)})`;

const BASIS = {
  "same session": "measured in one session",
  "nearest session": "from one session at the nearest measured batch",
  ladder: "by physics, no session measured both",
} as const;

const WHY: { readonly [P in PrecisionId]?: string } = {
  int8_default:
    "load_in_8bit=True keeps llm_int8_threshold=6.0: every linear layer splits off outliers and converts between INT8 and FP16. Set llm_int8_threshold=0.0 at least.",
  nf4: "Dequantization costs more than the saved memory traffic while decoding is launch-bound, as on small models.",
  int8_pure:
    "The INT8 kernels launch more per layer than FP16, and eager decoding at small batch is launch-bound, not memory-bound.",
  fp8: "At small batch the extra quantization kernels cost more than the halved weight traffic saves.",
};

const RULE_OF_THUMB: { readonly [P in PrecisionId]?: (datacenter: boolean) => string | null } = {
  int8_pure: (datacenter) =>
    datacenter
      ? 'The rule of thumb "pure INT8 saves about 5 % on datacenter GPUs" does not hold here: the evidence decides.'
      : null,
};

/** Quantized precisions that cost energy here although they are meant to save it; only where the evidence can tell. */
export function paradoxesOf(
  w: Workload,
  base: PrecisionId,
  precisions: readonly PrecisionId[],
  catalogue: Catalogue,
): Paradox[] {
  return precisions.flatMap((precision) => {
    if (precision === base) return [];
    const ratio = energyRatio({ ...w, precision }, { ...w, precision: base }, catalogue);
    if (!ratio) return [];
    const percent = asPercent(ratio.ratio);
    const how = `${BASIS[ratio.basis]}${ratio.evidence.length > 0 ? `: ${ratio.evidence.slice(0, 4).join(", ")}` : ""}`;
    const thumb = RULE_OF_THUMB[precision]?.(w.gpu.class === "datacenter");
    const tail = thumb ? ` ${thumb}` : "";
    if (!ratio.separable) {
      return precision === "int8_pure"
        ? [
            {
              quantization: precision,
              message: `${range(percent)} energy against ${nameOf(base)}, ${how}: the two cannot be told apart.${tail}`,
              evidence: ratio.evidence,
            },
          ]
        : [];
    }
    if (ratio.ratio.value < 1) return [];
    return [
      {
        quantization: precision,
        message: `${range(percent)} energy against ${nameOf(base)}, ${how}. ${WHY[precision] ?? ""}${tail}`.trim(),
        evidence: ratio.evidence,
      },
    ];
  });
}
