import { run } from "./run.ts";
import { processTerminal } from "./terminal.ts";

// "| head" closes the pipe: nobody is left to write for.
process.stdout.on("error", (cause: NodeJS.ErrnoException) => {
  if (cause.code !== "EPIPE") throw cause;
  process.exit();
});

try {
  process.exitCode = await run(process.argv.slice(2), processTerminal());
} catch (cause) {
  // The one place where a bug ends up: told with its cause, and never taken for a clean result.
  console.error("ecocompute failed by a bug of its own, please report it:", cause);
  process.exitCode = 3;
}
