import type { Exception, LooseData, Problem } from "../loose.ts";
import { aliasesUnique } from "./aliases-unique.ts";
import type { Check } from "./check.ts";
import { energyIsPowerOverThroughputCheck } from "./energy-is-power-over-throughput.ts";
import { fileNameIsId } from "./file-name-is-id.ts";
import { grossConversionCheck } from "./gross-conversion.ts";
import { noDuplicates } from "./no-duplicates.ts";
import { nothingDisputedIsUsed } from "./nothing-disputed-is-used.ts";
import { oneArchitectureOneShape } from "./one-architecture-one-shape.ts";
import { powerWithinTdpCheck } from "./power-within-tdp.ts";
import { quantizedRowHasPartner } from "./quantized-row-has-partner.ts";
import { readingsAgreeCheck } from "./readings-agree.ts";
import { referencesResolve } from "./references-resolve.ts";
import { rowAgreesWithSource } from "./row-agrees-with-source.ts";
import { sourceComplete } from "./source-complete.ts";
import { supersededRowExists } from "./superseded-row-exists.ts";
import { unitsAndRanges } from "./units-and-ranges.ts";
import { weightTrafficWithinBandwidthCheck } from "./weight-traffic-within-bandwidth.ts";

export const CHECKS: readonly Check[] = [
  fileNameIsId,
  referencesResolve,
  supersededRowExists,
  sourceComplete,
  rowAgreesWithSource,
  unitsAndRanges,
  grossConversionCheck,
  energyIsPowerOverThroughputCheck,
  powerWithinTdpCheck,
  weightTrafficWithinBandwidthCheck,
  readingsAgreeCheck,
  quantizedRowHasPartner,
  oneArchitectureOneShape,
  aliasesUnique,
  noDuplicates,
  nothingDisputedIsUsed,
];

/** All problems of all checks at once, less those that an exception names; an exception that nothing needs is a problem. */
export function runChecks(data: LooseData): Problem[] {
  const found = CHECKS.flatMap(({ id, find }) => find(data).map((problem) => ({ check: id, ...problem })));
  const covers = ({ check, subject }: Exception, problem: Problem): boolean =>
    check === problem.check && (subject === problem.subject || subject === problem.file);
  return [
    ...data.unreadable,
    ...found.filter((problem) => !data.exceptions.some(({ value }) => covers(value, problem))),
    ...data.exceptions
      .filter(({ value }) => !found.some((problem) => covers(value, problem)))
      .map(({ value, file, line }) => ({
        check: "exceptions",
        file,
        line,
        subject: value.subject,
        message: `nothing needs the exception of ${value.subject} from ${value.check}: remove it`,
      })),
  ];
}
