import type { SuppressedFinding } from "../domain/audit-report.ts";
import type { FileText } from "../domain/deployment.ts";
import { type Edit, type Finding, SEVERITIES, type Severity } from "../domain/finding.ts";
import { hash64 } from "../domain/hash.ts";
import { expected } from "../protocols/audit-findings.ts";
import { RULES } from "../rules/index.ts";
import type { Rule } from "../rules/rule.ts";
import { codeBlock, tame } from "./escape.ts";

/** What a log is made of: an audit's findings, or those of a pull request's head. */
export interface SarifInput {
  readonly findings: readonly Finding[];
  readonly suppressed: readonly SuppressedFinding[];
  /** The texts that the findings are about: fingerprints come from their lines, not from line numbers. */
  readonly files: readonly FileText[];
  /** What was not looked at, in sentences. */
  readonly notes: readonly string[];
}

export interface SarifOptions {
  readonly tool_version: string;
  /** Where the project and its docs/rules.md live; null: no links. */
  readonly project_url: string | null;
  /** Tells several uses in one repository apart (`automationDetails.id`). */
  readonly category: string;
}

/** GitHub keeps 5,000 results of a run. */
const MAX_RESULTS = 5_000;
const MAX_NOTES = 100;
const SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json";
const LEVEL = { critical: "error", warning: "warning", info: "note" } as const satisfies Record<Severity, string>;

/** The findings as SARIF 2.1.0: always one run, empty when there is nothing to tell. The worst are kept where there are too many. */
export function renderSarif(input: SarifInput, options: SarifOptions): string {
  return `${JSON.stringify(sarifLog(input, options), null, 2)}\n`;
}

export type SarifLog = ReturnType<typeof sarifLog>;

export function sarifLog({ findings, suppressed, files, notes }: SarifInput, options: SarifOptions) {
  const rank = ({ finding }: Entry) => SEVERITIES.indexOf(finding.severity);
  const all: Entry[] = [...findings.map((finding) => ({ finding })), ...suppressed];
  const shown = all.toSorted((a, b) => rank(a) - rank(b)).slice(0, MAX_RESULTS);
  const left = all.length - shown.length;
  const fingerprint = fingerprints(files);
  return {
    $schema: SCHEMA,
    version: "2.1.0" as const,
    runs: [
      {
        tool: {
          driver: {
            name: "EcoCompute",
            version: options.tool_version,
            ...(options.project_url === null ? {} : { informationUri: options.project_url }),
            rules: RULES.map((rule) => descriptor(rule, options.project_url)),
          },
        },
        automationDetails: { id: `ecocompute/${options.category}/` },
        columnKind: "utf16CodeUnits" as const,
        invocations: [
          {
            executionSuccessful: true,
            toolExecutionNotifications: [
              ...(left > 0 ? [`${left} more findings of lower severity are left out.`] : []),
              ...notes.slice(0, MAX_NOTES),
            ].map((text) => ({ level: "note" as const, message: { text: plainText(text) } })),
          },
        ],
        results: shown.map((entry) => result(entry, fingerprint)),
      },
    ],
  };
}

interface Entry {
  readonly finding: Finding;
  readonly suppression?: SuppressedFinding["suppression"];
}

/** `[text](target)` is a link in a SARIF message: brackets of a file's text are escaped. */
const plainText = (text: string, max = 1_000): string => tame(text, max).replace(/[\\[\]]/g, "\\$&");

const pascal = (id: string): string =>
  id
    .split("-")
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("");

function descriptor(rule: Rule, projectUrl: string | null) {
  const { before, after, language } = rule.example;
  const example = `Before:\n\n${codeBlock(before, language)}\n\nAfter:\n\n${codeBlock(after, language)}`;
  const suppression = `To keep it on purpose: \`# ecocompute: ignore[${rule.id}] reason="…" until=2027-01-31\` on its line.`;
  return {
    id: rule.id,
    name: pascal(rule.id),
    shortDescription: { text: rule.title },
    fullDescription: { text: rule.description },
    help: {
      text: `${rule.description} ${rule.why}`,
      markdown: `${rule.description}\n\n${rule.why}\n\n${example}\n\n${suppression}`,
    },
    ...(projectUrl === null ? {} : { helpUri: `${projectUrl}/blob/main/docs/rules.md#${rule.id}` }),
    defaultConfiguration: { level: LEVEL[rule.default_severity] },
    properties: {
      tags: ["energy", "cost", "llm-inference"],
      precision: "high",
      "problem.severity": LEVEL_WORD[rule.default_severity],
    },
  };
}

/** GitHub's words for the severity of a rule that is no security matter. */
const LEVEL_WORD = { critical: "error", warning: "warning", info: "recommendation" } as const satisfies Record<
  Severity,
  string
>;

/** A half of a character, which no URI can hold, is shown as replaced. */
const artifact = (path: string) => ({
  uri: path
    .replace(/\p{Cs}/gu, "\uFFFD")
    .split("/")
    .map(encodeURIComponent)
    .join("/"),
  uriBaseId: "%SRCROOT%",
});

function result({ finding, suppression }: Entry, fingerprint: (finding: Finding) => string) {
  const { rule, severity, path, line, end_line, column, impact_percent, impact_kwh_month, evidence, fix } = finding;
  return {
    ruleId: tame(rule),
    ruleIndex: RULES.findIndex(({ id }) => id === rule),
    level: LEVEL[severity],
    message: { text: plainText(`${finding.message} ${fix.description} Expected: ${expected(finding)}.`) },
    locations: [
      {
        physicalLocation: {
          artifactLocation: artifact(path),
          region: { startLine: line, startColumn: column, endLine: Math.max(line, end_line) },
        },
      },
    ],
    partialFingerprints: { primaryLocationLineHash: fingerprint(finding) },
    ...(fix.edit ? { fixes: [fixOf(fix.description, fix.edit)] } : {}),
    ...(suppression ? { suppressions: [suppressionOf(suppression)] } : {}),
    properties: { severity, impact_percent, impact_kwh_month, evidence: evidence.map((id) => tame(id)) },
  };
}

const fixOf = (description: string, { path, line, end_line, replacement }: Edit) => ({
  description: { text: plainText(description) },
  artifactChanges: [
    {
      artifactLocation: artifact(path),
      replacements: [{ deletedRegion: { startLine: line, endLine: end_line }, insertedContent: { text: replacement } }],
    },
  ],
});

function suppressionOf({ reason, until, at }: SuppressedFinding["suppression"]) {
  const end = until === undefined ? "" : ` (until ${until})`;
  return {
    kind: at && !isConfiguration(at.path) ? ("inSource" as const) : ("external" as const),
    status: "accepted" as const,
    justification: plainText(`${reason ?? ""}${end}`),
    ...(at
      ? { location: { physicalLocation: { artifactLocation: artifact(at.path), region: { startLine: at.line } } } }
      : {}),
  };
}

const isConfiguration = (path: string): boolean => /(?:^|\/)\.ecocompute\.ya?ml$/.test(path);

/**
 * Rule, deployment and the text of the finding's lines without their spacing: the same after other lines moved it. Equal
 * ones are numbered in order, in the form that GitHub gives its own hashes.
 */
function fingerprints(files: readonly FileText[]): (finding: Finding) => string {
  const lines = new Map(files.map(({ path, content }) => [path, content]));
  const split = new Map<string, readonly string[]>();
  const seen = new Map<string, number>();
  return ({ rule, deployment, path, line, end_line }) => {
    const text = split.get(path) ?? lines.get(path)?.split("\n") ?? [];
    split.set(path, text);
    const own = text
      .slice(line - 1, end_line)
      .join("\n")
      .replaceAll(/\s/g, "");
    const hash = hash64(`${rule}\n${deployment}\n${own}`);
    const count = (seen.get(hash) ?? 0) + 1;
    seen.set(hash, count);
    return `${hash}:${count}`;
  };
}
