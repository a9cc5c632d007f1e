import type { Catalogue } from "../domain/catalogue.ts";
import { resolveGpu } from "./resolve-gpu.ts";

export type HardwareName =
  | {
      readonly id: string;
      /** Of a machine type: how many it holds. */
      readonly gpus?: number;
    }
  | { readonly why: string };

/** `AWS g4dn.*`, `GCP a2-ultragpu`, `AWS p4d.24xlarge`: does a machine type belong to it? */
function belongs(machine: string, pattern: string): boolean {
  const name = pattern.replace(/^(?:AWS|GCP|Azure) /, "").toLowerCase();
  const stem = name.replace(/\.?\*$/, "");
  if (machine === stem) return true;
  // A family names its sizes; a full type only itself.
  const isFamily = name.endsWith("*") || !/\d+xlarge$/.test(name);
  return isFamily && (machine.startsWith(`${stem}.`) || machine.startsWith(`${stem}-`));
}

const indexes = new WeakMap<Catalogue, ReadonlyMap<string, { readonly id: string; readonly gpus: number }>>();

/** Machine type in lower case → the board and how many. */
function machineTypes(catalogue: Catalogue) {
  const known = indexes.get(catalogue);
  if (known) return known;
  const index = new Map(
    catalogue.gpus.flatMap(({ id, instance_gpus }) =>
      Object.entries(instance_gpus ?? {}).map(([type, gpus]) => [type.toLowerCase(), { id, gpus }] as const),
    ),
  );
  indexes.set(catalogue, index);
  return index;
}

/** A label, a machine type or an everyday name of a file → GPU id; several or none: why it is not known. */
export function hardwareNamed(name: string, catalogue: Catalogue): HardwareName {
  const direct = resolveGpu(name, catalogue);
  if ("gpu" in direct) return { id: direct.gpu.id };
  const machine = name.toLowerCase().replace(/^(?:standard_|ml\.)/, "");
  const type = machineTypes(catalogue).get(machine);
  if (type) return type;
  const gpus = catalogue.gpus.filter((gpu) => gpu.cloud_instances.some((pattern) => belongs(machine, pattern)));
  const [only] = gpus;
  if (only && gpus.length === 1) return { id: only.id };
  const several = gpus.map((gpu) => gpu.id).join(", ");
  return {
    why: gpus.length > 1 ? `"${name}" may hold ${several}.` : `"${name}" is no GPU or machine type of the catalogue.`,
  };
}
