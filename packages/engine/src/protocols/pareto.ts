import { byObjective, energyOf, type Searched, sixDigits } from "./search.ts";

/**
 * The configurations than which none uses less energy at no more latency, by their own figures: least energy first,
 * then ever faster. Of several with the same figures one; one without a latency cannot be placed.
 */
export function paretoFront(searched: readonly Searched[]): readonly Searched[] {
  const placed = searched.flatMap((each) => {
    const latency = each.candidate.metrics.latency_ms_per_request?.value;
    return latency === undefined ? [] : [{ each, energy: energyOf(each.candidate), latency }];
  });
  placed.sort(
    (a, b) =>
      sixDigits(a.energy) - sixDigits(b.energy) ||
      sixDigits(a.latency) - sixDigits(b.latency) ||
      byObjective(a.each, b.each),
  );
  let fastest = Number.POSITIVE_INFINITY;
  return placed.flatMap(({ each, latency }) => {
    if (sixDigits(latency) >= fastest) return [];
    fastest = sixDigits(latency);
    return [each];
  });
}
