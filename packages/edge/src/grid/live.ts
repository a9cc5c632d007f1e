import * as z from "zod";
import type { KeyValueStore } from "../service.ts";
import type { LiveZone } from "./zones.ts";

/** What the store holds for one zone: written by the Cron Trigger, read by requests. */
export const LiveFigureSchema = z.strictObject({
  gco2_per_kwh: z.number().min(0).max(2000),
  /** The moment that the figure is about. */
  time: z.iso.datetime(),
  statistic: z.enum(["average, actual", "average, estimated", "average, forecast"]),
  scope: z.enum(["direct", "lifecycle"]),
  mix: z.literal("consumption"),
  source: z.strictObject({ id: z.string(), url: z.string(), licence: z.string() }),
});
export type LiveFigure = z.infer<typeof LiveFigureSchema>;

/** An older figure is of another hour of the day: the year's average is then the better guess. */
export const LIVE_STALE_AFTER_MS = 2 * 3_600_000;
/** How long an isolate believes what it read: a read of the store for each request would cost more than it tells. */
const MEMORY_MS = 60_000;

export type LiveRead =
  | { readonly kind: "live"; readonly figure: LiveFigure }
  | { readonly kind: "stale"; readonly time: string }
  | { readonly kind: "absent"; readonly why: string };

export const liveKey = ({ source, zone }: LiveZone): string => `live-grid:${source}:${zone}`;

const remembered = new WeakMap<KeyValueStore, Map<string, { readonly at: number; readonly text: string | null }>>();

async function readText(store: KeyValueStore, key: string, now: number): Promise<string | null> {
  const memory = remembered.get(store) ?? new Map<string, { at: number; text: string | null }>();
  remembered.set(store, memory);
  const known = memory.get(key);
  if (known && now - known.at < MEMORY_MS) return known.text;
  const text = await store.get(key);
  memory.set(key, { at: now, text });
  return text;
}

/** The stored figure of a zone; whatever is wrong with it comes back as a reason, never as an error. */
export async function readLive(store: KeyValueStore | undefined, zone: LiveZone, now: number): Promise<LiveRead> {
  if (!store) return { kind: "absent", why: "this deployment keeps no live figures" };
  let stored: unknown;
  try {
    const text = await readText(store, liveKey(zone), now);
    if (text === null) return { kind: "absent", why: `no figure of ${zone.zone} has arrived yet` };
    stored = JSON.parse(text);
  } catch (cause) {
    return { kind: "absent", why: `the store could not be read (${cause instanceof Error ? cause.name : "unknown"})` };
  }
  const parsed = LiveFigureSchema.safeParse(stored);
  if (!parsed.success) return { kind: "absent", why: "the stored figure is not one" };
  const age = now - Date.parse(parsed.data.time);
  return age > LIVE_STALE_AFTER_MS ? { kind: "stale", time: parsed.data.time } : { kind: "live", figure: parsed.data };
}
