// npm run measure:check run.csv: the checks of data/. npm run measure:import run.csv: the same, and a source of its own.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { compileCatalogue } from "../data/catalogue.ts";
import { readFiles } from "../data/files.ts";
import { readOwnCsv } from "../data/own-csv.ts";
import { type Judged, judge, type Run } from "./contribution.ts";

const USAGE = `npm run measure:check -- run.csv [--json: the rows as the API takes them]
npm run measure:import -- run.csv [--source ID] [--by "Your Name"] [--url https://...] [--licence CC-BY-4.0] [--data FOLDER]`;

class Refused extends Error {}

/** What git knows of the person and the repository; "" where it does not. */
function git(...words: string[]): string {
  try {
    return execFileSync("git", words, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    // Not a repository, or no git: the flag is then asked for.
    return "";
  }
}

/** "git@host:owner/name.git" → https, without credentials; "" for anything else. */
const httpsOf = (remote: string): string => {
  const ssh = /^(?:ssh:\/\/)?git@([^:/]+)[:/](.+?)(?:\.git)?$/.exec(remote);
  if (ssh) return `https://${ssh[1]}/${ssh[2]}`;
  const https = /^https:\/\/(?:[^@/]*@)?(.+?)(?:\.git)?$/.exec(remote);
  return https ? `https://${https[1]}` : "";
};

function stated(name: string, value: string): string {
  if (value === "") throw new Refused(`who reads the row asks for it, and git does not say: give --${name}`);
  return value;
}

function parse(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        check: { type: "boolean", default: false },
        json: { type: "boolean", default: false },
        source: { type: "string" },
        by: { type: "string" },
        url: { type: "string" },
        licence: { type: "string", default: "CC-BY-4.0" },
        data: { type: "string", default: join(import.meta.dirname, "../data") },
      },
    });
  } catch (cause) {
    throw new Refused(`${cause instanceof Error ? cause.message : cause}\n${USAGE}`);
  }
}

function text(path: string): string {
  if (!existsSync(path)) throw new Refused(`${path} does not exist`);
  return readFileSync(path, "utf8");
}

/** What is not known need not be sent. */
const known = (row: object): object => Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null));

function say(judged: Judged & { readonly ok: true }): void {
  const { rows, notes } = judged;
  const [flagged, switched] = [
    rows.filter(({ flag }) => flag !== null).length,
    rows.filter((row) => row.torch_compile === true || row.use_cache === false).length,
  ];
  for (const note of notes) console.log(note);
  console.log(
    `${rows.length} rows pass every check; ${flagged} are flagged, ${switched} are one side of a pair (torch.compile, no KV cache) and stand behind no estimate.`,
  );
}

function write(judged: Judged & { readonly ok: true }, folder: string): void {
  for (const [path, content] of judged.files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
    console.log(`wrote ${join(folder, path)}`);
  }
  console.log(
    "Next: npm run fit, npm run accuracy, npm run docs, npm run check, and look at the goldens that moved (npm test).",
  );
}

function main(words: readonly string[]): number {
  const { values, positionals } = parse(words);
  const [path, ...more] = positionals;
  if (path === undefined || more.length > 0) throw new Refused(`expected one run.csv\n${USAGE}`);
  const placeholder = values.check ? "not imported" : undefined;
  const run: Run = {
    path,
    csv: text(path),
    provenance: text(path.replace(/\.csv$/, ".provenance.json")),
    source: values.source,
    by: values.by ?? placeholder ?? stated("by", git("config", "user.name")),
    url:
      values.url ?? (values.check ? "https://localhost/" : stated("url", httpsOf(git("remote", "get-url", "origin")))),
    licence: values.licence,
  };
  const judged = judge(run, readFiles(values.data), compileCatalogue(values.data));
  if (!judged.ok) {
    for (const problem of judged.problems) console.error(problem);
    console.error(
      `${judged.problems.length} ${judged.problems.length === 1 ? "problem" : "problems"}: nothing was written.`,
    );
    return 1;
  }
  if (values.check && values.json) {
    // Only the rows, as the user named them: for "measurements" of a request.
    console.log(JSON.stringify(readOwnCsv(path, run.csv).rows.map(known)));
    return 0;
  }
  say(judged);
  if (!values.check) write(judged, values.data);
  return 0;
}

try {
  process.exitCode = main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof Refused)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
