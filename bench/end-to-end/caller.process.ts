import { Agent, request } from "node:http";
import type { Answer, Order } from "./order.ts";

// The business's own systems: they make so many requests at a time.
const [url = "", apiKey = ""] = process.argv.slice(2);
const { hostname, port } = new URL(url);
const agent = new Agent({ keepAlive: true, maxSockets: 64 });

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
      if (order) answers[index] = await made(order);
    }
  };
  await Promise.all(Array.from({ length: inParallel }, lane));
  return answers;
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
        const { id, status }: { id: string; status: string } = JSON.parse(text);
        if (response.statusCode && response.statusCode < 300) resolve({ id, status });
        else reject(new Error(`${method} ${path}: ${text}`));
      });
    });
    call.on("error", reject);
    call.end(body);
  });
}
