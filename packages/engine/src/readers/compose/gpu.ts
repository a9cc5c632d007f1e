import type { Container } from "../container/container.ts";
import { visibleDevices } from "../engine-environment.ts";
import { type FactSheet, setFact, setUnresolved } from "../fact-sheet.ts";
import { parseCount } from "../whole-number.ts";
import { at, placeOf, scalarText, type YamlNode } from "../yaml-tree.ts";
import type { Service } from "./service.ts";

/** GPUs of a service: reserved devices, `gpus`, or the devices that its variables let it see. `all` says no number of its own. */
export function readComposeGpus(sheet: FactSheet, node: YamlNode, service: Service): void {
  readOtherDevices(sheet, node);
  const count = countNode(node);
  if (count?.kind === "list") readIds(sheet, count, service.textOf);
  else if (count && !isAll(service.textOf(count))) readCountOf(sheet, count, service.textOf);
  else readVisible(sheet, service.container);
}

/** `device_ids: ["0", "1"]`; one text may name several: `["${GPUS:-0,1}"]`. */
function readIds(sheet: FactSheet, list: YamlNode, textOf: Service["textOf"]): void {
  const counts = list.items.map((item) => {
    const text = textOf(item);
    return text === null ? null : (visibleDevices(text) ?? 1);
  });
  if (counts.includes(null)) {
    const written = list.items.map((item) => scalarText(item) ?? "").join(", ");
    setUnresolved(sheet, "gpus_per_replica", written, "the value is not known", placeOf(list));
  } else
    setFact(
      sheet,
      "gpus_per_replica",
      counts.reduce<number>((sum, count) => sum + (count ?? 0), 0),
      placeOf(list),
    );
}

/** The list of device ids, or the scalar that counts them. */
function countNode(node: YamlNode): YamlNode | undefined {
  const reservations = at(node, "deploy", "resources", "reservations");
  const devices = [at(reservations, "devices"), at(node, "gpus")].flatMap((list) => list?.items ?? []).filter(isGpu);
  for (const device of devices) {
    const ids = at(device, "device_ids");
    if (ids?.kind === "list" && ids.items.length > 0) return ids;
    const count = at(device, "count");
    if (count) return count;
  }
  return (at(reservations, "generic_resources")?.items ?? [])
    .map((item) => at(item, "discrete_resource_spec"))
    .filter((spec) => /gpu/i.test(scalarText(at(spec, "kind")) ?? ""))
    .map((spec) => at(spec, "value"))
    .find((value) => value !== undefined);
}

/** Accelerators that are passed through by hand. */
function readOtherDevices(sheet: FactSheet, node: YamlNode): void {
  const runtime = at(node, "runtime");
  if (runtime && scalarText(runtime) === "habana") setFact(sheet, "device", "hpu", placeOf(runtime), "runtime: habana");
  const amd = (at(node, "devices")?.items ?? []).find((item) => scalarText(item)?.startsWith("/dev/kfd"));
  if (amd)
    setUnresolved(sheet, "hardware_platform", "/dev/kfd", "an AMD GPU that the file does not name", placeOf(amd));
}

function isGpu(device: YamlNode): boolean {
  const words = [...(at(device, "capabilities")?.items ?? [])].flatMap((item) =>
    item.kind === "list" ? item.items : [item],
  );
  const driver = scalarText(at(device, "driver"));
  return (
    words.some((word) => scalarText(word) === "gpu") ||
    driver === "nvidia" ||
    (words.length === 0 && driver === undefined)
  );
}

const isAll = (text: string | null): boolean => text === "all" || text === "-1";

function readCountOf(sheet: FactSheet, node: YamlNode, textOf: Service["textOf"]): void {
  const text = textOf(node);
  const count = text === null ? null : parseCount(text, 0);
  if (count !== null) setFact(sheet, "gpus_per_replica", count, placeOf(node));
  else if (text === null)
    setUnresolved(sheet, "gpus_per_replica", scalarText(node) ?? "", "the value is not known", placeOf(node));
  else setUnresolved(sheet, "gpus_per_replica", text, "expected a whole number", placeOf(node));
}

function readVisible(sheet: FactSheet, { environment }: Container): void {
  for (const name of ["NVIDIA_VISIBLE_DEVICES", "CUDA_VISIBLE_DEVICES"]) {
    const value = environment.get(name);
    const count = visibleDevices(value?.text);
    if (!value || count === null || value.text?.trim() === "") continue;
    setFact(sheet, "gpus_per_replica", count, placeOf(value.node), name);
    return;
  }
}
