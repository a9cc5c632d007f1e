import * as z from "zod";

/** Reports that the trend goes back to. */
export const MAX_HISTORY = 24;
/** Deployments whose energy is kept for the next report: the largest. */
const MAX_KEPT = 150;
const MAX_TEXT = 32_768;

const amount = z.number().min(0).max(1e15);
const HistorySchema = z.strictObject({
  day: z.string().regex(/^\d{4}-\d{2}-\d{2}$/),
  energy_kwh: amount,
  cost_usd: amount.nullable(),
  carbon_kgco2e: amount.nullable(),
  rental_usd: amount.nullable(),
  deployments: z.int().min(0).max(1e6),
  not_estimated: z.int().min(0).max(1e6),
  findings: z.int().min(0).max(1e6),
});
/** One report of the past. */
export type HistoryEntry = Readonly<z.infer<typeof HistorySchema>>;

const DeploymentsSchema = z.strictObject({
  day: z.string().regex(/^\d{4}-\d{2}-\d{2}$/),
  /** Energy by deployment, kWh a month; null: not estimated. */
  energy_kwh: z.record(z.string().max(1_000), amount.nullable()),
  /** Were all deployments kept? If not, one that is missing need not be new. */
  complete: z.boolean(),
});
/** The deployments of one report. */
export type KeptDeployments = Readonly<z.infer<typeof DeploymentsSchema>>;

const StateSchema = z.strictObject({
  version: z.literal(1),
  /** Oldest first. */
  history: z.array(HistorySchema).max(MAX_HISTORY),
  last: DeploymentsSchema,
  /** Of the day before: what a second report of one day compares with. */
  before: DeploymentsSchema.nullable(),
});
/** What one report leaves to the next, in the body of the issue. */
export type ReportState = Readonly<z.infer<typeof StateSchema>>;

const START = "<!-- ecocompute-state ";
const END = " -->";

const thousandths = (value: number): number => Number(value.toFixed(3));

/** As an HTML comment that its content cannot end. */
export function writeState({ history, last, before }: Omit<ReportState, "version">): string {
  for (let most = MAX_KEPT; ; most = Math.floor(most / 2)) {
    const state: ReportState = {
      version: 1,
      history: history.slice(-MAX_HISTORY),
      last: largest(last, most),
      before: before && largest(before, most),
    };
    // `--`, `>` and what is not seen stand in texts only, where an escape means the same.
    const text = JSON.stringify(state)
      .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, escapeSequence)
      .replaceAll("--", "-\\u002d")
      .replaceAll("<", "\\u003c")
      .replaceAll(">", "\\u003e");
    if (text.length <= MAX_TEXT || most === 0) return `${START}${text}${END}`;
  }
}

/** `\u202e`; two of them for a character beyond the first plane. */
const escapeSequence = (character: string): string =>
  Array.from({ length: character.length }, (_, i) => character.charCodeAt(i).toString(16).padStart(4, "0"))
    .map((unit) => `\\u${unit}`)
    .join("");

function largest({ day, energy_kwh, complete }: KeptDeployments, most: number): KeptDeployments {
  const all = Object.entries(energy_kwh).sort(([, a], [, b]) => (b ?? 0) - (a ?? 0));
  const kept = all.slice(0, most).map(([id, kwh]) => [id, kwh === null ? null : thousandths(kwh)] as const);
  return { day, energy_kwh: Object.fromEntries(kept), complete: complete && kept.length === all.length };
}

export type StateRead =
  | { readonly kind: "read"; readonly state: ReportState }
  | { readonly kind: "absent" }
  | { readonly kind: "broken" };

/** Reads the state out of an issue's body, which people may edit: what is not exactly a state is none. */
export function readState(body: string): StateRead {
  const start = body.lastIndexOf(START);
  if (start < 0) return { kind: "absent" };
  const end = body.indexOf(END, start);
  const text = end < 0 ? "" : body.slice(start + START.length, end);
  if (text === "" || text.length > 2 * MAX_TEXT) return { kind: "broken" };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: "broken" };
  }
  const parsed = StateSchema.safeParse(value);
  return parsed.success ? { kind: "read", state: parsed.data } : { kind: "broken" };
}
