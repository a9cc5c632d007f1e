import { architectureId, isSwitched, type Measurement } from "../schema.ts";
import { at, byId, type Check, isNear } from "./check.ts";

const BATCH_TOLERANCE = 0.02;

export const quantizedRowHasPartner: Check = {
  id: "quantized-row-has-partner",
  title:
    'A quantized row names its 16-bit row of the same session and setting, or says "none"; a 16-bit row names nothing.',
  find: (data) => {
    const rows = byId(data.measurements);
    const models = byId(data.models);
    const precisions = byId(data.precisions);
    const shape = (row: Measurement): string => {
      const model = models.get(row.model_id);
      return model ? architectureId(model) : row.model_id;
    };
    const differs = (row: Measurement, partner: Measurement): string[] => [
      ...(row.source === partner.source ? [] : ["session"]),
      ...(row.gpu === partner.gpu && row.num_gpus === partner.num_gpus ? [] : ["GPUs"]),
      ...(row.framework === partner.framework ? [] : ["framework"]),
      ...(shape(row) === shape(partner) ? [] : ["architecture"]),
      ...(isNear(partner.batch_size, row.batch_size, BATCH_TOLERANCE) ? [] : ["batch size"]),
      ...(row.workload === partner.workload ? [] : ["workload"]),
      ...(row.data_parallel === partner.data_parallel ? [] : ["data parallelism"]),
      ...(isSwitched(row) || isSwitched(partner) ? ["kind: torch.compile or no KV cache"] : []),
      ...(precisions.get(partner.precision)?.quantized === false ? [] : ["precision (quantized itself)"]),
    ];
    return data.measurements.flatMap((row) => {
      const { id, fp16_partner: named, precision } = row.value;
      const quantized = precisions.get(precision)?.quantized;
      if (quantized === undefined) return [];
      if (!quantized)
        return named === null ? [] : [at(row, id, `a ${precision} row has no 16-bit partner, received "${named}"`)];
      if (named === null) return [at(row, id, `a ${precision} row names its 16-bit partner, or "none"`)];
      const partner = rows.get(named);
      const wrong = partner ? differs(row.value, partner) : [];
      return wrong.length === 0 ? [] : [at(row, id, `partner "${named}" is of another ${wrong.join(", ")}`)];
    });
  },
};
