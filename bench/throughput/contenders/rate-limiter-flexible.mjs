import { Redis } from "ioredis";
import { RateLimiterQueue, RateLimiterRedis } from "rate-limiter-flexible";

/** rate-limiter-flexible: a token for each message from a queue over Redis; whoever gets one takes the most urgent message. */
export async function open({ rate, send, now }) {
  const storeClient = new Redis({ host: "127.0.0.1", port: Number(process.env.REDIS_PORT) });
  await storeClient.ping();
  const limiter = new RateLimiterRedis({ storeClient, keyPrefix: "messages", points: rate, duration: 1 });
  const tokens = new RateLimiterQueue(limiter);
  const waiting = { urgent: [], bulk: [] };
  const stopping = new AbortController();
  let wake = () => {};
  const run = async () => {
    while (!stopping.signal.aborted) {
      if (waiting.urgent.length + waiting.bulk.length === 0) {
        await new Promise((resolve) => (wake = resolve));
        continue;
      }
      await tokens.removeTokens(1);
      const id = waiting.urgent.shift() ?? waiting.bulk.shift();
      if (id) void send(id);
    }
  };
  return {
    load: async (jobs) => {
      for (const { id } of jobs) waiting.bulk.push(id);
    },
    start: async () => void run(),
    urge: async ({ id }) => {
      const at = now();
      waiting.urgent.push(id);
      wake();
      return at;
    },
    stop: async () => {
      stopping.abort();
      wake();
      storeClient.disconnect();
    },
  };
}
