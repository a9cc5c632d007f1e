import type { FC } from "hono/jsx";

/** An id of a measurement: its source's id and four digits. */
const EVIDENCE_ID = /\b([a-z][a-z0-9]*(?:-[a-z0-9]+){1,5}-\d{4})\b/;

/** A sentence of a report, with the measurements that it names linked. */
export const LinkedText: FC<{ readonly text: string }> = ({ text }) => (
  <>{text.split(EVIDENCE_ID).map((part, i) => (i % 2 === 1 ? <a href={`/evidence/${part}`}>{part}</a> : part))}</>
);
