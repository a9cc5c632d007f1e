import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";

const ROOT = join(import.meta.dirname, "..");
const text = (path: string) => readFileSync(join(ROOT, path), "utf8");
const manifest: {
  readonly inputs: Readonly<Record<string, { readonly description: string }>>;
  readonly outputs: Readonly<Record<string, { readonly description: string }>>;
} = parse(text("action.yml"));
const tests = readdirSync(import.meta.dirname)
  .filter((name) => /^action.*\.test\.ts$/.test(name) && name !== "action-inputs.test.ts")
  .map((name) => text(`test/${name}`))
  .join("\n");

describe("66: the face of the Action", () => {
  test.each(Object.keys(manifest.inputs))("the input %s is exercised through the bundle, and documented", (name) => {
    if (name !== "github-token") expect(tests).toMatch(new RegExp(`["']?${name}["']?:`));
    expect(text("docs/action.md")).toContain(`| \`${name}\` |`);
    expect(manifest.inputs[name]?.description.length).toBeGreaterThan(20);
  });

  test.each(Object.keys(manifest.outputs))("the output %s is read by a test, and documented", (name) => {
    expect(tests).toContain(name);
    expect(text("docs/action.md")).toContain(`| \`${name}\` |`);
  });

  test("72: the README shows the workflow of the first example, and no permission more", () => {
    const readme = text("README.md");
    const block = /```yaml\n([\s\S]*?)```/.exec(readme)?.[1] ?? "";
    expect(block.trimEnd().split("\n")).toHaveLength(8);
    const shown = parse(block);
    const example = parse(text("examples/pull-request.yml"));
    expect(shown.permissions).toEqual(example.permissions);
    expect(shown.jobs.ecocompute.steps).toEqual(example.jobs.ecocompute.steps);
    expect(readme.split("\n").length).toBeLessThan(120);
  });
});
