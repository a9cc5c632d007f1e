import { at, byId, type Check } from "./check.ts";

/** Boards exceed their TDP by little and briefly. */
const MARGIN = 1.05;

export const powerWithinTdp: Check = {
  id: "power-within-tdp",
  title: "Mean power, stated or implied by energy and throughput, is at most GPUs × TDP × 1.05.",
  find: (data) => {
    const gpus = byId(data.gpus);
    return data.measurements.flatMap((row) => {
      const { id, num_gpus: count, throughput_tok_s: throughput, energy_j_per_token: energy, energy_scope } = row.value;
      const tdp = gpus.get(row.value.gpu)?.tdp_w;
      if (!tdp || energy_scope !== "gpu_board") return [];
      const power = row.value.power_w ?? (throughput === null ? null : energy * throughput);
      const limit = count * tdp * MARGIN;
      return power === null || power <= limit
        ? []
        : [at(row, id, `${power} W is above ${count} × ${tdp} W TDP × ${MARGIN} = ${limit.toFixed(0)} W`)];
    });
  },
};
