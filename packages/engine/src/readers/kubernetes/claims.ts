import { type FactSheet, setUnresolved } from "../fact-sheet.ts";
import { parseCount } from "../whole-number.ts";
import { at, placeOf, scalarText, type YamlNode } from "../yaml-tree.ts";
import type { Place } from "./container.ts";
import type { AskedGpus } from "./gpu.ts";

/** Device classes whose devices are whole boards. */
const WHOLE_GPU = /^gpu\.(?:nvidia|amd|intel)\.com$/;
/** The count of the API when none is written. */
const ONE = "1";

/**
 * GPUs that a container asks for by dynamic resource allocation: its claims, looked up among the pod's `resourceClaims`
 * and in the ResourceClaim or ResourceClaimTemplate that these name. A claim that cannot be followed is told: it is not 1.
 */
export function readClaims(sheet: FactSheet, resources: YamlNode | undefined, place: Place): AskedGpus | null {
  const all: AskedGpus[] = [];
  for (const claim of at(resources, "claims")?.items ?? []) {
    const asked = devicesOf(claim, place);
    const count = asked && parseCount(asked.text, 1);
    if (!asked || count === null) {
      const why = asked ? "what the claim asks for is no count of whole GPUs" : "its ResourceClaim is in no file";
      setUnresolved(sheet, "gpus_per_replica", `claim ${scalarText(at(claim, "name")) ?? ""}`, why, placeOf(claim));
      return null;
    }
    all.push({ ...asked, count });
  }
  const [first] = all;
  return first ? { ...first, count: all.reduce((sum, { count }) => sum + (count ?? 0), 0) } : null;
}

/** The one request of whole GPUs behind a claim, its count as written; null where the claim is not found. */
function devicesOf(claim: YamlNode, { pod, from, links }: Place): Omit<AskedGpus, "count"> | null {
  const name = scalarText(at(claim, "name"));
  const listed = (at(pod, "resourceClaims")?.items ?? []).find((each) => scalarText(at(each, "name")) === name);
  const source = at(listed, "source") ?? listed;
  const template = scalarText(at(source, "resourceClaimTemplateName"));
  const own = scalarText(at(source, "resourceClaimName"));
  const found =
    template !== undefined
      ? at(links.find(["ResourceClaimTemplate"], template, from)?.root, "spec", "spec")
      : own === undefined
        ? undefined
        : at(links.find(["ResourceClaim"], own, from)?.root, "spec");
  const requests = at(found, "devices", "requests")?.items ?? [];
  const wanted = scalarText(at(claim, "request"));
  const [only, ...others] = requests.filter((each) => wanted === undefined || scalarText(at(each, "name")) === wanted);
  if (!only) return null;
  const exact = at(only, "exactly") ?? only;
  const isWhole = WHOLE_GPU.test(scalarText(at(exact, "deviceClassName")) ?? "");
  const isAll = scalarText(at(exact, "allocationMode")) === "All";
  const node = at(exact, "count") ?? exact;
  const text = !isWhole || isAll || others.length > 0 ? "" : (scalarText(at(exact, "count")) ?? ONE);
  return { node, text };
}
