import { describe, expect, test } from "vitest";
import type { Measurement } from "../domain/measurement.ts";
import { catalogueOf, model, row, workload } from "./fixture-catalogue.test-data.ts";
import { measured, relativeSpread } from "./measured.ts";
import { lengthRatios } from "./stretch.ts";

const SIBLING = model({ id: "toy/Seven-7B-Instruct" });
const of = (...measurements: Measurement[]) => catalogueOf({ models: [model(), SIBLING], measurements });
const answer = (w: Parameters<typeof workload>[0], ...rows: Measurement[]) => measured(workload(w), of(...rows));

describe("a row's own spread", () => {
  test("comes from its energies, else from throughput and power, else is not known", () => {
    expect(relativeSpread(row({ energy_j_per_token_std: 1 }))).toBe(0.1);
    expect(relativeSpread(row({ throughput_std: 0.3, power_std: 4 }))).toBeCloseTo(0.05, 12);
    expect(relativeSpread(row({ throughput_std: 0.3 }))).toBeCloseTo(0.03, 12);
    expect(relativeSpread(row())).toBeNull();
  });

  test("widens the interval only where it is wider than what sessions differ by", () => {
    const high = (energy_j_per_token_std: number) =>
      answer({}, row({ energy_j_per_token_std }))?.energy_j_per_token.high;
    expect(high(0.1)).toBeCloseTo(11, 9);
    expect(high(2)).toBeCloseTo(10 * Math.exp(1.645 * 0.2), 9);
  });
});

test("the value is the row's, the interval the held-out error's", () => {
  expect(answer({}, row())).toMatchObject({
    tier: "measured",
    energy_j_per_token: { value: 10, low: 10 / 1.1, high: 11 },
    throughput_tok_s: { value: 10 },
    power_w: { value: 100 },
    notes: [],
  });
});

test("other sessions stretch the interval and are named; a second row of the same session does not", () => {
  const other = row({ id: "other", source: "elsewhere", energy_j_per_token: 15, power_w: 180, throughput_tok_s: 12 });
  const twin = row({ id: "twin", n_runs: "5", energy_j_per_token: 99 });
  const found = answer({}, row(), other, twin);
  expect(found?.energy_j_per_token).toMatchObject({ value: 10, high: 15 });
  expect(found?.throughput_tok_s).toMatchObject({ value: 10, high: 12 });
  expect(found?.power_w).toMatchObject({ value: 100, high: 180 });
  expect(found?.rows.map(({ id }) => id)).toEqual(["toy-0001", "other"]);
  expect(found?.notes).toEqual(["Session elsewhere (other) measured +50 % against this row: the interval holds both."]);
});

describe("lengths", () => {
  test("asked at the row's own, nothing changes and nothing is said", () => {
    expect(Object.values(lengthRatios(workload(), row(), of(row())))).toEqual([1, 1, 1]);
  });

  test("asked at others, the interval also holds what physics makes of them", () => {
    const w = { sequence_length: 8192 };
    const { energy_j_per_token: ratio } = lengthRatios(workload(w), row(), of(row()));
    expect(ratio).toBeGreaterThan(1.1);
    const found = answer(w, row());
    expect(found?.energy_j_per_token.value).toBe(10);
    expect(found?.energy_j_per_token.high).toBeCloseTo(11 * ratio, 9);
    expect(found?.notes[0]).toContain("ran 512 + 256 tokens: the interval is widened to your 8192 + 256");
  });

  test("throughput and power reach there too: longer prompts leave fewer tokens a second", () => {
    const w = { sequence_length: 8192 };
    const { throughput_tok_s: slower } = lengthRatios(workload(w), row(), of(row()));
    expect(slower).toBeLessThan(0.95);
    const found = answer(w, row());
    expect(found?.throughput_tok_s?.value).toBe(10);
    expect(found?.throughput_tok_s?.low).toBeCloseTo((answer({}, row())?.throughput_tok_s?.low ?? 0) * slower, 9);
    expect(found?.throughput_tok_s?.high).toBe(answer({}, row())?.throughput_tok_s?.high);
    expect(found?.power_w?.high).toBeGreaterThan(answer({}, row())?.power_w?.high ?? 0);
  });

  test("another session's throughput is taken to the asked lengths as its energy is", () => {
    const w = { sequence_length: 8192 };
    const other = row({ id: "other", source: "elsewhere", n_runs: "5", throughput_tok_s: 5 });
    const { throughput_tok_s: slower } = lengthRatios(workload(w), other, of(row(), other));
    expect(answer(w, row(), other)?.throughput_tok_s?.low).toBeCloseTo(5 * slower, 9);
  });

  test("a row that does not publish them is taken at typical ones, not at those of who asks", () => {
    const silent = row({ input_tokens: null, output_tokens: null });
    expect(lengthRatios(workload({ sequence_length: 8192 }), silent, of(silent)).energy_j_per_token).toBeGreaterThan(
      1.1,
    );
    expect(answer({}, silent)?.notes[0]).toContain("does not publish all of its lengths");
  });
});

test("another version, 16-bit twin, image input or flag is noted", () => {
  const found = answer(
    {},
    row({ model_id: SIBLING.id, precision: "bf16", workload: "image-chat", flag: "throughput_dip" }),
  );
  expect(found?.notes).toEqual([
    "toy-0001 measured toy/Seven-7B-Instruct, which has the same architecture.",
    "toy-0001 ran in bf16, which moves the same bytes as fp16.",
    "toy-0001 was measured with image or video input (image-chat).",
    "toy-0001 is flagged throughput dip.",
  ]);
});

test("what a row does not publish stays null", () => {
  const found = answer({}, row({ throughput_tok_s: null, power_w: null }));
  expect(found).toMatchObject({ throughput_tok_s: null, power_w: null, energy_j_per_token: { value: 10 } });
});

test("no row of this batch: not measured", () => {
  expect(answer({ batch_size: 2 }, row())).toBeNull();
});

test("a row of 2024 says so, and its interval reaches what today's software would use", () => {
  const data = catalogueOf({ measurements: [row({ framework: "vllm", date: "2024-08" })] });
  const newer = catalogueOf({ measurements: [row({ framework: "vllm", date: "2026-01" })] });
  const question = workload({ framework: "vllm" });
  const [older, today] = [measured(question, data), measured(question, newer)];
  expect(older?.energy_j_per_token.value).toBe(today?.energy_j_per_token.value);
  expect(older?.energy_j_per_token.low).toBeLessThan(today?.energy_j_per_token.low ?? 0);
  expect(older?.throughput_tok_s?.high).toBeGreaterThan(today?.throughput_tok_s?.high ?? 0);
  expect(older?.notes.join("\n")).toContain("vLLM 0.5 of 2024");
  expect(today?.notes.join("\n")).not.toContain("2024");
});
