// A12: what a release says of its numbers, and that it may not move them unsaid.
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { changelog, readMethod, release } from "./release.ts";
import type { Figure } from "./release-figures.ts";
import { refusalOf, shiftOf } from "./release-shift.ts";

const DATA = join(import.meta.dirname, "..");

let root = "";
let data = "";
beforeEach(() => {
  vi.spyOn(console, "log").mockReturnValue();
  root = mkdtempSync(join(tmpdir(), "release-"));
  data = join(root, "data");
  cpSync(DATA, data, { recursive: true, filter: (path) => !/\/(dist|node_modules)$/.test(path) });
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(root, { recursive: true });
});

const edit = (path: string, change: (text: string) => string): void => {
  const text = readFileSync(join(data, path), "utf8");
  const changed = change(text);
  expect(changed, path).not.toBe(text);
  writeFileSync(join(data, path), changed);
};
/** Begins a version: what a maintainer writes. */
const begin = (version: string): void =>
  edit("method.yaml", (text) =>
    text.replace(
      "releases:\n",
      `releases:\n  - version: ${version}\n    date: 2026-12-24\n    median_shift_percent: null\n    changes:\n      - Another physics.\n`,
    ),
  );
/** As if the modelled answers of 0.1.0 had been `factor` of today's: the method has moved since. */
const movedFrom = (factor: number): void =>
  edit("releases/0.1.0.csv", (text) =>
    text.replace(/(,modelled,)([\d.]+)/g, (_, head: string, value: string) => head + Number(value) * factor),
  );

describe("A12 the released method", () => {
  test("answers as it was released, and CHANGELOG.md says what it says", () => {
    expect(release(DATA, true)).toBeNull();
    expect(readFileSync(join(DATA, "../CHANGELOG.md"), "utf8")).toBe(changelog(readMethod(DATA)));
  });
});

describe("A12 a release that moves a median by more than 10 %", () => {
  test("is refused as a minor one, and writes nothing", () => {
    begin("0.2.0");
    movedFrom(0.85);
    expect(release(data, false)).toMatch(
      /^the median of modelled answers moved by [\d.]+ % since method 0\.1\.0, .* begin version 1\.0\.0/,
    );
    expect(existsSync(join(data, "releases/0.2.0.csv"))).toBe(false);
  });

  test("is refused where no version was begun", () => {
    movedFrom(0.85);
    expect(release(data, true)).toContain("begin version 1.0.0");
  });

  test("goes out as a major one, and the changelog tells by how much", () => {
    begin("1.0.0");
    movedFrom(0.85);
    expect(release(data, true)).toContain("1.0.0 has no figures");
    expect(release(data, false)).toBeNull();
    expect(release(data, true)).toBeNull();
    const { releases } = readMethod(data);
    const most = Math.max(...Object.values(releases[0]?.median_shift_percent ?? {}));
    expect(most).toBeGreaterThan(10);
    expect(releases[1]).toEqual(readMethod(DATA).releases[0]);
    const text = readFileSync(join(root, "CHANGELOG.md"), "utf8");
    expect(text).toContain(`## 1.0.0 (2026-12-24)\n\n- Another physics.\n\nMedian shift`);
    expect(text).toContain(`${most} %`);
  });
});

describe("A12 a release that moves less", () => {
  test("goes out as a minor one; released figures stay as they are", () => {
    begin("0.2.0");
    movedFrom(0.95);
    const before = readFileSync(join(data, "releases/0.1.0.csv"), "utf8");
    expect(release(data, false)).toBeNull();
    expect(readFileSync(join(data, "releases/0.1.0.csv"), "utf8")).toBe(before);
    expect(readFileSync(join(data, "releases/0.2.0.csv"), "utf8")).not.toBe(before);
    expect(release(data, true)).toBeNull();
  });
});

describe("A12 the shift", () => {
  const figure = (batch_size: number, energy_j_per_1k_tokens: number, tier = "modelled"): Figure => ({
    model_id: "toy/Seven-7B",
    hardware_platform: "card",
    quantization: "fp16",
    framework: "vllm",
    num_gpus: 1,
    batch_size,
    tier,
    energy_j_per_1k_tokens,
  });

  test("is a median by tier, up or down; a question that is answered no more counts as 100 %", () => {
    const before = [figure(1, 100), figure(2, 100), figure(4, 100), figure(8, 100, "measured")];
    const after = [figure(1, 105), figure(2, 80), figure(8, 100, "measured"), figure(16, 7)];
    expect(shiftOf(before, after)).toEqual({ modelled: 20, measured: 0 });
  });

  test("10 % is no more than 10 %, and a major version may be any number above", () => {
    expect(refusalOf("0.1.0", "0.1.1", { modelled: 10 })).toBeNull();
    expect(refusalOf("0.1.0", "0.9.0", { modelled: 10.1, measured: 0 })).toContain("modelled answers moved by 10.1 %");
    expect(refusalOf("1.4.0", "2.0.0", { measured: 60 })).toBeNull();
    expect(refusalOf("1.4.0", "1.5.0", { measured: 60 })).toContain("begin version 2.0.0");
  });
});
