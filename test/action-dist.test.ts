import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { buildAction } from "../packages/action/build.ts";
import { INPUT_DEFAULTS } from "../packages/action/src/inputs.ts";
import { OUTPUT_NAMES } from "../packages/action/src/outputs.ts";

const ROOT = join(import.meta.dirname, "..");
const DIST = join(ROOT, "packages/action/dist");

test("67: the committed bundle is what the sources give: run `npm run build` when this fails", async () => {
  const fresh = await mkdtemp(join(tmpdir(), "ecocompute-dist-"));
  try {
    await buildAction(fresh);
    const names = (await readdir(fresh)).sort();
    expect((await readdir(DIST)).sort()).toEqual(names);
    for (const name of names) {
      const [committed, built] = await Promise.all([readFile(join(DIST, name)), readFile(join(fresh, name))]);
      // Not toEqual: a difference of megabytes is no message.
      expect(committed.equals(built), `${name} is stale`).toBe(true);
    }
  } finally {
    await rm(fresh, { recursive: true });
  }
});

test("66, 68: the bundle with both parsers takes at most 3 MB", async () => {
  expect((await stat(join(DIST, "index.js"))).size).toBeLessThanOrEqual(3_000_000);
});

test("the bundle names nothing of the machine that built it", async () => {
  const text = await readFile(join(DIST, "index.js"), "utf8");
  expect(text).not.toContain(ROOT);
});

test("action.yml declares the inputs, defaults and outputs that the code has", async () => {
  const manifest = parse(await readFile(join(ROOT, "action.yml"), "utf8"));
  const defaults = Object.entries<{ default: string }>(manifest.inputs).map(([name, input]) => [name, input.default]);
  expect(Object.fromEntries(defaults)).toEqual({ ...INPUT_DEFAULTS, "github-token": "$" + "{{ github.token }}" });
  expect(Object.keys(manifest.outputs)).toEqual([...OUTPUT_NAMES]);
  expect(manifest.runs).toEqual({ using: "node24", main: "packages/action/dist/index.js" });
});
