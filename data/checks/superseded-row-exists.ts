import type { Located } from "../loose.ts";
import type { Measurement } from "../schema.ts";
import { at, byId, type Check, type Found } from "./check.ts";

export const supersededRowExists: Check = {
  id: "superseded-row-exists",
  title:
    "A correction names another row of the same GPU, model and precision and says why; no partner is a corrected row.",
  find: (data) => {
    const rows = byId(data.measurements);
    const corrections = new Map(data.measurements.map(({ value }) => [value.supersedes, value.id]));
    const partnerIsSuperseded = (row: Located<Measurement>): Found[] => {
      const { id, fp16_partner: partner } = row.value;
      const correction = partner === null || corrections.has(id) ? undefined : corrections.get(partner);
      if (correction === undefined) return [];
      return [at(row, id, `fp16_partner "${partner}" is superseded: name the correction ${correction}`)];
    };
    const wrongCorrection = (row: Located<Measurement>): Found[] => {
      const { id, supersedes, notes } = row.value;
      if (supersedes === null) return [];
      const old = rows.get(supersedes);
      if (!old || supersedes === id) return [at(row, id, `supersedes "${supersedes}", which is no other row`)];
      const same =
        old.gpu === row.value.gpu && old.model_id === row.value.model_id && old.precision === row.value.precision;
      return [
        ...(same ? [] : [at(row, id, `supersedes "${supersedes}", a row of another GPU, model or precision`)]),
        ...(notes ? [] : [at(row, id, `supersedes "${supersedes}" without saying why in notes`)]),
      ];
    };
    return data.measurements.flatMap((row) => [...wrongCorrection(row), ...partnerIsSuperseded(row)]);
  },
};
