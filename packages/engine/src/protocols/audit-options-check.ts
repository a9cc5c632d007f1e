import type { Catalogue } from "../domain/catalogue.ts";
import type { Outcome } from "../domain/problem.ts";
import { type AuditOptions, AuditOptionsSchema } from "./audit-options.ts";
import { invalid, parse } from "./parse.ts";
import { resolveGpu } from "./resolve-gpu.ts";
import { resolveRegion } from "./resolve-region.ts";
import { shown } from "./shown.ts";

/** Raw values of a host, such as flags, as the options of an audit. */
export function parseAuditOptions(input: unknown, catalogue: Catalogue): Outcome<AuditOptions> {
  const parsed = parse(AuditOptionsSchema, input);
  if (!parsed.ok) return parsed;
  return checkOptions(parsed.value, catalogue) ?? parsed;
}

/** A GPU or region that the catalogue does not know is the caller's mistake, not a file's. */
export function checkOptions(options: AuditOptions, catalogue: Catalogue): ReturnType<typeof invalid> | null {
  const errors = [];
  if (options.hardware_platform !== undefined) {
    const gpu = resolveGpu(options.hardware_platform, catalogue);
    if ("error" in gpu) errors.push(gpu.error);
  }
  if (options.region !== undefined) {
    const region = resolveRegion(options.region, catalogue);
    if ("error" in region) errors.push(region.error);
  }
  if (options.requests_per_day !== undefined && options.requests_per_month !== undefined) {
    const message = "expected either requests_per_day or requests_per_month, not both";
    errors.push({ parameter: "requests_per_day", message, received: shown(options.requests_per_day) });
  }
  return errors.length > 0 ? invalid(errors) : null;
}
