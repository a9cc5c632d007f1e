import type { Catalogue } from "../../packages/engine/src/domain/catalogue.ts";
import { predictRow } from "../../packages/engine/src/evidence/row-run.ts";
import { type CoefficientValues, EAGER_FITTED } from "../../packages/engine/src/physics/coefficients.ts";
import type { Observation } from "./observations.ts";
import { RANGES, type Range } from "./ranges.ts";
import { solve } from "./solve.ts";
import { logErrors, rounded } from "./targets.ts";

const HOST = "eager_layer_ms_fp16";
const hostName = (session: string): string => `host:${session}`;

export interface EagerFit {
  readonly values: Partial<CoefficientValues>;
  readonly hosts: Readonly<Record<string, number>>;
}

/** The eager regime: launch time is the host's, so every session has one of its own; the coefficient is their geometric mean. */
export function fitEager(rows: readonly Observation[], start: CoefficientValues, catalogue: Catalogue): EagerFit {
  const sessions = [...new Set(rows.map(({ row }) => row.source))].sort();
  const host = RANGES[HOST];
  if (!host) throw new Error(`no range for ${HOST}`);
  const ranges: Record<string, Range> = {};
  for (const name of EAGER_FITTED) {
    const range = RANGES[name];
    if (range && name !== HOST) ranges[name] = range;
  }
  for (const session of sessions) ranges[hostName(session)] = host;
  const solved = solve(ranges, (parameters) =>
    rows.flatMap(({ row }) => {
      const c = { ...start, ...parameters, [HOST]: parameters[hostName(row.source)] ?? host.start };
      return logErrors(row, predictRow(row, catalogue, c));
    }),
  );
  const hosts = Object.fromEntries(sessions.map((session) => [session, solved[hostName(session)] ?? host.start]));
  const logs = Object.values(hosts).map(Math.log);
  const mean = Math.exp(logs.reduce((s, x) => s + x, 0) / Math.max(1, logs.length));
  const shared = Object.fromEntries(
    EAGER_FITTED.filter((name) => name !== HOST).map((name) => [name, solved[name] ?? start[name]]),
  );
  return { values: rounded({ ...shared, [HOST]: mean }), hosts: rounded(hosts) };
}
