import type { IncomingMessage, ServerResponse } from "node:http";

/** What happened in the local cloud, as whoever asks gets to hear it. */
export interface EventStream {
  /** Something was put on a bus. */
  readonly heard: (event: Readonly<Record<string, unknown>>) => void;
  /** `GET /_local/events` tells what happened lately and goes on, unless `?follow=no`; true when it has taken the request. */
  readonly front: (request: IncomingMessage, response: ServerResponse) => boolean;
  readonly close: () => void;
}

/** How many events are kept for those who ask later. */
const keptEvents = 1_000;

/** Server-sent events, one for each event on a bus. */
export function eventStream(): EventStream {
  const watchers = new Set<ServerResponse>();
  const kept: string[] = [];
  return {
    heard: (event) => {
      const line = `data: ${JSON.stringify(event)}\n\n`;
      kept.push(line);
      if (kept.length > keptEvents) kept.shift();
      for (const each of watchers) each.write(line);
    },
    front: (request, response) => {
      if (request.method !== "GET" || request.url?.split("?", 1)[0] !== "/_local/events") return false;
      response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
      response.write(`: so far\n\n${kept.join("")}`);
      if (request.url.endsWith("?follow=no")) response.end();
      else watchers.add(response);
      request.on("close", () => watchers.delete(response));
      return true;
    },
    close: () => {
      for (const each of watchers) each.end();
    },
  };
}
