import type { Catalogue } from "../../packages/engine/src/domain/catalogue.ts";
import { predictRow } from "../../packages/engine/src/evidence/row-run.ts";
import { type CoefficientValues, EAGER_FITTED } from "../../packages/engine/src/physics/coefficients.ts";
import type { Observation } from "./observations.ts";
import { RANGES, type Range } from "./ranges.ts";
import { solve } from "./solve.ts";
import { geometricMean } from "./statistics.ts";
import { logErrors, rounded } from "./targets.ts";

const HOST = "eager_layer_ms_fp16";
const INT8_DEFAULT = "eager_launch_extra_int8_default";
const NF4 = ["eager_launch_extra_nf4", "eager_launch_extra_nf4_dq"] as const;
const POWER = ["eager_power_floor", "eager_power_memory", "eager_power_compute"] as const;

/** One session's host and stack: they differ by 3x in launches and by 2x in default INT8, and a little in power. */
export interface Session {
  readonly layer_ms: number;
  /** Default INT8's launches over what all sessions have. */
  readonly int8_default: number;
  /** NF4's launches, double quantization's too, over what all sessions have. */
  readonly nf4: number;
  /** Power above idle over what all sessions have. */
  readonly power: number;
}

export interface EagerFit {
  readonly values: Partial<CoefficientValues>;
  readonly sessions: Readonly<Record<string, Session>>;
}

/** A session's own factor around 1: the usual firmness draws it there. */
const around1 = (firmness: number): Range => ({ low: 0.3, start: 1, high: 3, unit: "1", meaning: "", firmness });
/** Sessions' power differs less than their launches. */
const POWER_FIRMNESS = 4;

/** The shared coefficients as a row of this session meets them. */
export const inSession = (c: CoefficientValues, session: Session | undefined): CoefficientValues =>
  session === undefined
    ? c
    : {
        ...c,
        [HOST]: session.layer_ms,
        [INT8_DEFAULT]: c[INT8_DEFAULT] * session.int8_default,
        ...Object.fromEntries(NF4.map((name) => [name, c[name] * session.nf4])),
        ...Object.fromEntries(POWER.map((name) => [name, c[name] * session.power])),
      };

/** The eager regime: launch time is the host's, so every session has one of its own; the coefficient is their geometric mean. */
export function fitEager(rows: readonly Observation[], start: CoefficientValues, catalogue: Catalogue): EagerFit {
  const names = [...new Set(rows.map(({ row }) => row.source))].sort();
  const host = RANGES[HOST];
  if (!host) throw new Error(`no range for ${HOST}`);
  const ranges: Record<string, Range> = {};
  for (const name of EAGER_FITTED) {
    const range = RANGES[name];
    if (range && name !== HOST) ranges[name] = range;
  }
  for (const name of names) {
    ranges[`host:${name}`] = host;
    ranges[`int8:${name}`] = around1(1);
    ranges[`nf4:${name}`] = around1(1);
    ranges[`power:${name}`] = around1(POWER_FIRMNESS);
  }
  const sessionOf = (solved: Readonly<Record<string, number>>, name: string): Session => ({
    layer_ms: solved[`host:${name}`] ?? host.start,
    int8_default: solved[`int8:${name}`] ?? 1,
    nf4: solved[`nf4:${name}`] ?? 1,
    power: solved[`power:${name}`] ?? 1,
  });
  const solved = solve(ranges, (parameters) => {
    const shared = { ...start, ...parameters };
    const bySession = new Map(names.map((name) => [name, inSession(shared, sessionOf(parameters, name))]));
    return rows.flatMap(({ row }) => logErrors(row, predictRow(row, catalogue, bySession.get(row.source) ?? shared)));
  });
  const sessions = Object.fromEntries(names.map((name) => [name, rounded({ ...sessionOf(solved, name) })]));
  const shared = Object.fromEntries(
    EAGER_FITTED.filter((name) => name !== HOST).map((name) => [name, solved[name] ?? start[name]]),
  );
  const mean = geometricMean(Object.values(sessions).map(({ layer_ms }) => layer_ms));
  return { values: rounded({ ...shared, [HOST]: mean }), sessions };
}
