import Bottleneck from "bottleneck";
import { Redis } from "ioredis";
import { callMilliseconds } from "../contender.ts";

/** Bottleneck: a reservoir that is filled every second, or a least time between two; over Redis when there are more workers. */
export async function open({ rate, workers, send, now }) {
  const pace =
    process.env.MANNER === "even"
      ? // Jobs beyond this wait by priority; without it all of them have their time already and none can be overtaken.
        { minTime: 1000 / rate, maxConcurrent: Math.ceil((rate * callMilliseconds * 1.5) / 1000) + 1 }
      : { reservoir: rate, reservoirRefreshAmount: rate, reservoirRefreshInterval: 1000 };
  const shared = workers > 1 && {
    id: "messages",
    datastore: "ioredis",
    Redis,
    clientOptions: { host: "127.0.0.1", port: Number(process.env.REDIS_PORT) },
    // As often as without Redis: a cluster looks every five seconds only whether to fill its reservoir.
    heartbeatInterval: 250,
  };
  const limiter = new Bottleneck({ ...pace, ...shared });
  const stopping = new AbortController();
  // Its heartbeat goes on for a moment after the connection is closed.
  limiter.on("error", (error) => stopping.signal.aborted || console.error(error.message));
  await limiter.ready();
  // What is dropped when it stops was never sent, and the sink knows that.
  const submit = (id, priority) => void limiter.schedule({ priority }, () => send(id)).catch(() => undefined);
  let loaded = [];
  return {
    load: async (jobs) => {
      loaded = jobs;
    },
    start: async () => {
      for (const { id } of loaded) submit(id, 5);
    },
    urge: async ({ id }) => {
      const at = now();
      submit(id, 0);
      return at;
    },
    stop: () => {
      stopping.abort();
      return limiter.disconnect();
    },
  };
}
