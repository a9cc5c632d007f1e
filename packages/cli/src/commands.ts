import { AuditOptionsSchema, describeParameters, PROTOCOLS, type Protocol } from "@ecocompute/engine";
import type { Flag } from "./flags.ts";

export interface Command {
  readonly name: string;
  readonly summary: string;
  /** After the name, in the usage line. */
  readonly operands: string;
  readonly description: string;
  readonly flags: readonly Flag[];
  readonly examples: readonly { readonly what: string; readonly line: string }[];
}

const FORMATS = ["text", "markdown", "json"] as const;
export const FAIL_ON = ["critical", "warning", "never"] as const;
export const CONFIG_FILE = ".ecocompute.yml";

const COMMON: readonly Flag[] = [
  {
    name: "color",
    kind: "switch",
    description: "Colour, or --no-color; else NO_COLOR, FORCE_COLOR and the terminal decide",
  },
  { name: "help", short: "h", kind: "switch", description: "Show this" },
];
const measurements: Flag = {
  name: "measurements",
  kind: "list",
  value: "file",
  description:
    "A run.csv of the measurement kit, again for each: your own rows rank above published ones for their GPU",
};
const format: Flag = {
  name: "format",
  kind: "text",
  description: "How the answer is written",
  allowed: FORMATS,
  default: "text",
};

/** The parameters of a schema as flags: `model_id` is --model-id. */
const parameterFlags = (schema: Protocol["schema"]): readonly Flag[] =>
  describeParameters(schema)
    .filter(({ types }) => !types.includes("array") && !types.includes("object"))
    .map(({ name, types, isList, description, allowed, default: standard }) => ({
      name: name.replaceAll("_", "-"),
      kind: !isList && (types.includes("number") || types.includes("integer")) ? "number" : "text",
      description: isList ? `${description}; several with commas between` : description,
      parameter: name,
      ...(allowed.length > 0 ? { allowed } : {}),
      ...(standard === null ? {} : { default: standard }),
    }));

const withoutDefault = (flags: readonly Flag[], name: string): readonly Flag[] =>
  flags.map((flag) => {
    const { default: _standard, ...rest } = flag;
    return flag.name === name ? rest : flag;
  });

const AUDIT: Command = {
  name: "audit",
  summary: "What wastes energy in a working tree, or what a change does to it",
  operands: "[path]",
  description:
    "Finds LLM deployments in the files of a folder (as git lists them, .gitignore respected), estimates each and says what wastes energy. With --base, compares the working tree with its merge base, as the Action does with a pull request.",
  flags: [
    {
      name: "base",
      kind: "text",
      description: "A branch, tag or commit: report what changed since the merge base with it",
    },
    { ...format, allowed: [...FORMATS, "sarif"] },
    {
      name: "fail-on",
      kind: "text",
      description: "Findings that end with exit code 1",
      allowed: FAIL_ON,
      default: "critical",
    },
    {
      name: "max-increase-percent",
      kind: "number",
      description: "With --base: the rise of energy that ends with exit code 1",
    },
    { name: "max-monthly-kwh", kind: "number", description: "Energy a month that ends with exit code 1" },
    { name: "max-monthly-usd", kind: "number", description: "Cost a month that ends with exit code 1" },
    {
      name: "paths",
      kind: "list",
      description: "Globs of files to look at, again for each; a leading ! excludes, the last match decides",
      default: "**",
    },
    {
      name: "config",
      kind: "text",
      description: "Configuration file; with --base the default one is read at the merge base",
      default: CONFIG_FILE,
    },
    measurements,
    { name: "max-file-bytes", kind: "number", description: "Larger files are told and not read", default: "1048576" },
    ...withoutDefault(parameterFlags(AuditOptionsSchema), "hardware-platform"),
    ...COMMON,
  ],
  examples: [
    { what: "this folder", line: "ecocompute audit" },
    { what: "what my branch changes", line: "ecocompute audit --base origin/main" },
    { what: "in another CI system", line: "ecocompute audit --base origin/main --fail-on warning --format markdown" },
    {
      what: "manifests that do not name their GPU",
      line: "ecocompute audit deploy/ --hardware-platform h100 --requests-per-month 5000000",
    },
  ],
};

const ASKED: Readonly<Record<string, Pick<Command, "summary" | "examples">>> = {
  estimate: {
    summary: "What a deployment uses in a month, and what a better one would",
    examples: [
      {
        what: "a month of requests",
        line: "ecocompute estimate Qwen/Qwen2.5-7B-Instruct --hardware-platform a100 --batch-size 8",
      },
      {
        what: "an always-on fleet",
        line: "ecocompute estimate meta-llama/Llama-3.1-8B-Instruct --hardware-platform h100 --framework vllm --replicas 2",
      },
    ],
  },
  compare: {
    summary: "Precisions side by side: which can be told apart",
    examples: [{ what: "on one card", line: "ecocompute compare Mistral-7B --hardware-platform rtx4090d" }],
  },
  optimize: {
    summary: "The configuration that uses least energy within your limits",
    examples: [
      {
        what: "for an API",
        line: "ecocompute optimize Qwen/Qwen2-1.5B --hardware-platform rtx5090 --use-case production_api",
      },
      {
        what: "within a latency",
        line: "ecocompute optimize Mistral-7B --hardware-platform a800 --max-latency-ms 15000",
      },
    ],
  },
  diagnose: {
    summary: "Whether what you observe is to be expected, and if not, why",
    examples: [
      {
        what: "slow 8 bit",
        line: "ecocompute diagnose Mistral-7B --quantization int8_default --observed-throughput-tok-s 7.9",
      },
    ],
  },
};

const asked = Object.entries(ASKED).flatMap(([id, { summary, examples }]): Command[] => {
  const protocol = PROTOCOLS.find((each) => each.id === id);
  if (!protocol) return [];
  return [
    {
      name: protocol.id,
      summary,
      operands: "<model>",
      description: protocol.description,
      flags: [format, measurements, ...parameterFlags(protocol.schema), ...COMMON],
      examples,
    },
  ];
});

const LIST: Command = {
  name: "list",
  summary: "The GPUs, models and regions that are known",
  operands: "gpus|models|regions",
  description:
    "What --hardware-platform, --model-id and --region may be given; other names of theirs are understood too.",
  flags: [{ ...format, allowed: ["text", "json"] }, ...COMMON],
  examples: [{ what: "ids of cards", line: "ecocompute list gpus" }],
};

export const COMMANDS: readonly Command[] = [AUDIT, ...asked, LIST];
