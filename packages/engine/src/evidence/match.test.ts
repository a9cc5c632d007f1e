import { describe, expect, test } from "vitest";
import type { Measurement } from "../domain/measurement.ts";
import { architecture, catalogueOf, model, row, workload } from "./fixture-catalogue.test-data.ts";
import { enclosingRows, matchingRows, newestGeneration, sameBatch, sameConfiguration, yearOf } from "./match.ts";

const SIBLING = model({ id: "toy/Seven-7B-Instruct" });
const STRANGER = model({ id: "toy/Other-7B", architecture: architecture({ id: "other" }) });
const of = (...measurements: Measurement[]) => catalogueOf({ models: [model(), SIBLING, STRANGER], measurements });
const ids = (rows: readonly Measurement[]) => rows.map(({ id }) => id);

test("a row's year is that of its first day, or of its first month", () => {
  expect(yearOf(row({ date: "2026-07-15" }))).toBeCloseTo(2026.5, 9);
  expect(yearOf(row({ date: "2025-12..2026-02" }))).toBeCloseTo(2025 + 11 / 12, 9);
  expect(yearOf(row({ date: "2024" }))).toBe(2024);
});

test("batches within two per cent are the same", () => {
  expect([sameBatch(63.9, 64), sameBatch(64, 63.9), sameBatch(62, 64), sameBatch(1, 1.03)]).toEqual([
    true,
    true,
    false,
    false,
  ]);
});

test("rows more than a year older than the newest are another software generation", () => {
  const rows = [
    row({ id: "now", date: "2026-01-01" }),
    row({ id: "year", date: "2025-01-01" }),
    row({ id: "old", date: "2024-12-01" }),
  ];
  expect(ids(newestGeneration(rows))).toEqual(["now", "year"]);
});

describe("rows of one configuration", () => {
  const catalogue = of(
    row({ id: "own" }),
    row({ id: "sibling", model_id: SIBLING.id }),
    row({ id: "twin", precision: "bf16" }),
    row({ id: "stranger", model_id: STRANGER.id }),
    row({ id: "quantized", precision: "nf4" }),
    row({ id: "pair", num_gpus: 2 }),
    row({ id: "served", framework: "vllm" }),
    row({ id: "fastchat", framework: "fastchat/transformers" }),
    row({ id: "images", workload: "image-chat" }),
  );

  test("same architecture, card, count, framework and bytes; text before images", () => {
    expect(ids(sameConfiguration(workload(), catalogue))).toEqual(["own", "sibling", "twin"]);
    expect(ids(sameConfiguration(workload({ precision: "bf16" }), catalogue))).toEqual(["own", "sibling", "twin"]);
    expect(sameConfiguration(workload({ precision: "int8_pure" }), catalogue)).toEqual([]);
  });
});

describe("the row to believe first", () => {
  const first = (w: Parameters<typeof workload>[0], rows: Measurement[], source?: string) =>
    matchingRows(workload(w), of(...rows), source)[0]?.id;

  test("a session that the caller compares in goes before all", () => {
    const rows = [
      row({ id: "own" }),
      row({ id: "session", source: "asked", flag: "throughput_dip", model_id: SIBLING.id }),
    ];
    expect(first({}, rows)).toBe("own");
    expect(first({}, rows, "asked")).toBe("session");
  });

  test("then no flag, the model's own id, like lengths, tier, the newest, the most runs", () => {
    const inOrder = [
      row({ id: "z-best" }),
      row({ id: "y-fewer-runs", n_runs: "5" }),
      row({ id: "x-older", date: "2025-06-01", n_runs: "99" }),
      row({ id: "w-second-tier", tier: 2, date: "2026-03-01" }),
      row({ id: "v-other-lengths", output_tokens: 2048 }),
      row({ id: "u-unstated-lengths", input_tokens: null, output_tokens: null, model_id: SIBLING.id }),
      row({ id: "t-flagged", flag: "host_bound_suspected" }),
    ];
    expect(ids(matchingRows(workload(), of(...inOrder.toReversed())))).toEqual(ids(inOrder));
  });

  test("only rows of this batch", () => {
    expect(first({ batch_size: 4 }, [row({ id: "one" }), row({ id: "four", batch_size: 3.95 })])).toBe("four");
    expect(first({ batch_size: 2 }, [row({ id: "one" })])).toBeUndefined();
  });
});

describe("the rows that enclose a batch", () => {
  test("are the nearest two of one series", () => {
    const catalogue = of(
      row({ id: "1" }),
      row({ id: "2", batch_size: 2 }),
      row({ id: "8", batch_size: 8 }),
      row({ id: "16", batch_size: 16 }),
    );
    expect(enclosingRows(workload({ batch_size: 4 }), catalogue)?.map(({ id }) => id)).toEqual(["2", "8"]);
  });

  test("never of two sessions, nor of two sides of a workload", () => {
    expect(
      enclosingRows(
        workload({ batch_size: 4 }),
        of(row({ id: "1" }), row({ id: "8", batch_size: 8, source: "other" })),
      ),
    ).toBeNull();
    expect(
      enclosingRows(
        workload({ batch_size: 4 }),
        of(row({ id: "1" }), row({ id: "8", batch_size: 8, workload: "code" })),
      ),
    ).toBeNull();
  });

  test("of two series, the one to believe first", () => {
    const series = (source: string, tier: number) => [
      row({ id: `${source}-1`, source, tier }),
      row({ id: `${source}-8`, source, tier, batch_size: 8 }),
    ];
    const found = enclosingRows(workload({ batch_size: 4 }), of(...series("a", 2), ...series("b", 1)));
    expect(found?.map(({ source }) => source)).toEqual(["b", "b"]);
  });
});
