import type { Terminal } from "./terminal.ts";

/** What a long scan is at, on one line of the error output that is wiped at its end. Silent where nobody looks. */
export interface Progress {
  readonly tell: (what: string) => void;
  readonly end: () => void;
}

const SHOW_AFTER_MS = 500;
const EVERY_MS = 100;
const WIPE = "\r\u001b[K";

export function progressOn(terminal: Terminal, now: () => number = () => performance.now()): Progress {
  if (!terminal.isErrorTerminal) return { tell: () => {}, end: () => {} };
  const started = now();
  let last = Number.NEGATIVE_INFINITY;
  let shown = false;
  return {
    tell(what) {
      const at = now();
      if (at - started < SHOW_AFTER_MS || at - last < EVERY_MS) return;
      last = at;
      shown = true;
      terminal.writeError(`${WIPE}ecocompute: ${what} …`);
    },
    end() {
      if (shown) terminal.writeError(WIPE);
    },
  };
}
