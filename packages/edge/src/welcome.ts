import { questionUrl } from "./page/text.ts";
import type { Service } from "./service.ts";

/** `/` for a terminal or an agent: what there is to ask, and one question that works. Markdown that reads as text. */
export function welcome(service: Service, origin: string, example: Readonly<Record<string, unknown>>): string {
  const { catalogue, protocols } = service;
  return `# EcoCompute

Energy, cost and carbon of LLM inference, from audited measurements. Every number comes with its 90 % interval, how it was
reached and the ids of the measurements behind it; where there is no evidence, the answer is "unknown" and how to measure it.

${catalogue.measurements.length} measurements, ${catalogue.gpus.length} GPUs and ${catalogue.models.length} models in dataset ${catalogue.dataset_version}.

${protocols.map(({ id, description }) => `- ${origin}/v1/${id}: ${description}`).join("\n")}

Try:

    curl '${origin}${questionUrl("estimate", example)}'

More: ${origin}/llms.txt (for agents), ${origin}/openapi.json, ${origin}/mcp, ${origin}/SKILL.md
`;
}
