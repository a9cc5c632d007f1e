import type { Deployment, ReadResult, Unresolved } from "../domain/deployment.ts";
import type { Launches } from "./launches.ts";
import { MAX_DEPLOYMENTS_PER_FILE } from "./reader.ts";

export interface LaunchedIn {
  readonly path: string;
  readonly format: string;
  /** Part of the id that stays when lines move: a step, a service, a stage. */
  readonly place: string;
  readonly short_lived?: boolean;
}

/** Launches → deployments: the ones on the CPU and those beyond the bound are told. */
export function deploymentsOf({ launches, unresolved }: Launches, where: LaunchedIn): ReadResult {
  const deployments: Deployment[] = [];
  const told: Unresolved[] = [...unresolved];
  for (const { sheet, at, remote } of launches) {
    const name = sheet.facts.model_id?.value ?? sheet.facts.framework?.value ?? where.place;
    const tell = (why: string) => told.push({ fact: "document", text: name.slice(0, 120), why, at });
    if (sheet.facts.device && sheet.facts.device.value !== "gpu") {
      tell(sheet.facts.device.value === "cpu" ? "runs on the CPU: no GPU deployment" : "runs on no GPU: no evidence");
      continue;
    }
    if (saysNothing(sheet)) {
      tell("starts an engine whose model and settings are given from outside");
      continue;
    }
    if (deployments.length >= MAX_DEPLOYMENTS_PER_FILE) {
      tell(`more than ${MAX_DEPLOYMENTS_PER_FILE} deployments: the rest was not read`);
      break;
    }
    deployments.push({
      id: `${where.path}#${where.place}/${deployments.length + 1}`,
      name,
      format: where.format,
      path: where.path,
      at,
      facts: sheet.facts,
      unresolved: sheet.unresolved,
      purpose: "inference",
      ...(where.short_lived && !remote ? { short_lived: true as const } : {}),
    });
  }
  return { deployments, unresolved: told };
}

/** Facts that an image may state for whatever model it is started with. */
const OF_AN_IMAGE = ["framework", "framework_version", "prefix_caching", "gpus_per_replica"];

/** Neither a model nor a setting: the entry point of an image, a wrapper. */
export function saysNothing({ facts, unresolved }: Pick<Deployment, "facts" | "unresolved">): boolean {
  const settings = Object.keys(facts).filter((name) => !OF_AN_IMAGE.includes(name));
  return settings.length === 0 && unresolved.every(({ fact }) => fact === "document" || fact === "model_id");
}

export const mergeResults = (results: readonly ReadResult[]): ReadResult => ({
  deployments: results.flatMap(({ deployments }) => deployments),
  unresolved: results.flatMap(({ unresolved }) => unresolved),
});
