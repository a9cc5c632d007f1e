import type { FileText, ReadResult } from "../domain/deployment.ts";
import { envFileVariables } from "./env-file.ts";
import { setFact } from "./fact-sheet.ts";
import { folderOf, resolvePath } from "./file-set.ts";
import { deploymentsOf } from "./launched.ts";
import { ENGINE_HINT, type Launch, launchesIn } from "./launches.ts";
import type { Reader, ReaderContext } from "./reader.ts";
import type { Variables } from "./shell/state.ts";
import { readSlurm } from "./slurm.ts";
import { textPlaces } from "./text-places.ts";
import { scalarText } from "./yaml-tree.ts";

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

function readScript({ path, content }: FileText, context: ReaderContext): ReadResult {
  if (!ENGINE_HINT.test(content)) return { deployments: [], unresolved: [] };
  const places = textPlaces(path, content);
  const found = launchesIn({ script: content, place: places.at }, sourced(path, content, context));
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

const MAX_SOURCED = 5;

/** Variables of the `.env` files that a script sources, where the repository holds them: beside it, or above. */
function sourced(path: string, content: string, { files }: ReaderContext): Variables {
  const variables = new Map<string, string | null>();
  if (!files) return variables;
  const names = [...content.matchAll(/^[ \t]{0,20}(?:source|\.)[ \t]{1,8}["']?([^\s"';&|]{1,200})/gm)].slice(
    0,
    MAX_SOURCED,
  );
  for (const [, written] of names) {
    const name = (written ?? "").replace(/^(?:\$\{?\w{1,60}\}?|\$\([^)]{0,80}\))\//, "");
    if (!/(?:^|\/)[\w.-]{0,60}\.?env(?:\.[\w-]{1,40})?$/.test(name)) continue;
    const folder = folderOf(path);
    const file = [folder, folderOf(folder)]
      .map((each) => files.byPath.get(resolvePath(each, name) ?? ""))
      .find((each) => each);
    for (const [key, value] of file ? envFileVariables(file) : []) variables.set(key, scalarText(value) ?? null);
  }
  return variables;
}
