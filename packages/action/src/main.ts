import { setFlagsFromString } from "node:v8";
import * as core from "@actions/core";
import { log } from "./log.ts";
import { run } from "./run.ts";

// What parsing leaves is collected while it is young: 300 MB in place of 540 on 3,000 hostile files, at the same speed.
setFlagsFromString("--semi-space-growth-factor=1");

try {
  process.exitCode = await run(process.env);
} catch (cause) {
  // The one place where a bug ends up: told with its cause, and never taken for a clean result.
  log.error(
    `EcoCompute failed by a bug of its own, please report it: ${cause instanceof Error ? cause.message : cause}`,
  );
  if (cause instanceof Error) for (const line of cause.stack?.split("\n") ?? []) log.info(line);
  if (cause instanceof Error && cause.cause !== undefined) log.info(`Cause: ${String(cause.cause)}`);
  core.setOutput("verdict", "could-not-analyse");
  process.exitCode = 3;
}
