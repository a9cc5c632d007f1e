import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ecocompute, folder, git, write } from "./support/cli.ts";

const CSV = `id,gpu,model_id,precision,batch_size,input_tokens,output_tokens,throughput_tok_s,power_w,energy_j_per_token,n_runs,date
run-0001,A800,mistralai/Mistral-7B-Instruct-v0.2,fp16,1,512,256,40,120,3,10,2026-11-27
`;
const WRONG = CSV.replace(",3,10,", ",9,10,");
const QUESTION = ["estimate", "Mistral-7B", "--hardware-platform", "a800", "--format", "json"];
const CODE = `from transformers import AutoModelForCausalLM
model = AutoModelForCausalLM.from_pretrained("mistralai/Mistral-7B-Instruct-v0.2", torch_dtype="float16")
`;
const AUDIT = ["audit", "--hardware-platform", "a800", "--format", "json"];

/** Evidence of the first deployment that an audit estimated. */
const evidenceOf = (out: string): readonly string[] => JSON.parse(out).deployments[0].basis.evidence;

describe("rows of one's own in the terminal", () => {
  test("--measurements: the answer cites them, and what they were taken for is told beside it", async () => {
    const top = folder();
    write(top, { "run.csv": CSV });
    const ran = await ecocompute(top, [...QUESTION, "--measurements", "run.csv"]);
    expect(ran.code, ran.errors).toBe(0);
    expect(JSON.parse(ran.out).current.basis).toMatchObject({ evidence: ["run-0001"], own_evidence: ["run-0001"] });
    expect(ran.errors).toContain("1 row of your own rank");
    const without = await ecocompute(top, QUESTION);
    expect(JSON.parse(without.out).current.basis.evidence).not.toContain("run-0001");
  });

  test("what is wrong with a file is told with its line", async () => {
    const top = folder();
    write(top, { "run.csv": WRONG, "other.csv": "a,b\n1,2\n" });
    const wrong = await ecocompute(top, [...QUESTION, "--measurements", "run.csv"]);
    expect(wrong.code).toBe(2);
    expect(wrong.errors).toContain(
      "run.csv:2.energy_j_per_token: expected 120 W / 40 tok/s = 3.0000 J/token, received 9",
    );
    const other = await ecocompute(top, [...QUESTION, "--measurements", "other.csv"]);
    expect(other.errors).toMatch(/other\.csv:1: expected the columns gpu,model_id,.*received a,b/);
    const absent = await ecocompute(top, [...QUESTION, "--measurements", "none.csv"]);
    expect([absent.code, absent.errors]).toEqual([2, 'ecocompute: measurements: cannot read "none.csv" (ENOENT)\n']);
  });

  test("the configuration names them for an audit, and a flag wins", async () => {
    const top = folder();
    write(top, {
      "app.py": CODE,
      ".ecocompute.yml": "measurements: measured/run.csv\n",
      "measured/run.csv": CSV,
      "mine.csv": CSV.replace("run-0001", "mine-0001"),
    });
    expect(evidenceOf((await ecocompute(top, AUDIT)).out)).toContain("run-0001");
    const flagged = await ecocompute(top, [...AUDIT, "--measurements", "mine.csv"]);
    expect(evidenceOf(flagged.out)).toContain("mine-0001");
  });

  test("--base: rows count as they stood at the merge base, not as the change brings them", async () => {
    const top = folder();
    write(top, { "app.py": CODE, ".ecocompute.yml": "measurements: [run.csv]\n", "run.csv": CSV });
    git(top, "init", "-q", "-b", "main");
    git(top, "add", ".");
    git(top, "commit", "-q", "-m", "base");
    write(top, { "app.py": CODE.replace("float16", "bfloat16"), "run.csv": WRONG });
    const ran = await ecocompute(top, [...AUDIT, "--base", "main"]);
    expect(ran.code, ran.errors).toBe(0);
    expect(ran.out).toContain('"run-0001"');
    git(top, "rm", "-q", "--cached", "run.csv");
    git(top, "commit", "-q", "-m", "gone");
    const gone = await ecocompute(top, [...AUDIT, "--base", "main"]);
    expect([gone.code, gone.errors]).toEqual([
      2,
      expect.stringMatching(/run\.csv at [0-9a-f]{7}: it is not in the repository/),
    ]);
  });

  test("a repository cannot have a file outside it read", async () => {
    const top = folder();
    write(top, { "app.py": CODE, ".ecocompute.yml": "measurements: ../secret.csv\n" });
    const above = await ecocompute(top, AUDIT);
    expect([above.code, above.errors]).toEqual([2, expect.stringContaining("a path below the top of the repository")]);
    write(top, { ".ecocompute.yml": "measurements: link.csv\n" });
    symlinkSync("/etc/hostname", join(top, "link.csv"));
    const link = await ecocompute(top, AUDIT);
    expect([link.code, link.errors]).toEqual([2, expect.stringContaining("not followed")]);
  });
});
