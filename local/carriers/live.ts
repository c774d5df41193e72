import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "./agenda.ts";

/** Pages that watch the handsets. */
export interface Live {
  readonly watch: (request: IncomingMessage, response: ServerResponse) => void;
  /** Something on a handset changed. */
  readonly changed: (handset: string) => void;
  /** Nothing is as it was. */
  readonly resetAll: () => void;
  readonly close: () => void;
}

// Many messages at once become one event: the page asks for what it shows. Real time, as it paces people's screens.
const gatherMs = 60;
const tickMs = 1000;

/** Server-sent events: which handsets changed, and what time it is. */
export function liveEvents(clock: Clock): Live {
  const watchers = new Set<ServerResponse>();
  const gathered = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  const send = (event: string, data: unknown): void => {
    for (const each of watchers) each.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  };
  const flush = (): void => {
    timer = undefined;
    send("changed", { handsets: [...gathered], now: clock.now() });
    gathered.clear();
  };
  const ticker = setInterval(() => send("tick", { now: clock.now() }), tickMs).unref();
  return {
    watch: (request, response) => {
      response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
      response.write(`retry: 1000\nevent: tick\ndata: ${JSON.stringify({ now: clock.now() })}\n\n`);
      watchers.add(response);
      request.on("close", () => watchers.delete(response));
    },
    changed: (handset) => {
      if (watchers.size === 0) return;
      gathered.add(handset);
      timer ??= setTimeout(flush, gatherMs);
    },
    resetAll: () => send("reset", { now: clock.now() }),
    close: () => {
      clearInterval(ticker);
      clearTimeout(timer);
      for (const each of watchers) each.end();
    },
  };
}
