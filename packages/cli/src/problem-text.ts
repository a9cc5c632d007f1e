import { formatNumber, type InputError, type Problem } from "@ecocompute/engine";

const flagOf = (parameter: string): string => `--${parameter.replaceAll("_", "-")}`;

/** What was expected and received, and what was likely meant; a closed list where the message does not have it. */
function errorText({ parameter, message, received, allowed, did_you_mean }: InputError): string {
  if (parameter === "model_id" && received === "(nothing)") return "expected a model, such as Qwen/Qwen2.5-7B-Instruct";
  const listed = allowed === undefined || message.includes(allowed.join(", "));
  return [
    `${flagOf(parameter)}: ${message}`,
    ...(listed ? [] : [`expected one of ${allowed.join(", ")}`]),
    ...(received === "(nothing)" ? [] : [`received ${JSON.stringify(received)}`]),
    ...(did_you_mean === undefined || message.includes("did you mean") ? [] : [`did you mean ${did_you_mean}?`]),
  ].join("; ");
}

type Alternative = NonNullable<Problem["alternatives"]>[number];

/** `--quantization nf4 (about 5.5 GB)` */
function alternativeText({ change, ...fields }: Alternative): string {
  const values: Readonly<Record<string, unknown>> = fields;
  const memory = typeof values.vram_gb === "number" ? ` (about ${formatNumber(values.vram_gb)} GB)` : "";
  return `${flagOf(change)} ${values[change]}${memory}`;
}

/** Everything that a refusal says, with parameters as the flags that set them. */
export function problemText({
  detail,
  errors,
  missing,
  nearest_evidence,
  how_to_measure,
  alternatives,
}: Problem): string {
  const lines = errors.map(errorText);
  if (errors.length === 0) lines.push(detail);
  if (missing !== undefined && missing !== detail) lines.push(`missing: ${missing}`);
  if (nearest_evidence && nearest_evidence.length > 0) lines.push(`nearest evidence: ${nearest_evidence.join(", ")}`);
  if (how_to_measure !== undefined) lines.push(`how to measure: ${how_to_measure}`);
  for (const alternative of alternatives ?? []) lines.push(`alternative: ${alternativeText(alternative)}`);
  return lines.join("\n");
}
