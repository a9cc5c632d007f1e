/** The process as commands see it; tests pass one of their own. */
export interface Terminal {
  readonly cwd: string;
  readonly write: (text: string) => void;
  readonly writeError: (text: string) => void;
  /** Columns of the standard output; null where it is no terminal. */
  readonly columns: number | null;
  readonly isErrorTerminal: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** YYYY-MM-DD, for suppressions that end. */
  readonly today: string;
}

const DEFAULT_WIDTH = 100;
/** Longer lines are hard to read. */
const WIDEST = 120;
const NARROWEST = 60;

/** The terminal's, else what COLUMNS says, as where the output is piped into a pager. */
export function widthOf({ columns, environment }: Terminal): number {
  const said = /^\d{1,4}$/.test(environment.COLUMNS ?? "") ? Number(environment.COLUMNS) : DEFAULT_WIDTH;
  return Math.max(NARROWEST, Math.min(columns ?? said, WIDEST));
}

/** A flag wins, then NO_COLOR and FORCE_COLOR (no-color.org), then whether a person is looking. */
export function isColoured({ columns, environment }: Terminal, asked: boolean | undefined): boolean {
  if (asked !== undefined) return asked;
  if (environment.NO_COLOR) return false;
  if (environment.FORCE_COLOR) return environment.FORCE_COLOR !== "0";
  return columns !== null && environment.TERM !== "dumb";
}

export function processTerminal(): Terminal {
  const now = new Date();
  const pad = (n: number) => String(n).padStart(2, "0");
  return {
    cwd: process.cwd(),
    write: (text) => process.stdout.write(text),
    writeError: (text) => process.stderr.write(text),
    columns: process.stdout.isTTY ? process.stdout.columns || DEFAULT_WIDTH : null,
    isErrorTerminal: process.stderr.isTTY === true,
    environment: process.env,
    today: `${now.getFullYear()}-${pad(now.getMonth() + 1)}-${pad(now.getDate())}`,
  };
}
