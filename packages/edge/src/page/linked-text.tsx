import type { Catalogue } from "@ecocompute/engine";
import type { FC } from "hono/jsx";

/** What may be an id of a measurement; the catalogue knows whether it is one. */
export const EVIDENCE_ID = /\b([a-z][a-z0-9]*(?:-[a-z0-9]+){1,5}-\d{4})\b/;

/** A sentence of a report, with the measurements that it names linked. */
export const LinkedText: FC<{ readonly text: string; readonly catalogue: Catalogue }> = ({ text, catalogue }) => (
  <>
    {text
      .split(EVIDENCE_ID)
      .map((part, i) =>
        i % 2 === 1 && catalogue.measurementById.has(part) ? <a href={`/evidence/${part}`}>{part}</a> : part,
      )}
  </>
);
