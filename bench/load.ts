import { once } from "node:events";
import { connect } from "node:net";

/** The path of the n-th request. */
export type Path = (turn: number) => string;

export interface Load {
  readonly requestsPerSecond: number;
  /** Answers that were not 200. */
  readonly failed: number;
}

/** GETs paths on `connections` kept-alive sockets for `seconds`, one request in flight on each. Raw sockets: node:http would be the bottleneck. */
export async function load(port: number, path: Path, connections: number, seconds: number): Promise<Load> {
  let turn = 0;
  const request = (): string => {
    turn += 1;
    return `GET ${path(turn)} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAccept: application/json\r\n\r\n`;
  };
  const started = performance.now();
  const end = started + seconds * 1000;
  const counts = await Promise.all(Array.from({ length: connections }, () => drive(port, request, end)));
  const elapsed = (performance.now() - started) / 1000;
  const done = counts.reduce((sum, count) => sum + count.done, 0);
  return { requestsPerSecond: done / elapsed, failed: counts.reduce((sum, count) => sum + count.failed, 0) };
}

async function drive(port: number, request: () => string, end: number): Promise<{ done: number; failed: number }> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  await once(socket, "connect");
  let done = 0;
  let failed = 0;
  let received = Buffer.alloc(0);
  socket.on("data", (chunk) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
    const length = answerLength(received);
    if (length === null || received.length < length) return;
    done += 1;
    if (!received.subarray(0, 12).equals(OK)) failed += 1;
    received = Buffer.alloc(0);
    if (performance.now() >= end) socket.end();
    else socket.write(request());
  });
  socket.write(request());
  await once(socket, "close");
  return { done, failed };
}

const OK = Buffer.from("HTTP/1.1 200");

/** Bytes of the whole answer, or null while its head has not arrived. workerd states the length of a text body. */
function answerLength(received: Buffer): number | null {
  const head = received.indexOf("\r\n\r\n");
  if (head < 0) return null;
  const length = /content-length: (\d+)/i.exec(received.toString("latin1", 0, head))?.[1];
  if (length === undefined) throw new Error("the answer does not state its length");
  return head + 4 + Number(length);
}
