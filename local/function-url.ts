import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Clock } from "./clock.ts";
import { freePort } from "./free-port.ts";
import { bodyOf, eventFor, reply, respond } from "./http-event.ts";
import type { LocalFunction } from "./lambda.ts";
import type { Meter } from "./meter.ts";
import type { Shelf } from "./store.ts";
import { listen } from "./listen.ts";

/** An address of a function's own as the template declares it. */
export interface FunctionUrlDeclaration {
  readonly functionName: string;
  readonly url: string;
}

const shelfName = "function urls";

/** Ports for addresses by their names: the same at every start, because whoever was told an address goes on calling it. */
export async function portsFor(names: readonly string[], shelf: Shelf): Promise<ReadonlyMap<string, number>> {
  const ports = new Map<string, number>();
  for (const name of names) {
    const kept = shelf.get(shelfName, name);
    const port = typeof kept === "number" ? kept : await freePort();
    shelf.put(shelfName, name, port);
    ports.set(name, port);
  }
  return ports;
}

/** Serves a function's own address: every path and method goes to the function. */
export async function startFunctionUrl(
  target: LocalFunction,
  { url }: FunctionUrlDeclaration,
  clock: Clock,
  meter: Meter,
): Promise<Server> {
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const { pathname, search } = new URL(request.url ?? "/", url);
    const body = await bodyOf(request);
    if (body === undefined) return reply(response, 413, { message: "Request Entity Too Large" });
    const { bytesWritten } = request.socket;
    response.once("finish", () =>
      meter.count(target.path, "lambda.bytesOut", request.socket.bytesWritten - bytesWritten),
    );
    const event = eventFor(request, "$default", pathname, search.slice(1), undefined, body, clock.now());
    return respond(response, await target.invoke(event));
  };
  const server = createServer((request, response) => {
    answer(request, response).catch(() => reply(response, 502, { message: "Internal Server Error" }));
  });
  await listen(server, Number(new URL(url).port));
  return server;
}
