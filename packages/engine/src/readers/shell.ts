import type { FileText, ReadResult } from "../domain/deployment.ts";
import { setFact } from "./fact-sheet.ts";
import { deploymentsOf } from "./launched.ts";
import { ENGINE_HINT, type Launch, launchesIn } from "./launches.ts";
import type { Reader } from "./reader.ts";
import { readSlurm } from "./slurm.ts";
import { textPlaces } from "./text-places.ts";

const SHELL_PATH =
  /\.(?:sh|bash|zsh|ksh|slurm|sbatch|sub|command)$|(?:^|\/)(?:entrypoint|start|run|serve|launch)[\w-]{0,40}$/i;
const SHEBANG = /^#!.{0,60}\b(?:ba|da|z|k)?sh\b/;

/** Shell scripts that start a serving engine. */
export const shellReader: Reader = {
  id: "shell",
  acceptsPath: (path) => SHELL_PATH.test(path.slice(-200)),
  accepts: ({ path, content }) => SHELL_PATH.test(path.slice(-200)) || SHEBANG.test(content.slice(0, 100)),
  read: readScript,
};

function readScript({ path, content }: FileText): ReadResult {
  if (!ENGINE_HINT.test(content)) return { deployments: [], unresolved: [] };
  const places = textPlaces(path, content);
  const found = launchesIn({ script: content, place: places.at });
  const slurm = readSlurm(content, places);
  const allocated = (launch: Launch): Launch => {
    const { sheet } = launch;
    if (slurm.gpu && !sheet.facts.hardware_platform) setFact(sheet, "hardware_platform", slurm.gpu.value, slurm.gpu.at);
    if (slurm.count && !sheet.facts.gpus_per_replica)
      setFact(sheet, "gpus_per_replica", slurm.count.value, slurm.count.at);
    return launch;
  };
  const launches = found.launches.map(allocated);
  const where = { path, format: slurm.is_job ? "slurm" : "shell", place: "script", short_lived: slurm.is_job };
  return deploymentsOf({ ...found, launches }, where);
}
