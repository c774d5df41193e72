import { EventEmitter } from "node:events";
import http, { type ClientRequest, type IncomingMessage, type RequestOptions } from "node:http";
import { syncBuiltinESMExports } from "node:module";
import type { MessagePort } from "node:worker_threads";
import { gatheredPosts } from "./gathered-posts.ts";
import type { Inbound, Outbound } from "./wire.ts";

type Answered = (response: IncomingMessage) => void;

/** Has calls of the cloud's own services go over the wire; everything else leaves by the network. */
export function takeWire(port: MessagePort, served: readonly string[]): void {
  const addresses = new Set(served);
  const waiting = new Map<number, Answered>();
  const post = gatheredPosts<Outbound>(port);
  let lastId = 0;
  port.on("message", (replies: readonly Inbound[]) => {
    for (const { id, ...said } of replies) {
      const answered = waiting.get(id);
      waiting.delete(id);
      if (answered) respond(said, answered);
    }
  });
  port.unref();
  const send = (call: Omit<Outbound, "id">, answered: Answered) => {
    const id = (lastId += 1);
    waiting.set(id, answered);
    post({ id, ...call });
  };

  const byNetwork = http.request.bind(http) as (...words: readonly unknown[]) => ClientRequest;
  const request = (...words: readonly unknown[]): ClientRequest => {
    const [options, answered] = words as [RequestOptions, Answered | undefined];
    const { method, hostname, port: number, headers } = options;
    const to = `http://${hostname}:${number}`;
    const { "x-amz-target": target, authorization } = (headers ?? {}) as Readonly<Record<string, string>>;
    const isOurs = method === "POST" && target !== undefined && addresses.has(to);
    if (!isOurs || !answered) return byNetwork(...words);
    return begun((body) => send({ to, target, authorization, body }, answered));
  };
  Object.assign(http, { request });
  syncBuiltinESMExports();
}

/** As much of a request as a client of AWS makes use of. */
function begun(send: (body: string) => void): ClientRequest {
  const request = Object.assign(new EventEmitter(), {
    end: (body: string) => {
      send(body);
      return request;
    },
    destroy: () => request,
  });
  return request as unknown as ClientRequest;
}

/** And of a response: all of it is there at once. */
function respond({ status, headers, text }: Omit<Inbound, "id">, answered: Answered): void {
  const response = Object.assign(new EventEmitter(), {
    statusCode: status,
    headers,
    setEncoding: () => response,
  });
  answered(response as unknown as IncomingMessage);
  response.emit("data", text);
  response.emit("end");
}
