// One replica under random traffic, event by event: what the load model's mean values are held against.

/** How a replica behaves with `n` sequences at once. */
export interface Server {
  readonly max_num_seqs: number;
  /** Output tokens per second of the whole batch. */
  readonly throughput: (n: number) => number;
  /** Watts; n = 0 is idle with weights loaded. */
  readonly power: (n: number) => number;
}

/** Mulberry32: small, seeded, good enough for arrivals. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let x = Math.imul(state ^ (state >>> 15), state | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 4294967296;
  };
}

export interface Simulated {
  readonly j_per_token: number;
  readonly busy_fraction: number;
  readonly mean_active: number;
}

/** Requests that pass before the replica is taken to have settled, as a share of those that are measured. */
const WARM_UP = 0.25;

/**
 * Poisson arrivals at `rate` per second, each of `tokens` output tokens on average (exponential, or all alike), served by
 * continuous batching: the active ones share the throughput alike, the rest wait in order. Measured over `requests`.
 */
export function simulate(
  server: Server,
  rate: number,
  tokens: number,
  lengths: "alike" | "exponential",
  requests: number,
  seed: number,
): Simulated {
  const random = randomOf(seed);
  const exponential = (mean: number) => -mean * Math.log(1 - random());
  const active: { left: number }[] = [];
  const waiting: { left: number }[] = [];
  let [now, next, done] = [0, exponential(1 / rate), 0];
  let [time, energy, busy, activeTime, made] = [0, 0, 0, 0, 0];
  while (done < requests * (1 + WARM_UP)) {
    const n = active.length;
    const perSequence = n === 0 ? 0 : server.throughput(n) / n;
    const shortest = active.reduce<{ left: number } | null>((a, b) => (a && a.left <= b.left ? a : b), null);
    const finish = shortest ? now + shortest.left / perSequence : Number.POSITIVE_INFINITY;
    const elapsed = Math.min(next, finish) - now;
    if (done >= requests * WARM_UP) {
      time += elapsed;
      energy += elapsed * server.power(n);
      busy += n > 0 ? elapsed : 0;
      activeTime += elapsed * n;
      made += elapsed * perSequence * n;
    }
    for (const each of active) each.left -= elapsed * perSequence;
    if (shortest && finish <= next) {
      now = finish;
      active.splice(active.indexOf(shortest), 1);
      done += 1;
      const first = waiting.shift();
      if (first) active.push(first);
    } else {
      now = next;
      const request = { left: lengths === "alike" ? tokens : exponential(tokens) };
      (active.length < server.max_num_seqs ? active : waiting).push(request);
      next = now + exponential(1 / rate);
    }
  }
  return { j_per_token: energy / made, busy_fraction: busy / time, mean_active: activeTime / time };
}
