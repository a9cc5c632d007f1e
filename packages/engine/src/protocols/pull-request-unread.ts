import type { AuditedDeployment } from "../domain/audit-report.ts";
import type { AuditedSide } from "./audit.ts";

/** One deployment at both sides, where each has it. */
export interface Pair {
  readonly before: AuditedDeployment | null;
  readonly after: AuditedDeployment | null;
}

/** Why a side of a file may hide a deployment that the other side shows, by the path at the head; null: it hides none. */
export interface HiddenSides {
  readonly before: (path: string) => string | null;
  readonly after: (path: string) => string | null;
}

type Unread = AuditedSide["unread"];

/** A part that is off by default is read and understood. */
const UNDERSTOOD = /^off by default/;

/** @param skipped what the host could not read: of a file that has a deployment on one side it is the other side */
export function hiddenSides(
  base: AuditedSide,
  head: AuditedSide,
  pathAtHead: (path: string) => string,
  skipped: readonly { readonly path: string; readonly why: string }[],
): HiddenSides {
  const atBase: Unread = new Map([...base.unread].map(([path, reasons]) => [pathAtHead(path), reasons]));
  const byHost = new Map(skipped.map(({ path, why }) => [pathAtHead(path), why]));
  return {
    before: (path) => byHost.get(path) ?? hiddenIn(path, atBase, head.unread),
    after: (path) => byHost.get(path) ?? hiddenIn(path, head.unread, atBase),
  };
}

/** What both sides do not say hides nothing of their difference. */
function hiddenIn(path: string, side: Unread, other: Unread): string | null {
  const known = [...(other.get(path) ?? [])];
  for (const why of side.get(path) ?? []) {
    const index = known.indexOf(why);
    if (index >= 0) known.splice(index, 1);
    else if (!UNDERSTOOD.test(why)) return why;
  }
  return null;
}

/** What is missing on a side that could not be read is not known, and so it is neither removed nor new. */
export function withUnread(
  { before, after }: Pair,
  hidden: HiddenSides,
  asAtHead: (atBase: AuditedDeployment) => AuditedDeployment,
): Pair {
  if (before && !after) {
    const there = asAtHead(before);
    const why = hidden.after(there.path);
    return { before, after: why === null ? null : unread(there, "at the head", why, "is still there") };
  }
  if (after && !before) {
    const why = hidden.before(after.path);
    return { before: why === null ? null : unread(after, "at the base", why, "was there before"), after };
  }
  return { before, after };
}

const unread = (there: AuditedDeployment, side: string, reason: string, what: string): AuditedDeployment => ({
  ...there,
  configuration: null,
  metrics: null,
  monthly: null,
  basis: null,
  assumed: [],
  unresolved: [],
  not_estimated: {
    why: `${there.path} could not be read in full ${side} (${reason}), so it is not known whether this deployment ${what}.`,
    how_to_measure: "Mend the file or split it, so that both sides can be compared.",
  },
});
