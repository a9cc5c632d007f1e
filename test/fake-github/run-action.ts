import { spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { isAbsolute, join, relative } from "node:path";
import type { Tree } from "./repository.ts";
import { FAKE } from "./server.ts";

const ROOT = join(import.meta.dirname, "../..");
const DIST = join(ROOT, "packages/action/dist/index.js");

/** The part of a `pull_request` payload that a workflow run gets. */
export const PULL_REQUEST_PAYLOAD = {
  action: "synchronize",
  number: FAKE.pullNumber,
  repository: { full_name: FAKE.repository },
  pull_request: {
    number: FAKE.pullNumber,
    base: { ref: "main", sha: FAKE.baseSha },
    head: { ref: "more-replicas", sha: FAKE.headSha },
  },
};

export interface ActionRun {
  readonly exitCode: number | null;
  readonly log: string;
  readonly summary: string;
  readonly outputs: Readonly<Record<string, string>>;
  /** Content of the file that the output report-json names. */
  readonly reportJson: string | null;
  /** output → content of the file that it names. */
  readonly files: Readonly<Record<string, string>>;
}

export interface ActionSetup {
  readonly apiUrl: string;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly eventName?: string;
  /** Text of the event file; default: the fixture payload. */
  readonly event?: string;
  /** More of the runner's environment: GITHUB_WORKSPACE, GITHUB_SHA, GITHUB_RUN_ID. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Reads a folder of a fixture pull request as a tree. */
export async function readTree(fixture: string, side: "base" | "head"): Promise<Tree> {
  const folder = join(ROOT, "test/fixtures/pull-requests", fixture, side);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const texts = await Promise.all(files.map((file) => readFile(file, "utf8")));
  return Object.fromEntries(files.map((file, index) => [relative(folder, file), texts[index] ?? ""]));
}

/** Runs the committed bundle as the runner does, and gives back all that it left. */
export async function runAction(setup: ActionSetup): Promise<ActionRun> {
  const folder = await mkdtemp(join(tmpdir(), "ecocompute-action-"));
  const file = (name: string) => join(folder, name);
  try {
    await writeFile(file("event.json"), setup.event ?? JSON.stringify(PULL_REQUEST_PAYLOAD));
    await writeFile(file("output"), "");
    await writeFile(file("summary"), "");
    const inputs = { "github-token": FAKE.token, ...setup.inputs };
    const env = {
      GITHUB_API_URL: setup.apiUrl,
      GITHUB_SERVER_URL: "https://github.com",
      GITHUB_REPOSITORY: FAKE.repository,
      GITHUB_EVENT_NAME: setup.eventName ?? "pull_request",
      GITHUB_EVENT_PATH: file("event.json"),
      GITHUB_OUTPUT: file("output"),
      GITHUB_STEP_SUMMARY: file("summary"),
      RUNNER_TEMP: folder,
      GITHUB_ACTION_REPOSITORY: "acme/ecocompute",
      GITHUB_ACTION_REF: "v1",
      GITHUB_RUN_ID: "1",
      GITHUB_RUN_ATTEMPT: "1",
      PATH: process.env.PATH ?? "",
      ...setup.env,
      ...Object.fromEntries(Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])),
    };
    const { exitCode, log } = await execute(env, folder);
    const outputs = parseOutputs(await readFile(file("output"), "utf8"));
    const files: Record<string, string> = {};
    for (const [name, path] of Object.entries(outputs)) {
      if (isAbsolute(path)) files[name] = await readFile(path, "utf8");
    }
    return {
      exitCode,
      log,
      summary: await readFile(file("summary"), "utf8"),
      outputs,
      reportJson: files["report-json"] ?? null,
      files,
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

function execute(env: NodeJS.ProcessEnv, cwd: string): Promise<{ exitCode: number | null; log: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [DIST], { env, cwd, stdio: ["ignore", "pipe", "pipe"] });
    const chunks: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.on("error", reject);
    child.on("close", (exitCode) => resolve({ exitCode, log: Buffer.concat(chunks).toString("utf8") }));
  });
}

/** `name<<delimiter`, lines, `delimiter`: what the runner reads; a later value wins. */
function parseOutputs(text: string): Record<string, string> {
  const outputs: Record<string, string> = {};
  const lines = text.split("\n");
  for (let i = 0; i < lines.length; i++) {
    const [name, delimiter] = lines[i]?.split("<<") ?? [];
    if (!name || !delimiter) continue;
    const end = lines.indexOf(delimiter, i + 1);
    outputs[name] = lines.slice(i + 1, end).join("\n");
    i = end;
  }
  return outputs;
}
