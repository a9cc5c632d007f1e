import { architectureId, type Catalogue } from "../domain/catalogue.ts";
import type { Model } from "../domain/model.ts";
import type { InputError, Warning } from "../domain/problem.ts";
import { didYouMean, shown } from "./shown.ts";

type ModelOutcome = { readonly model: Model; readonly warnings: readonly Warning[] } | { readonly error: InputError };

const simplify = (text: string): string => text.toLowerCase().replace(/[^a-z0-9.]/g, "");
const shortName = (id: string): string => id.slice(id.indexOf("/") + 1);
const orgOf = (id: string): string => (id.includes("/") ? id.slice(0, id.indexOf("/")).toLowerCase() : "");

/** Words that name a tuning or a format, not another architecture; so does a context length such as "4k". */
const TUNINGS = new Set(["instruct", "chat", "it", "base", "hf", "meta", "thinking", "bf16", "fp16"]);
const words = (id: string): string[] =>
  shortName(id)
    .toLowerCase()
    .split(/[-_\s]+/)
    .filter((word) => !TUNINGS.has(word) && !/^\d{1,4}k$/.test(word));

/** "v0.2", "3.1", "2407" → a number to sort versions by; a size ("7b", "8x7b", "a22b") is no version. */
function versionOf(id: string): number[] {
  return words(id).flatMap((word) => {
    const match = /^[a-z]*?(\d+(?:\.\d+)*)$/.exec(word);
    return match?.[1] && !/b$/.test(word) ? match[1].split(".").map(Number) : [];
  });
}

function compareVersions(a: Model, b: Model): number {
  const [x, y] = [versionOf(a.id), versionOf(b.id)];
  for (let i = 0; i < Math.max(x.length, y.length); i++) {
    const difference = (x[i] ?? 0) - (y[i] ?? 0);
    if (difference !== 0) return difference;
  }
  const tuned = (model: Model) => (/-(instruct|chat|it)(-|$)/i.test(model.id) ? 1 : 0);
  const renamed = (model: Model) => (/\/meta-/i.test(model.id) ? 1 : 0);
  return tuned(a) - tuned(b) || renamed(b) - renamed(a) || (a.id < b.id ? 1 : -1);
}

const stripVersions = (id: string): string =>
  words(id)
    .filter((word) => !/^v?\d+(\.\d+)*$/.test(word))
    .join("");

/** The newest id of the architecture that a common name means; undefined when no catalogue name resembles it. */
function byCommonName(name: string, catalogue: Catalogue): Model | undefined {
  const org = orgOf(name);
  const sameOrg = catalogue.models.filter((model) => org === "" || orgOf(model.id) === org);
  const wanted = words(name).join("");
  const matches =
    sameOrg.filter((model) => words(model.id).join("") === wanted).length > 0
      ? sameOrg.filter((model) => words(model.id).join("") === wanted)
      : sameOrg.filter((model) => stripVersions(model.id) === wanted);
  const first = [...matches].sort(compareVersions).at(-1);
  if (!first) return undefined;
  const siblings = sameOrg.filter(
    (model) =>
      architectureId(model) === architectureId(first) &&
      orgOf(model.id) === orgOf(first.id) &&
      model.family === first.family &&
      model.checkpoint_precision === first.checkpoint_precision &&
      stripVersions(model.id) === stripVersions(first.id),
  );
  return siblings.sort(compareVersions).at(-1);
}

/** Billions of parameters as a name states them: "13B" 13 of 13, "8x7B" about 47 with 13 active is not derivable, so 8 × 7 is an upper bound; "235B-A22B" 235 of 22. */
export function parametersFromName(
  name: string,
): { readonly total: number; readonly active: number; readonly mixture: boolean } | null {
  const text = shortName(name).slice(0, 200);
  const mixture = /(?:^|[^a-z0-9.])(\d{1,3})x(\d{1,4}(?:\.\d{1,3})?)b(?![a-z0-9])/i.exec(text);
  if (mixture) {
    const each = Number(mixture[2]);
    if (!(Number(mixture[1]) * each > 0)) return null;
    return { total: Number(mixture[1]) * each, active: Math.min(2, Number(mixture[1])) * each, mixture: true };
  }
  const size = /(?:^|[^a-z0-9.])(\d{1,4}(?:\.\d{1,3})?)(b|m)(?![a-z0-9])/i.exec(text);
  if (!size) return null;
  const total = Number(size[1]) / (size[2]?.toLowerCase() === "m" ? 1000 : 1);
  if (!(total > 0)) return null;
  const active = /(?:^|[^a-z0-9.])a(\d{1,4}(?:\.\d{1,3})?)b(?![a-z0-9])/i.exec(text);
  const activeB = Number(active?.[1] ?? 0);
  return activeB > 0
    ? { total, active: Math.min(total, activeB), mixture: true }
    : { total, active: total, mixture: false };
}

/** A Hugging Face id or a common name → the model; what the catalogue lacks is read from the name, flagged. */
export function resolveModel(name: string, catalogue: Catalogue): ModelOutcome {
  const exact =
    catalogue.modelById.get(name) ?? catalogue.models.find((model) => simplify(model.id) === simplify(name));
  if (exact) {
    if (exact.params_b_total !== null) {
      const renamed =
        exact.id === name ? [] : [{ code: "model-alias", message: `"${shown(name)}" is taken as ${exact.id}.` }];
      const shapeless =
        exact.architecture === null
          ? [
              {
                code: "architecture-unknown",
                message: `The architecture of ${exact.id} is not in the catalogue: layers and KV cache are taken from models of like size, and the interval is wider.`,
              },
            ]
          : [];
      return { model: exact, warnings: [...renamed, ...shapeless] };
    }
  }
  const short = catalogue.models.filter(
    (model) => simplify(shortName(model.id)) === simplify(name) && model.params_b_total !== null,
  );
  const only = short.length === 1 ? short[0] : undefined;
  const meant = exact ? undefined : (only ?? byCommonName(name, catalogue));
  if (meant && meant.params_b_total !== null) {
    return {
      model: meant,
      warnings: [
        {
          code: "model-alias",
          message: only
            ? `"${shown(name)}" is taken as ${meant.id}.`
            : `"${shown(name)}" is taken as ${meant.id}, the newest id of that architecture in the catalogue; versions of one architecture share their evidence.`,
        },
      ],
    };
  }
  const parameters = parametersFromName(name);
  if (parameters) {
    const near = didYouMean(
      name,
      catalogue.models.map((model) => model.id),
    );
    return {
      model: {
        id: name,
        family: `unknown:${simplify(name)}`,
        params_b_total: parameters.total,
        params_b_active: parameters.active,
        architecture: null,
        context_window: null,
        source: "read from the name",
      },
      warnings: [
        {
          code: "parameters-from-name",
          message: `The catalogue does not hold "${shown(name)}": ${parameters.total}B parameters${parameters.mixture ? ` (${parameters.active}B active)` : ""} are read from the name, its layers and KV cache are taken from models of like size, and the interval is wider.${near ? ` Did you mean ${near}?` : ""}`,
        },
      ],
    };
  }
  const suggestion = didYouMean(
    name,
    catalogue.models.map((model) => model.id),
  );
  return {
    error: {
      parameter: "model_id",
      message: `the catalogue does not hold this model and its name states no number of parameters (such as "7B" or "8x7B")${suggestion ? `; did you mean "${suggestion}"?` : ""}`,
      received: shown(name),
      ...(suggestion ? { did_you_mean: suggestion } : {}),
    },
  };
}
