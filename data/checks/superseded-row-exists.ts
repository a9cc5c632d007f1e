import { at, byId, type Check } from "./check.ts";

export const supersededRowExists: Check = {
  id: "superseded-row-exists",
  title: "A correction names an existing row of the same GPU, model and precision, another than itself, and says why.",
  find: (data) => {
    const rows = byId(data.measurements);
    return data.measurements.flatMap((row) => {
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
    });
  },
};
