// The measurement kit from plan to answer, without a GPU: a stand-in card and a tiny decoder, all else is what users run.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { catalogueData } from "@ecocompute/data";
import { indexCatalogue, PROTOCOLS, takeOwnMeasurements } from "@ecocompute/engine";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { compileCatalogue } from "../data/catalogue.ts";
import { readOwnCsv } from "../data/own-csv.ts";
import { MeasurementSchema } from "../data/schema.ts";
import type { Workload } from "../packages/engine/src/domain/workload.ts";
import { EFFECTS, howToMeasureEffect, measureCommand } from "../packages/engine/src/evidence/how-to-measure.ts";
import { switchPairs } from "../packages/engine/src/evidence/switch-pairs.ts";
import { MYPY, PYTHON } from "./support/python.ts";

const PUBLISHED = indexCatalogue(catalogueData);
const ROOT = join(import.meta.dirname, "..");
const STAND_IN = join(ROOT, "measure/tests/stand_in.py");
const MISTRAL = "mistralai/Mistral-7B-Instruct-v0.2";
/** Short runs of 12 tokens in 0.3 s: 40 tok/s, as an A800 makes of this model. */
const QUICK = [
  "--output",
  "12",
  "--idle-s",
  "0.1",
  "--settle-s",
  "0",
  "--min-run-s",
  "0",
  "--warmups",
  "0",
  "--runs",
  "2",
];

/** Python and Node start a dozen times here, on a machine that may be busy. */
vi.setConfig({ testTimeout: 90_000 });

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "measure-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const commandOf = (faults: object, words: readonly string[]): string[] => [
  STAND_IN,
  JSON.stringify({ run_s: 0.3, ...faults }),
  ...words,
  "--out",
  join(folder, "run.csv"),
  ...QUICK,
];

function measure(faults: object, ...words: string[]) {
  const run = spawnSync(PYTHON ?? "", commandOf(faults, words), { encoding: "utf8" });
  return { status: run.status, said: run.stdout + run.stderr };
}

function npm(script: "check" | "import", ...words: string[]) {
  const flags = script === "check" ? ["--check"] : ["--url", "https://example.org/runs", "--by", "A. Tester"];
  const command = ["measure/import.ts", ...flags, "--data", join(folder, "data"), ...words];
  const run = spawnSync(process.execPath, command, { cwd: ROOT, encoding: "utf8" });
  return { status: run.status, said: run.stdout + run.stderr };
}

const rowsOf = () => readOwnCsv("run.csv", readFileSync(join(folder, "run.csv"), "utf8"));

function estimate(catalogue: ReturnType<typeof indexCatalogue>, request: object) {
  const outcome = PROTOCOLS.find(({ id }) => id === "estimate")?.run(
    { model_id: MISTRAL, hardware_platform: "a800", sequence_length: 512, generation_length: 12, ...request },
    { catalogue, python: null },
  );
  if (!outcome?.ok || outcome.value.protocol !== "estimate") throw new Error(JSON.stringify(outcome));
  return outcome.value.current;
}

describe.skipIf(PYTHON === null)("the kit, on a stand-in card (python3 with PyYAML)", () => {
  test("its own tests pass", () => {
    const run = spawnSync(PYTHON ?? "", ["-m", "unittest", "discover", "measure/tests"], {
      cwd: ROOT,
      encoding: "utf8",
      env: { ...process.env, PYTHONPATH: "measure", PYTHONDONTWRITEBYTECODE: "1" },
    });
    expect(run.stderr).toMatch(/Ran [1-9]\d* tests[\s\S]*\nOK\n$/);
  });

  test("the columns of its rows are the schema's", () => {
    measure({}, "--model", MISTRAL);
    const [header] = readFileSync(join(folder, "run.csv"), "utf8").split("\n");
    expect(header?.split(",")).toEqual(MeasurementSchema.keyof().options);
  });

  test("a run becomes evidence: checked, imported, compiled, and an answer cites it", () => {
    cpSync(join(ROOT, "data"), join(folder, "data"), { recursive: true });
    const words = ["--model", MISTRAL, "--quantization", "none,nf4", "--batch", "1,8", "--torch-compile", "off,on"];
    const run = measure({ out_of_memory_above: 4 }, ...words);
    expect(run.status, run.said).toBe(0);
    // Where the machine is busy the spread is wide, and rows are flagged.
    expect(run.said).toMatch(/4 measured, (?:\d of them flagged, )?4 out of memory\./);
    expect(rowsOf().rows.map(({ gpu }) => gpu)).toContain("NVIDIA A800-SXM4-80GB");

    const checked = npm("check", join(folder, "run.csv"));
    expect(checked.said).toContain('"NVIDIA A800-SXM4-80GB" is taken as a800');
    expect(checked.said).toContain("4 rows pass every check");
    expect(checked.status).toBe(0);

    const json = npm("check", join(folder, "run.csv"), "--json");
    const asked = { model_id: MISTRAL, hardware_platform: "a800", measurements: JSON.parse(json.said) };
    const posted = PROTOCOLS.find(({ id }) => id === "estimate")?.run(asked, {
      catalogue: PUBLISHED,
      python: null,
    });
    expect(JSON.stringify(posted)).toContain('"own_evidence":["run-0001"]');

    const imported = npm("import", join(folder, "run.csv"), "--source", "own-a800");
    expect(imported.status, imported.said).toBe(0);
    const catalogue = indexCatalogue(compileCatalogue(join(folder, "data")));
    const source = catalogue.sourceById.get("own-a800");
    expect(source?.method).toBe(
      "NVML energy counter, and power at 20 Hz, transformers, 0 warm-ups, n = 2, idle not subtracted",
    );
    expect(source?.caveats.join(" ")).toContain(
      "Out of memory: mistralai/Mistral-7B-Instruct-v0.2, fp16, unquantized, batch 8",
    );
    const nf4 = catalogue.measurements.find((row) => row.source === "own-a800" && row.precision === "nf4");
    expect(nf4?.fp16_partner).toBe("own-a800-0001");
    const { basis } = estimate(catalogue, {});
    expect([basis.tier, basis.evidence[0]]).toEqual(["measured", "own-a800-0001"]);
    expect(switchPairs(catalogue, "torch_compile").map(({ on, off }) => [on.id, off.id])).toContainEqual([
      "own-a800-0002",
      "own-a800-0001",
    ]);

    const again = npm("import", join(folder, "run.csv"), "--source", "own-a800");
    expect(again).toEqual({ status: 1, said: expect.stringContaining('data/ has a source "own-a800"') });
  });

  test("the same run as one's own rows ranks above what is published, and goes no further", () => {
    measure({}, "--model", MISTRAL, "--quantization", "none");
    const own = takeOwnMeasurements(rowsOf().rows, PUBLISHED);
    if (!own.ok) throw new Error(JSON.stringify(own.problem));
    expect(estimate(own.value.catalogue, {}).basis).toMatchObject({
      evidence: ["run-0001"],
      own_evidence: ["run-0001"],
    });
    expect(estimate(own.value.catalogue, { quantization: "nf4" }).basis.notes).toContain(
      "The host's factor is of your row run-0001.",
    );
    expect(estimate(PUBLISHED, {}).basis.evidence).not.toContain("run-0001");
  });

  test("a row that was tampered with is refused with its line, and nothing is written", () => {
    cpSync(join(ROOT, "data"), join(folder, "data"), { recursive: true });
    measure({}, "--model", MISTRAL);
    const path = join(folder, "run.csv");
    const [power] = rowsOf().rows.map((row) => String(row.power_w));
    writeFileSync(path, readFileSync(path, "utf8").replace(`,${power},`, ",500,"));
    const refused = npm("import", path);
    expect(refused.status).toBe(1);
    expect(refused.said).toMatch(/run\.csv:2\.energy_j_per_token: expected 500 W/);
    expect(refused.said).toContain("run.csv:2.power_w: 500 W is above 1 × 400 W TDP");
    expect(refused.said).toContain("nothing was written");
  });

  test("^C keeps what was measured, and the same command goes on from there", async () => {
    const words = ["--model", MISTRAL, "--batch", "1,2,4,8"];
    const child: ChildProcess = spawn(PYTHON ?? "", commandOf({}, words));
    let said = "";
    for await (const chunk of child.stdout ?? []) {
      said += chunk;
      if (said.includes("[1/4]") && !child.killed) child.kill("SIGINT");
    }
    const status = child.exitCode ?? (await once(child, "exit"))[0];
    expect(status, said).toBe(130);
    expect(said).toMatch(/Interrupted\. [1-3] rows? in .*run\.csv; the same command goes on from there/);
    const before = rowsOf().rows.length;
    const rest = measure({}, ...words);
    expect(rest.said).toContain(`${4 - before} case${before === 3 ? "" : "s"}, ${before} done before`);
    expect(rest.status).toBe(0);
    expect(rowsOf().rows.map(({ id, batch_size }) => [id, batch_size])).toEqual([
      ["run-0001", 1],
      ["run-0002", 2],
      ["run-0003", 4],
      ["run-0004", 8],
    ]);
  });
});

const measurable = (change: Partial<Workload>): Workload => {
  const [model, gpu] = [PUBLISHED.modelById.get(MISTRAL), PUBLISHED.gpuById.get("a800")];
  if (!model || !gpu) throw new Error("the catalogue lacks the model or the card of this test");
  const lengths = { sequence_length: 512, generation_length: 256 };
  const run = { num_gpus: 1, precision: "fp16", framework: "transformers", batch_size: 1, calibration: null } as const;
  return { model, gpu, ...lengths, ...run, ...change };
};

test.skipIf(PYTHON === null)("every command that an answer gives is one that the kit takes", () => {
  const commands = [
    measureCommand(measurable({ batch_size: 8 })),
    measureCommand(measurable({ precision: "tf32" })),
    measureCommand(measurable({ precision: "int8_pure" })),
    measureCommand(measurable({ precision: "awq", framework: "vllm", num_gpus: 2, batch_size: 16 })),
    measureCommand(measurable({ model: { ...measurable({}).model, id: "it's; 7B" } })),
    ...EFFECTS.flatMap((effect) =>
      [MISTRAL, null].map((model) => /`(.*)`/.exec(howToMeasureEffect(effect, model))?.[1]),
    ),
  ];
  for (const [index, command] of commands.entries()) {
    const kit = `'${PYTHON}' '${STAND_IN}' '{"gpus":2,"run_s":0}'`;
    const line = `${command}`.replace("python measure/measure.py", kit).replace("run.csv", `run-${index}.csv`);
    const quick = "--idle-s 0 --settle-s 0 --min-run-s 0 --warmups 0 --runs 2";
    const plan = line.replace("measure/plans", join(ROOT, "measure/plans"));
    const run = spawnSync("sh", ["-c", `${plan} ${quick}`], { cwd: folder, encoding: "utf8" });
    expect([command, run.status, run.stderr]).toEqual([command, 0, ""]);
    expect(run.stdout).toMatch(/\n[1-9]\d* measured/);
  }
});

test.skipIf(MYPY === null)("the kit's types hold (mypy --strict)", () => {
  const [command = "", ...words] = MYPY ?? [];
  const files = ["measure/measure.py", "measure/ecomeasure", "measure/tests"];
  const run = spawnSync(command, [...words, "--strict", "--cache-dir", join(folder, "mypy"), ...files], {
    cwd: ROOT,
    encoding: "utf8",
    env: { ...process.env, MYPYPATH: "measure" },
  });
  expect(run.stdout).toMatch(/^Success: no issues found/);
});
