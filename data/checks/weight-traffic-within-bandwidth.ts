import { at, byId, type Check } from "./check.ts";

export const weightTrafficWithinBandwidth: Check = {
  id: "weight-traffic-within-bandwidth",
  title: "At batch 1 every token reads every active 16-bit weight once: that traffic is at most the memory bandwidth.",
  find: (data) => {
    const gpus = byId(data.gpus);
    const models = byId(data.models);
    const precisions = byId(data.precisions);
    return data.measurements.flatMap((row) => {
      const { id, precision, batch_size: batch, throughput_tok_s: throughput, num_gpus: count } = row.value;
      const bandwidth = gpus.get(row.value.gpu)?.mem_bandwidth_gb_s;
      const params = models.get(row.value.model_id)?.params_b_active;
      const bytes = precisions.get(precision)?.bytes_per_weight;
      if ((precision !== "fp16" && precision !== "bf16") || batch !== 1) return [];
      if (!bandwidth || !params || !bytes || throughput === null) return [];
      const traffic = throughput * params * bytes;
      return traffic <= bandwidth * count
        ? []
        : [
            at(
              row,
              id,
              `${throughput} tok/s × ${params} G weights × ${bytes} B = ${traffic.toFixed(0)} GB/s, above ${bandwidth * count} GB/s`,
            ),
          ];
    });
  },
};
