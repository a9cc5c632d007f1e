import { describe, expect, it } from "vitest";
import { type FileTexts, readFiles } from "../files.ts";
import { parseData } from "../read.ts";
import { type ClaimResult, ClaimResultSchema } from "../schema.ts";
import { evaluateClaims } from "./evaluate.ts";

const files = readFiles(new URL("..", import.meta.url).pathname);

function verdicts(texts: FileTexts): ReadonlyMap<string, ClaimResult> {
  return new Map(evaluateClaims(parseData(texts)).map((claim) => [claim.id, claim]));
}

function edited(path: string, edit: (text: string) => string): FileTexts {
  const before = files.get(path) ?? "";
  const after = edit(before);
  if (after === before) throw new Error(`nothing changed in ${path}`);
  return new Map([...files, [path, after]]);
}

const claims = verdicts(files);

describe("claims", () => {
  it("are the fourteen of the skill and of the field, each with its groups", () => {
    expect(claims.size).toBe(14);
    for (const claim of claims.values()) {
      expect(ClaimResultSchema.parse(claim)).toEqual(claim);
      expect(claim.findings.reduce((sum, { n }) => sum + n, 0)).toBe(claim.n_tested);
      expect(claim.n_agreeing).toBeLessThanOrEqual(claim.n_tested);
    }
  });

  it("get the verdict that the rows give", () => {
    expect(Object.fromEntries([...claims].map(([id, { verdict }]) => [id, verdict]))).toEqual({
      "int8-default-costs-17-147": "holds in part",
      "threshold-zero-saves-34-42": "holds in part",
      "int8-pure-saves-3-8-rtx4090d": "contradicted",
      "int8-pure-saves-5-datacenter": "contradicted",
      "nf4-costs-11-29-small": "holds in part",
      "nf4-saves-large": "holds in part",
      "nf4-crossover-near-5b": "holds in part",
      "batch-64-saves-95-7": "holds",
      "batch-4-saves-73": "holds in part",
      "batch-8-saves-87": "contradicted",
      "int8-default-loses-72-76-throughput": "holds in part",
      "h100-within-15-of-a800-a100": "holds in part",
      "less-power-is-less-energy": "holds in part",
      "fp8-always-saves": "contradicted",
    });
  });

  it("say what the rows show", () => {
    expect(claims.get("int8-pure-saves-5-datacenter")?.why).toContain(
      "a800, session eco-a800-0226: +33.2 % to +56.2 % (n = 3, disagrees)",
    );
    expect(claims.get("batch-64-saves-95-7")?.evidence).toEqual([
      "eco-a800-batch-0215-0001",
      "eco-a800-batch-0215-0007",
    ]);
    // the raw runs say 84.0, not the 87 % of the headline
    expect(claims.get("batch-8-saves-87")?.findings.map(({ summary }) => summary)).toContain("−84.0 %");
    expect(claims.get("nf4-crossover-near-5b")?.findings.map(({ summary }) => summary)).toContain("crosses at 4.9 B");
  });

  it("change their verdict with a row", () => {
    const cheaper = edited("measurements/eco-a800-0226.csv", (text) =>
      text.replaceAll("6.52808", "4.2").replaceAll("9.80667", "7").replaceAll("8.50359", "5.2"),
    );
    expect(verdicts(cheaper).get("int8-pure-saves-5-datacenter")?.verdict).toBe("holds in part");
  });

  it("change their verdict with the claimed figure", () => {
    const milder = edited("claims.yaml", (text) => text.replace("{ low: -87, high: -87 }", "{ low: -86, high: -84 }"));
    expect(verdicts(milder).get("batch-8-saves-87")?.verdict).toBe("holds");
  });

  it("are not testable without rows", () => {
    const without = new Map([...files].filter(([path]) => path !== "measurements/eco-a800-batch-0215.csv"));
    const claim = verdicts(without).get("batch-64-saves-95-7");
    expect(claim?.verdict).toBe("not testable");
    expect(claim?.why).toBe("No usable rows of one session to compare.");
  });

  it("never rest on a row that may not stand behind an answer, or of unknown convention", () => {
    const cited = new Set([...claims.values()].flatMap(({ evidence }) => evidence));
    const rows = parseData(files).measurements.map(({ value }) => value);
    const unfit = rows.filter(
      (row) => row.tier === 3 || row.energy_scope !== "gpu_board" || row.published_convention === "unknown",
    );
    expect(unfit.length).toBeGreaterThan(0);
    expect(unfit.filter(({ id }) => cited.has(id))).toEqual([]);
  });
});
