import { Agent, request } from "node:http";
import type { Answer, Order } from "./order.ts";

// The business's own systems: they make so many requests at a time.
const [url = "", apiKey = ""] = process.argv.slice(2);
const { hostname, port } = new URL(url);
const agent = new Agent({ keepAlive: true, maxSockets: 64 });
const mostTries = 5;

process.on("message", ({ orders, inParallel }: { orders: readonly Order[]; inParallel: number }) => {
  const before = process.cpuUsage();
  void all(orders, inParallel).then((answers) =>
    process.send?.({ answers, usage: process.cpuUsage(before) }),
  );
});
process.on("disconnect", () => process.exit());
process.send?.("ready");

async function all(orders: readonly Order[], inParallel: number): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  let next = 0;
  const lane = async () => {
    for (let index = next++; index < orders.length; index = next++) {
      const order = orders[index];
      if (order) answers[index] = await untilMade(order);
    }
  };
  await Promise.all(Array.from({ length: inParallel }, lane));
  return answers;
}

interface Said {
  readonly id: string;
  readonly status: string;
  readonly timeline?: readonly { readonly at: string }[];
}

/** A request with a key may be made again: a machine that is busy with other things answers late, and then not at all. */
async function untilMade(order: Order): Promise<Answer> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await made(order);
    } catch (error) {
      if (tries === mostTries) throw error;
    }
  }
}

function made({ method, path, body = "", key }: Order): Promise<Answer> {
  const headers = {
    authorization: `Bearer ${apiKey}`,
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
    ...(key && { "idempotency-key": key }),
  };
  return new Promise((resolve, reject) => {
    const call = request({ hostname, port, agent, method, path, headers }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (part: string) => (text += part));
      response.on("error", reject);
      response.on("end", () => {
        const { id, status, timeline = [] }: Said = JSON.parse(text);
        const lastAt = Math.max(0, ...timeline.map((entry) => Date.parse(entry.at)));
        if (response.statusCode && response.statusCode < 300) resolve({ id, status, lastAt });
        else reject(new Error(`${method} ${path}: ${text}`));
      });
    });
    call.on("error", reject);
    call.end(body);
  });
}
