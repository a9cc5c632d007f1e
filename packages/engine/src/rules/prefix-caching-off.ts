import { replaced } from "./edit-lines.ts";
import type { Rule } from "./rule.ts";
import { byArithmetic } from "./rule-evidence.ts";
import { placed } from "./words.ts";

const why =
  "Requests that share a beginning (a system prompt, a document, earlier turns) compute it again each time; the cache keeps it.";

const NOT_MEASURED =
  "Not measured here: it saves prefill by as much as prompts share, which is your traffic's own. Compare the server's prefix-cache hit rate and energy with the cache on and off.";

export const prefixCachingOff: Rule = {
  id: "prefix-caching-off",
  title: "Prefix caching switched off",
  description:
    "A serving engine is told not to keep the KV cache of prompts that begin alike (vLLM --no-enable-prefix-caching, SGLang --disable-radix-cache, a chart's enablePrefixCaching: false). How much that costs depends on how much prompts share: no number, and info. Silent where the file does not say: the engines' defaults are on.",
  why,
  default_severity: "info",
  example: {
    language: "shell",
    before: "vllm serve MODEL --no-enable-prefix-caching",
    after: "vllm serve MODEL --enable-prefix-caching",
  },
  evidence: () => byArithmetic(NOT_MEASURED),
  check: ({ deployment, file }) => {
    const { prefix_caching: fact, framework } = deployment.facts;
    if (deployment.purpose === "training" || fact?.value !== false) return [];
    const sglang = framework?.value === "sglang";
    return [
      {
        ...placed(fact.at),
        message: "Prefix caching is switched off. Nobody has measured what that costs here.",
        impact_percent: null,
        evidence: [],
        how_to_measure: NOT_MEASURED,
        why,
        at_most: "info",
        fix: {
          description: `Leave prefix caching on${sglang ? ": remove --disable-radix-cache" : ""}; it costs nothing where no prompts begin alike.`,
          code: sglang
            ? "python -m sglang.launch_server --model-path MODEL"
            : "vllm serve MODEL --enable-prefix-caching",
          ...replaced(file, fact.at, [
            [/--no-enable([-_])prefix[-_]caching/, "--enable$1prefix$1caching"],
            [/(enable_prefix_caching["']?\s{0,4}[=:]\s{0,4})False/, "$1True"],
            [/(enable[-_]?prefix[-_]?caching["']?\s{0,4}[=:]\s{0,4})false/i, "$1true"],
          ]),
        },
      },
    ];
  },
};
