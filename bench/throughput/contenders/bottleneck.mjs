import Bottleneck from "bottleneck";
import { Redis } from "ioredis";

/** Bottleneck: a reservoir that is filled every second, or a least time between two; over Redis when there are more workers. */
export async function open({ rate, workers, send, now }) {
  const pace =
    process.env.MANNER === "even"
      ? { minTime: 1000 / rate }
      : { reservoir: rate, reservoirRefreshAmount: rate, reservoirRefreshInterval: 1000 };
  const shared = workers > 1 && {
    id: "messages",
    datastore: "ioredis",
    Redis,
    clientOptions: { host: "127.0.0.1", port: Number(process.env.REDIS_PORT) },
  };
  const limiter = new Bottleneck({ ...pace, ...shared });
  limiter.on("error", (error) => console.error(error.message));
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
    stop: () => limiter.disconnect(),
  };
}
