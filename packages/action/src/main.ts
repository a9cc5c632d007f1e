import * as core from "@actions/core";
import { run } from "./run.ts";

try {
  process.exitCode = await run(process.env);
} catch (cause) {
  // The one place where a bug ends up: told with its cause, and never taken for a clean result.
  core.error(
    `EcoCompute failed by a bug of its own, please report it: ${cause instanceof Error ? cause.message : cause}`,
  );
  if (cause instanceof Error) core.info(cause.stack ?? "");
  if (cause instanceof Error && cause.cause !== undefined) core.info(`Cause: ${String(cause.cause)}`);
  core.setOutput("verdict", "could-not-analyse");
  process.exitCode = 3;
}
