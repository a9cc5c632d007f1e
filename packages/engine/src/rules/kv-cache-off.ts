import type { Rule } from "./rule.ts";
import { placed } from "./words.ts";

export const kvCacheOff: Rule = {
  id: "kv-cache-off",
  title: "KV cache switched off",
  description:
    "use_cache=False makes every new token recompute the whole prefix: the work per token grows with the length. No row of the evidence measures it, so the finding gives no number and is at most a warning. Silent in training, where the cache is rightly off.",
  default_severity: "warning",
  check: ({ deployment }) => {
    const { facts, purpose } = deployment;
    if (purpose === "training" || facts.use_cache?.value !== false) return [];
    return [
      {
        ...placed(facts.use_cache.at),
        message:
          "use_cache=False recomputes the whole prefix for every token. Nobody has measured how much it costs here.",
        impact_percent: null,
        evidence: [],
        why: "Without the cache, attention and every layer run again over all earlier tokens at each step.",
        at_most: "warning",
        fix: { description: "Leave the KV cache on.", code: "model.generate(**inputs, use_cache=True)" },
      },
    ];
  },
};
