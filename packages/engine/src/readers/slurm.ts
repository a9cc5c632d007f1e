import type { Fact } from "../domain/deployment.ts";
import type { TextPlaces } from "./text-places.ts";

export interface SlurmJob {
  readonly is_job: boolean;
  readonly gpu?: Fact<string>;
  /** GPUs of one node. */
  readonly count?: Fact<number>;
}

const GENERIC = /^(?:gpu|shard|mps|tmpdisk)$/i;

/** `#SBATCH --gres=gpu:a100:4`, `--gpus-per-node=h100:8`, `-G 2`. */
export function readSlurm(content: string, places: TextPlaces): SlurmJob {
  let job: SlurmJob = { is_job: false };
  let offset = 0;
  for (const line of content.split("\n")) {
    const at = places.at(offset, offset + line.length);
    offset += line.length + 1;
    if (!line.startsWith("#SBATCH")) continue;
    job = { ...job, is_job: true };
    const asked = /(?:--gres[= ]|--gpus-per-node[= ]|--gpus[= ]|-G[ ]?)([\w:.-]{1,80})/.exec(line.slice(0, 200))?.[1];
    if (asked === undefined) continue;
    const parts = asked.split(":").filter((part) => !GENERIC.test(part));
    const number = parts.find((part) => /^\d{1,3}$/.test(part));
    const type = parts.find((part) => !/^\d{1,3}$/.test(part));
    if (number !== undefined) job = { ...job, count: { value: Number(number), at } };
    if (type !== undefined) job = { ...job, gpu: { value: type, at } };
  }
  return job;
}
