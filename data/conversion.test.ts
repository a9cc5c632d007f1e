import { describe, expect, it } from "vitest";
import { readFiles } from "./files.ts";
import { parseData } from "./read.ts";

const data = parseData(readFiles(new URL(".", import.meta.url).pathname));
const rows = new Map(data.measurements.map(({ value }) => [value.id, value]));

function row(id: string) {
  const found = rows.get(id);
  if (!found) throw new Error(`no row ${id}`);
  return found;
}

describe("net to gross", () => {
  it("RTX 4090D, session 0212, Mistral: power / throughput, and both numbers kept", () => {
    const fp16 = row("eco-rtx4090d-0212-0005");
    const pure = row("eco-rtx4090d-0212-0008");
    expect(fp16.energy_j_per_token).toBeCloseTo(181.91 / 29.06, 4);
    expect(fp16.energy_j_per_token).toBeCloseTo(6.26, 3);
    expect(fp16.energy_j_per_token_published).toBe(5.661);
    expect(fp16.published_convention).toBe("net");
    expect(pure.energy_j_per_token).toBeCloseTo(6.452, 3);
    expect(row("eco-rtx4090d-0212-0006").energy_j_per_token).toBeCloseTo(4.691, 3);
    expect(row("eco-rtx4090d-0212-0007").energy_j_per_token).toBeCloseTo(75.29 / 7.88, 4);
  });

  it("the sign of pure INT8 flips: it saves 8 % net and costs 3 % gross", () => {
    const fp16 = row("eco-rtx4090d-0212-0005");
    const pure = row("eco-rtx4090d-0212-0008");
    expect(pure.energy_j_per_token_published / fp16.energy_j_per_token_published - 1).toBeCloseTo(-0.079, 3);
    expect(pure.energy_j_per_token / fp16.energy_j_per_token - 1).toBeCloseTo(0.0306, 3);
  });

  it("a net row without power: net + 17.3 W / throughput", () => {
    const fp16 = row("eco-rtx4090d-0306-0001");
    expect(fp16.power_w).toBeNull();
    expect(fp16.energy_j_per_token).toBeCloseTo(1.47416 + 17.3 / 47.39, 4);
    expect(fp16.idle_added_w).toBe(17.3);
  });

  it("22 rows were net; every other row keeps its published number", () => {
    const net = [...rows.values()].filter((r) => r.published_convention === "net");
    expect(net).toHaveLength(22);
    expect(new Set(net.map((r) => r.source))).toEqual(new Set(["eco-rtx4090d-0212", "eco-rtx4090d-0306"]));
    for (const r of rows.values()) {
      if (r.published_convention === "net")
        expect(r.energy_j_per_token).toBeGreaterThan(r.energy_j_per_token_published);
      else expect(r.energy_j_per_token).toBe(r.energy_j_per_token_published);
    }
  });

  it("rows that claim net but close gross are gross, and T4 says that it is not known", () => {
    expect(row("eco-rtx5090-0115-0001").published_convention).toBe("gross");
    expect(row("eco-rtx4090d-0306-0009").published_convention).toBe("gross");
    expect(row("eco-t4-0418-0001").published_convention).toBe("unknown");
  });
});
