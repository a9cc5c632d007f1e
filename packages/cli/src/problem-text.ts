import type { Problem } from "@ecocompute/engine";

/** Everything that a refusal says, with parameters as the flags that set them. */
export function problemText({
  detail,
  errors,
  missing,
  nearest_evidence,
  how_to_measure,
  alternatives,
}: Problem): string {
  const lines = errors.map(({ parameter, message, received, did_you_mean }) => {
    const hint =
      did_you_mean === undefined || message.includes("did you mean") ? "" : `; did you mean ${did_you_mean}?`;
    return `--${parameter.replaceAll("_", "-")}: ${message}; received ${JSON.stringify(received)}${hint}`;
  });
  if (errors.length === 0) lines.push(detail);
  if (missing !== undefined && missing !== detail) lines.push(`missing: ${missing}`);
  if (nearest_evidence && nearest_evidence.length > 0) lines.push(`nearest evidence: ${nearest_evidence.join(", ")}`);
  if (how_to_measure !== undefined) lines.push(`how to measure: ${how_to_measure}`);
  for (const { change } of alternatives ?? []) lines.push(`alternative: ${change}`);
  return lines.join("\n");
}
