import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { createApp } from "../../packages/edge/src/app.ts";
import type { Service } from "../../packages/edge/src/service.ts";

export interface ServedApp {
  readonly base: string;
  readonly stop: () => Promise<void>;
}

/** The app behind a real socket of the loopback, for clients that speak HTTP. */
export async function serveApp(service: Service): Promise<ServedApp> {
  const app = createApp(service);
  const server = createServer(async (incoming, outgoing) => {
    const response = await app.fetch(await requestOf(incoming), {});
    outgoing.writeHead(response.status, Object.fromEntries(response.headers));
    outgoing.end(Buffer.from(await response.arrayBuffer()));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    base: `http://127.0.0.1:${address.port}`,
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

async function requestOf(incoming: IncomingMessage): Promise<Request> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) headers.set(name, [value ?? ""].flat().join(", "));
  const hasBody = incoming.method !== "GET" && incoming.method !== "HEAD";
  return new Request(`http://${incoming.headers.host}${incoming.url}`, {
    method: incoming.method ?? "GET",
    headers,
    ...(hasBody ? { body: Buffer.concat(chunks) } : {}),
  });
}
