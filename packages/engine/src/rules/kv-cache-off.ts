import { howToMeasureEffect } from "../evidence/how-to-measure.ts";
import { replaced } from "./edit-lines.ts";
import type { Rule } from "./rule.ts";
import { switchEvidence } from "./rule-evidence.ts";
import { switchEffect, wasteOf } from "./switch-effect.ts";
import { percentRange, placed } from "./words.ts";

const why = "Without the cache, attention and every layer run again over all earlier tokens at each step.";

export const kvCacheOff: Rule = {
  id: "kv-cache-off",
  title: "KV cache switched off",
  description:
    "use_cache=False makes every new token recompute the whole prefix: the work per token grows with the length. The number is of pairs of runs with and without the cache, published or your own; where nobody measured it the finding gives none, is at most a warning and says how to measure it. Silent in training, where the cache is rightly off.",
  why,
  default_severity: "warning",
  example: {
    language: "python",
    before: "outputs = model.generate(**inputs, max_new_tokens=256, use_cache=False)",
    after: "outputs = model.generate(**inputs, max_new_tokens=256)",
  },
  evidence: (catalogue) => switchEvidence(catalogue, "use_cache"),
  check: (subject) => {
    const { facts, purpose } = subject.deployment;
    if (purpose === "training" || facts.use_cache?.value !== false) return [];
    const edit = replaced(subject.file, facts.use_cache.at, [
      [/use_cache(\s{0,4}=\s{0,4})False/, "use_cache$1True"],
      [/(["'])use_cache\1(\s{0,4}:\s{0,4})False/, "$1use_cache$1$2True"],
    ]);
    const effect = switchEffect(subject, "use_cache");
    return [
      {
        ...placed(facts.use_cache.at),
        message: effect
          ? `use_cache=False recomputes the whole prefix for every token: with the cache it was measured at ${percentRange(-effect.saves.high, -effect.saves.low)} energy per token (${effect.where}).`
          : "use_cache=False recomputes the whole prefix for every token. Nobody has measured how much it costs here.",
        impact_percent: effect && wasteOf(effect, subject),
        evidence: effect?.evidence ?? [],
        why,
        ...(effect
          ? {}
          : { how_to_measure: howToMeasureEffect("use_cache", facts.model_id?.value ?? null), at_most: "warning" }),
        fix: { description: "Leave the KV cache on.", code: "model.generate(**inputs, use_cache=True)", ...edit },
      },
    ];
  },
};
