import type { QueryOf } from "./definition.ts";
import { type ClaimEvidence, type GroupFinding, isMeant, sessionOf } from "./evidence.ts";

/** A session agrees when every row that draws less power than its partner also uses less energy. */
export function lessPowerLessEnergy(query: QueryOf<"less-power-less-energy">, evidence: ClaimEvidence): GroupFinding[] {
  const pairs = evidence.rows
    .filter((row) => isMeant(query.where, row, evidence))
    .flatMap((row) => {
      const partner = row.fp16_partner === null ? undefined : evidence.row(row.fp16_partner);
      if (!partner || row.power_w === null || partner.power_w === null || row.power_w >= partner.power_w) return [];
      return [{ row, partner, saves: row.energy_j_per_token < partner.energy_j_per_token }];
    });
  return [...Map.groupBy(pairs, ({ row }) => sessionOf(row))].map(([group, members]) => {
    const saving = members.filter(({ saves }) => saves).length;
    return {
      group,
      n: members.length,
      n_agreeing: saving,
      summary: `${saving} of ${members.length} rows that draw less power than their partner also use less energy`,
      agrees: saving === members.length,
      evidence: [...new Set(members.flatMap(({ row, partner }) => [row.id, partner.id]))],
    };
  });
}
