import { type CatalogueData, indexCatalogue, RULES, type Rule } from "@ecocompute/engine";

/** Rows that are named; `/v1/rules` has all of them. */
const IDS_SHOWN = 6;

const example = (what: string, language: string, code: string): string =>
  `${what}:\n\n\`\`\`${language}\n${code}\n\`\`\``;

function section(rule: Rule, catalogue: ReturnType<typeof indexCatalogue>): string {
  const { says, ids } = rule.evidence(catalogue);
  const shown = ids.slice(0, IDS_SHOWN).map((id) => `\`${id}\``);
  const left = ids.length > IDS_SHOWN ? ` and ${ids.length - IDS_SHOWN} more (\`/v1/rules\` lists them)` : "";
  const { language, before, after } = rule.example;
  return [
    `### ${rule.id}`,
    `**${rule.title}** · ${rule.default_severity} by default`,
    rule.description,
    `**Why.** ${rule.why}`,
    [
      "**Evidence.**",
      ...says.map((line) => `- ${line}`),
      ...(ids.length > 0 ? [`- Rows: ${shown.join(", ")}${left}.`] : []),
    ].join("\n"),
    example("Before", language, before),
    example("After", language, after),
    `To keep it on purpose: \`# ecocompute: ignore[${rule.id}] reason="…" until=2027-01-31\`.`,
  ].join("\n\n");
}

/** Every rule with what, why, evidence, an example and how to suppress it. */
export function rulesPage(data: CatalogueData): string {
  const catalogue = indexCatalogue(data);
  return RULES.map((rule) => section(rule, catalogue)).join("\n\n");
}
