// What a Worker does before its first request.
import { expect, test } from "vitest";
import type { Log } from "../packages/edge/src/service.ts";
import { warmUp } from "../packages/edge/src/warm-up.ts";
import { realService } from "./support/edge-service.ts";

test("every protocol answers its question at the start, and the parser is there", async () => {
  const logged: Parameters<Log>[0][] = [];
  let loaded = 0;
  const { loadPython, ...rest } = realService({ log: (record) => logged.push(record) });
  const load = () => {
    loaded += 1;
    return loadPython();
  };
  await warmUp({ ...rest, loadPython: load });
  expect(logged).toEqual([]);
  expect(loaded).toBe(1);
});

test("what fails is logged with its protocol, and stops nothing", async () => {
  const logged: Parameters<Log>[0][] = [];
  const service = realService({
    log: (record) => logged.push(record),
    loadPython: () => Promise.reject(new Error("no wasm")),
  });
  const protocols = service.protocols.map((protocol) =>
    protocol.id === "estimate"
      ? {
          ...protocol,
          run: () => {
            throw new Error("broken");
          },
        }
      : protocol,
  );
  await warmUp({ ...service, protocols });
  expect(logged).toEqual([
    { event: "warm-up-failed", protocol: "estimate", cause: "Error: broken" },
    { event: "warm-up-failed", protocol: "audit", cause: "Error: no wasm" },
  ]);
});
