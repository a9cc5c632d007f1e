import { readdirSync } from "node:fs";
import { parse } from "csv-parse/sync";
import { describe, expect, it } from "vitest";
import { type FileTexts, readFiles } from "../files.ts";
import { parseData } from "../read.ts";
import { CHECKS, runChecks } from "./index.ts";

const files = readFiles(new URL("..", import.meta.url).pathname);

const textOf = (path: string): string => {
  const text = files.get(path);
  if (text === undefined) throw new Error(`no such file: ${path}`);
  return text;
};

/** A copy of the data in which `path` was edited; the edit must change something. */
function edited(path: string, edit: (text: string) => string): FileTexts {
  const text = edit(textOf(path));
  if (text === textOf(path)) throw new Error(`the fault was not planted in ${path}`);
  return new Map([...files, [path, text]]);
}

const quoted = (text: string): string => (/[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** Sets one cell of the row with that id. */
const cell = (path: string, id: string, column: string, value: string): FileTexts =>
  edited(path, (text) => {
    const [header = [], ...rows]: string[][] = parse(text);
    const changed = rows.map((row) => (row[0] === id ? row.with(header.indexOf(column), value) : row));
    return `${[header, ...changed].map((row) => row.map(quoted).join(",")).join("\n")}\n`;
  });

/** The columns of the kit, at the end of every row. */
const kit = (path: string, columns: Readonly<Record<string, string>>): FileTexts =>
  edited(path, (text) => {
    const [header = "", ...rows] = text.trimEnd().split("\n");
    const [names, values] = [Object.keys(columns).join(","), Object.values(columns).join(",")];
    return `${[`${header},${names}`, ...rows.map((row) => `${row},${values}`)].join("\n")}\n`;
  });

const a800 = "measurements/eco-a800-0213.csv";
const net = "measurements/eco-rtx4090d-0212.csv";
const t4 = "measurements/eco-t4-0418.csv";
const july = "measurements/qe-rtx4090-07.csv";

interface Fault {
  readonly check: string;
  readonly plants: string;
  readonly files: () => FileTexts;
  readonly subject: string;
  readonly says: string;
}

const FAULTS: readonly Fault[] = [
  {
    check: "schema",
    plants: "a plain int8",
    files: () => cell(a800, "eco-a800-0213-0003", "precision", "int8"),
    subject: "eco-a800-0213-0003",
    says: 'precision: Invalid option: expected one of "fp32"',
  },
  {
    check: "schema",
    plants: "a unit in a number",
    files: () => cell(a800, "eco-a800-0213-0003", "power_w", "104.55 W"),
    subject: "eco-a800-0213-0003",
    says: 'power_w: Invalid input: expected number, received string, received "104.55 W"',
  },
  {
    check: "schema",
    plants: "a column of another name",
    files: () => edited(a800, (text) => text.replace(",power_w,", ",power,")),
    subject: a800,
    says: "expected the columns id,source,gpu",
  },
  {
    check: "schema",
    plants: "a key twice",
    files: () => edited("gpus/t4.yaml", (text) => `${text}id: t4\n`),
    subject: "gpus/t4.yaml",
    says: "Map keys must be unique",
  },
  {
    check: "schema",
    plants: "a quote that never closes",
    files: () => edited(t4, (text) => text.replace(",4,", ',"4,')),
    subject: t4,
    says: "Invalid Closing Quote",
  },
  {
    check: "file-name-is-id",
    plants: "a GPU under another's id",
    files: () => edited("gpus/a40.yaml", (text) => text.replace("id: a40", "id: a41")),
    subject: "a41",
    says: "belongs in gpus/a41.yaml",
  },
  {
    check: "references-resolve",
    plants: "a GPU that no file describes",
    files: () => cell(a800, "eco-a800-0213-0001", "gpu", "a900"),
    subject: "eco-a800-0213-0001",
    says: "gpus/a900.yaml does not exist",
  },
  {
    check: "references-resolve",
    plants: "a partner that is no row",
    files: () => cell(a800, "eco-a800-0213-0003", "fp16_partner", "eco-a800-0213-9999"),
    subject: "eco-a800-0213-0003",
    says: 'fp16_partner "eco-a800-0213-9999" is no row',
  },
  {
    check: "references-resolve",
    plants: "a price of no region",
    files: () => edited("prices/ecocompute-skill.yaml", (text) => text.replace("region: us", "region: atlantis")),
    subject: "atlantis",
    says: "which no grid file names",
  },
  {
    check: "references-resolve",
    plants: "a cloud region of no grid",
    files: () => edited("cloud-regions.csv", (text) => text.replace("Montreal,CAN", "Montreal,ATL")),
    subject: "ca-central-1",
    says: 'grid_region "ATL" is no region of a grid file',
  },
  {
    check: "references-resolve",
    plants: "prices of no source",
    files: () => new Map([...files, ["prices/nobody.yaml", textOf("prices/ecocompute-skill.yaml")]]),
    subject: "prices/nobody.yaml",
    says: "sources/nobody.yaml does not exist",
  },
  {
    check: "references-resolve",
    plants: "a claim about rows of no GPU",
    files: () => edited("claims.yaml", (text) => text.replace("gpu: [rtx4090d]", "gpu: [rtx4090e]")),
    subject: "int8-pure-saves-3-8-rtx4090d",
    says: "gpus/rtx4090e.yaml does not exist",
  },
  {
    check: "references-resolve",
    plants: "a claim about no GPU",
    files: () => edited("claims.yaml", (text) => text.replace("gpu: h100-sxm", "gpu: h100-sxn")),
    subject: "h100-within-15-of-a800-a100",
    says: "gpus/h100-sxn.yaml does not exist",
  },
  {
    check: "references-resolve",
    plants: "a claim against no GPU",
    files: () => edited("claims.yaml", (text) => text.replace("[a100-40gb, a100-80gb,", "[a100-40gb, a100-81gb,")),
    subject: "h100-within-15-of-a800-a100",
    says: "gpus/a100-81gb.yaml does not exist",
  },
  {
    check: "superseded-row-exists",
    plants: "a correction of nothing",
    files: () => cell(a800, "eco-a800-0213-0001", "supersedes", "eco-a800-0213-0000"),
    subject: "eco-a800-0213-0001",
    says: 'supersedes "eco-a800-0213-0000", which is no other row',
  },
  {
    check: "superseded-row-exists",
    plants: "a partner that was corrected",
    files: () => cell(a800, "eco-a800-0213-0004", "supersedes", "eco-a800-0213-0001"),
    subject: "eco-a800-0213-0003",
    says: 'fp16_partner "eco-a800-0213-0001" is superseded: name the correction eco-a800-0213-0004',
  },
  {
    check: "source-complete",
    plants: "a source without its method",
    files: () => edited("sources/eco-a800-0213.yaml", (text) => text.replace(/^method: .*(\n {2}.*)*\n/m, "")),
    subject: "eco-a800-0213",
    says: "method is missing",
  },
  {
    check: "row-agrees-with-source",
    plants: "a tier better than its source's",
    files: () => cell(a800, "eco-a800-0213-0001", "tier", "1"),
    subject: "eco-a800-0213-0001",
    says: "tier 1 is better than tier 2",
  },
  {
    check: "units-and-ranges",
    plants: "a batch size below one",
    files: () => cell(t4, "eco-t4-0418-0001", "batch_size", "0.5"),
    subject: "eco-t4-0418-0001",
    says: "batch_size: expected 1..100000, received 0.5",
  },
  {
    check: "units-and-ranges",
    plants: "KV bytes of another shape",
    files: () =>
      edited("models/Qwen/Qwen2-7B.yaml", (text) =>
        text.replace("kv_bytes_per_token_bf16: 57344", "kv_bytes_per_token_bf16: 57345"),
      ),
    subject: "Qwen/Qwen2-7B",
    says: "expected 57344, received 57345",
  },
  {
    check: "gross-conversion",
    plants: "a net number passed off as gross",
    files: () => cell(net, "eco-rtx4090d-0212-0005", "energy_j_per_token", "5.661"),
    subject: "eco-rtx4090d-0212-0005",
    says: "expected gross = net + idle / throughput",
  },
  {
    check: "gross-conversion",
    plants: "idle power on a row that was published gross",
    files: () => cell(a800, "eco-a800-0213-0001", "idle_added_w", "60"),
    subject: "eco-a800-0213-0001",
    says: "idle_added_w is only for a row published net: leave it empty, received 60",
  },
  {
    check: "energy-is-power-over-throughput",
    plants: "a throughput with two digits swapped",
    files: () => cell(a800, "eco-a800-0213-0001", "throughput_tok_s", "63.18"),
    subject: "eco-a800-0213-0001",
    says: "expected 156.81 W / 63.18 tok/s",
  },
  {
    check: "power-within-tdp",
    plants: "the power of two boards on one",
    files: () => cell(a800, "eco-a800-0213-0007", "power_w", "800"),
    subject: "eco-a800-0213-0007",
    says: "800 W is above 1 × 400 W TDP",
  },
  {
    check: "weight-traffic-within-bandwidth",
    plants: "tokens faster than the memory",
    files: () => cell(a800, "eco-a800-0213-0001", "throughput_tok_s", "361.8"),
    subject: "eco-a800-0213-0001",
    says: "above 2039 GB/s",
  },
  {
    check: "readings-agree",
    plants: "an energy that its meter did not read",
    files: () => kit(a800, { energy_meter: "nvml_counter", energy_j_per_token_counter: "1" }),
    subject: "eco-a800-0213-0001",
    says: "energy_j_per_token_counter: expected",
  },
  {
    check: "readings-agree",
    plants: "a spread beyond the gate without its flag",
    files: () => kit(a800, { throughput_cv_percent: "2", power_cv_percent: "4.9" }),
    subject: "eco-a800-0213-0001",
    says: "throughput_cv_percent: 2 is not below 2: expected the flag unstable_runs",
  },
  {
    check: "readings-agree",
    plants: "idle power of another unit",
    files: () => kit(a800, { idle_loaded_w: "60000" }),
    subject: "eco-a800-0213-0001",
    says: "idle_loaded_w: 60000 W is above 1 × 400 W TDP",
  },
  {
    check: "quantized-row-has-partner",
    plants: "a quantized row that says nothing of its partner",
    files: () => cell(july, "qe-rtx4090-07-0002", "fp16_partner", ""),
    subject: "qe-rtx4090-07-0002",
    says: 'names its 16-bit partner, or "none"',
  },
  {
    check: "quantized-row-has-partner",
    plants: "a partner of another session and GPU",
    files: () => cell(july, "qe-rtx4090-07-0010", "fp16_partner", "eco-rtx5090-0115-0007"),
    subject: "qe-rtx4090-07-0010",
    says: "is of another session, GPUs, workload",
  },
  {
    check: "one-architecture-one-shape",
    plants: "one architecture id for two shapes",
    files: () =>
      edited("models/Qwen/Qwen2-1.5B.yaml", (text) => text.replace(/id: qwen2-\S+/, "id: qwen2-28x3584-kv4")),
    subject: "Qwen/Qwen2-7B",
    says: "hidden_size differs from Qwen/Qwen2-1.5B",
  },
  {
    check: "aliases-unique",
    plants: "an everyday name of two boards",
    files: () => edited("gpus/rtx4090d.yaml", (text) => text.replace("aliases:\n", "aliases:\n  - RTX 4090\n")),
    subject: "rtx4090d",
    says: '"RTX 4090" already means the GPU "rtx4090"',
  },
  {
    check: "aliases-unique",
    plants: "one name for two boards",
    files: () => edited("gpus/a40.yaml", (text) => text.replace("name: NVIDIA A40", "name: NVIDIA A10")),
    subject: "a40",
    says: '"NVIDIA A10" already means the GPU "a10"',
  },
  {
    check: "no-duplicates",
    plants: "an id twice",
    files: () => edited(a800, (text) => text.replace("eco-a800-0213-0002,", "eco-a800-0213-0001,")),
    subject: "eco-a800-0213-0001",
    says: "the same id as eco-a800-0213-0001",
  },
  {
    check: "no-duplicates",
    plants: "a row twice under a new id",
    files: () =>
      edited(a800, (text) => `${text}${text.split("\n")[1]?.replace("eco-a800-0213-0001", "eco-a800-0213-0010")}\n`),
    subject: "eco-a800-0213-0010",
    says: "the same configuration and numbers as eco-a800-0213-0001",
  },
  {
    check: "no-duplicates",
    plants: "a coefficient in two files",
    files: () => new Map([...files, ["physics/zz.yaml", textOf("physics/assumed.yaml")]]),
    subject: "idle_share_of_tdp",
    says: "the same coefficient as idle_share_of_tdp in physics/assumed.yaml",
  },
  {
    check: "no-duplicates",
    plants: "a region priced in two files",
    files: () =>
      edited("prices/ecocompute-skill-reference.yaml", (text) => text.replace("region: eu", "region: china")),
    subject: "china",
    says: "a price of the same region as china in prices/ecocompute-skill",
  },
  {
    check: "no-duplicates",
    plants: "two claims of one id",
    files: () => edited("claims.yaml", (text) => text.replace("id: batch-8-saves-87", "id: batch-4-saves-73")),
    subject: "batch-4-saves-73",
    says: "the same id as batch-4-saves-73 in claims.yaml",
  },
  {
    check: "nothing-disputed-is-used",
    plants: "the T4 energy that is 4x too high",
    files: () =>
      edited(t4, (text) =>
        text.replaceAll("Qwen/Qwen2.5-3B,", "Qwen/Qwen2.5-3B-Instruct,").replaceAll("2.84078", "11.2677"),
      ),
    subject: "eco-t4-0418-0001",
    says: "the numbers of the disputed eco-t4-csv-0005",
  },
  {
    check: "exceptions",
    plants: "an exception that nothing needs",
    files: () =>
      edited("checks/exceptions.yaml", (text) =>
        text.replace("subject: eco-a800-0213-0003", "subject: eco-a800-0213-0004"),
      ),
    subject: "eco-a800-0213-0004",
    says: "nothing needs the exception",
  },
];

describe("the checks", () => {
  it("find no problem in the data", () => {
    expect(runChecks(parseData(files))).toEqual([]);
  });

  it.each(FAULTS)("$check catches $plants", ({ check, files: planted, subject, says }) => {
    const problems = runChecks(parseData(planted()));
    const caught = problems.filter((problem) => problem.check === check && problem.subject === subject);
    expect(caught.map(({ message }) => message).join("\n"), JSON.stringify(problems.slice(0, 5))).toContain(says);
    expect(caught[0]?.line).toBeGreaterThan(0);
  });

  it("each have a planted fault, a file of their id and a place in the list", () => {
    const planted = new Set(FAULTS.map(({ check }) => check));
    const listed = CHECKS.map(({ id }) => id).sort();
    expect(listed.filter((id) => !planted.has(id))).toEqual([]);
    const here = readdirSync(new URL(".", import.meta.url))
      .filter((name) => /^[a-z-]+\.ts$/.test(name) && !["index.ts", "check.ts"].includes(name))
      .map((name) => name.replace(".ts", ""))
      .sort();
    expect(here).toEqual(listed);
  });

  it("report all faults at once, each at its line", () => {
    const two = new Map([
      ...cell(a800, "eco-a800-0213-0001", "gpu", "a900"),
      ["gpus/a40.yaml", textOf("gpus/a40.yaml").replace("tdp_w: 300", "tdp_w: much")],
    ]);
    const problems = runChecks(parseData(two));
    expect(problems.map(({ check, file }) => [check, file])).toEqual(
      expect.arrayContaining([
        ["references-resolve", a800],
        ["schema", "gpus/a40.yaml"],
      ]),
    );
    const line =
      textOf("gpus/a40.yaml")
        .split("\n")
        .findIndex((text) => text.startsWith("tdp_w:")) + 1;
    expect(problems.find(({ file }) => file === "gpus/a40.yaml")?.line).toBe(line);
  });
});
