import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import * as z from "zod";
import type { Method } from "./compiled.ts";

const ENGINE = join(import.meta.dirname, "../packages/engine/src");

/** data/method.yaml: the releases of the method, the newest first. */
export const MethodFileSchema = z.strictObject({
  releases: z
    .array(
      z.strictObject({
        version: z.string().regex(/^\d+\.\d+\.\d+$/),
        date: z.iso.date(),
        /** Tier → median of |after / before − 1| of energy per token over the questions of the release before; null for the first. Written by `npm run release`. */
        median_shift_percent: z.record(z.string(), z.number().nonnegative()).nullable(),
        changes: z.array(z.string()).min(1),
      }),
    )
    .min(1),
});

export type MethodFile = z.infer<typeof MethodFileSchema>;

/** The newest release, and what was compiled. */
export function methodOf(folder: string, datasetVersion: string): Method {
  const { releases } = MethodFileSchema.parse(parse(readFileSync(join(folder, "method.yaml"), "utf8")));
  const hash = createHash("sha256").update(datasetVersion);
  const files = readdirSync(ENGINE, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts") && !/\.(test|test-data)\.ts$/.test(path))
    .sort();
  for (const path of files) hash.update(path).update(readFileSync(join(ENGINE, path)));
  return { method_version: releases[0]?.version ?? "", generated_from: hash.digest("hex").slice(0, 16) };
}
