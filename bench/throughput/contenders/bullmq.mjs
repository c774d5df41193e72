import { Queue, Worker } from "bullmq";

// The way BullMQ's own guide paces: a limiter on the worker, which holds for all workers of the queue.
const connection = { host: "127.0.0.1", port: Number(process.env.REDIS_PORT), maxRetriesPerRequest: null };

/** BullMQ with its limiter; bulk waits behind urgent by priority. */
export async function open({ rate, workers, send, now }) {
  const limiter =
    process.env.MANNER === "even" ? { max: 1, duration: 1000 / rate } : { max: rate, duration: 1000 };
  const queue = new Queue("messages", { connection });
  await queue.waitUntilReady();
  const kept = { removeOnComplete: true, attempts: 1 };
  let worker;
  return {
    load: (jobs) =>
      queue.addBulk(jobs.map(({ id }) => ({ name: "send", data: { id }, opts: { ...kept, priority: 10 } }))),
    start: async () => {
      // As many calls at once as the rate needs, even if each took a second.
      const concurrency = Math.max(1, Math.ceil(rate / workers));
      worker = new Worker("messages", (job) => send(job.data.id), { connection, concurrency, limiter });
      worker.on("error", (error) => console.error(error.message));
      await worker.waitUntilReady();
    },
    urge: async ({ id }) => {
      const at = now();
      await queue.add("send", { id }, { ...kept, priority: 1 });
      return at;
    },
    stop: async () => {
      await worker?.close();
      await queue.close();
    },
  };
}
