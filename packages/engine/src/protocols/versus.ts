import type { Versus } from "../domain/report.ts";
import type { Ratio } from "../evidence/ratio.ts";
import { asPercent } from "./paradox.ts";

/** A decision as a report shows it. */
export const versus = ({ ratio, probability_less_energy, separable }: Ratio): Versus => ({
  energy_percent: asPercent(ratio),
  probability_less_energy,
  separable,
});
