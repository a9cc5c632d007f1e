import type { FileText, ReadResult } from "../domain/deployment.ts";
import { deploymentsOf } from "./launched.ts";
import { commandOfUnit, ENGINE_HINT, launchesIn } from "./launches.ts";
import type { Reader } from "./reader.ts";
import { readWord } from "./shell/word.ts";
import { textPlaces } from "./text-places.ts";

const UNIT_PATH = /\.(?:service|container)(?:\.(?:j2|in|template|example))?$/i;

/** systemd units whose ExecStart starts a serving engine. */
export const systemdReader: Reader = {
  id: "systemd",
  acceptsPath: (path) => UNIT_PATH.test(path),
  accepts: ({ path, content }) => UNIT_PATH.test(path) && /^\[Service\]/m.test(content),
  read: readUnit,
};

function readUnit({ path, content }: FileText): ReadResult {
  if (!ENGINE_HINT.test(content)) return { deployments: [], unresolved: [] };
  const places = textPlaces(path, content);
  const found = launchesIn({ script: commandOfUnit(content), place: places.at }, environmentOf(content));
  const place = path.slice(path.lastIndexOf("/") + 1).split(".")[0] ?? "unit";
  return deploymentsOf(found, { path, format: "systemd", place });
}

/** `Environment="A=b" C=d`; an EnvironmentFile is another file. */
function environmentOf(unit: string): ReadonlyMap<string, string | null> {
  const variables = new Map<string, string | null>();
  for (const line of unit.split("\n")) {
    const head = /^[ \t]{0,20}Environment=/.exec(line)?.[0];
    if (head === undefined) continue;
    const text = line.slice(head.length, head.length + 2_000).trimEnd();
    for (let i = 0; i < text.length; ) {
      if (/[\s;&|()<>]/.test(text.charAt(i))) {
        i += 1;
        continue;
      }
      const word = readWord(text, i, { variables: new Map(), positional: "unknown", budget: { words: 100 } });
      const sign = word.text?.indexOf("=") ?? -1;
      if (word.text !== null && sign > 0) variables.set(word.text.slice(0, sign), word.text.slice(sign + 1));
      i = word.next;
    }
  }
  return variables;
}
