import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { pairs, raced } from "./client.ts";
import { type Finding, short } from "./figure.ts";
import { median } from "./measure.ts";
import { openMessagePath } from "./message-path.ts";

/** Which of the calls that were measured one by one an operation is like. */
const kinds: Readonly<Record<string, keyof ReturnType<typeof pairs>>> = {
  GetItem: "read of an item",
  BatchGetItem: "read of an item",
  Query: "read of an item",
  PutItem: "conditional write of an item",
  UpdateItem: "conditional write of an item",
  SendMessage: "message put on a queue",
  SendMessageBatch: "message put on a queue",
  PutEvents: "event published",
};

/** CPU of everything our functions do for a message, against the SDK doing nothing but the same calls of AWS. */
export async function message(isQuick: boolean): Promise<Finding> {
  const count = isQuick ? 60 : 2_000;
  const rounds = isQuick ? 3 : 7;
  const path = await openMessagePath();
  await path.send(2 * count);
  const before = await path.calls();
  const samples: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const start = process.cpuUsage();
    await path.send(count);
    const { user, system } = process.cpuUsage(start);
    samples.push((user + system) / count);
  }
  const after = await path.calls();
  path.stop();
  const calls = Object.entries(after)
    .map(([name, times]) => [name, (times - (before[name] ?? 0)) / count / rounds] as const)
    .filter(([name, times]) => name in kinds && times > 0);
  const sdk = await sdkCosts(isQuick);
  const theirs = calls.reduce((sum, [name, times]) => sum + times * (sdk.get(kinds[name] ?? "") ?? 0), 0);
  const ours = median(samples);
  return {
    figures: [
      {
        name: "CPU per message of our code, against the SDK making the same calls",
        value: ours / theirs,
        unit: "×",
        owed: { is: "at most", value: 0.6 },
        wanted: { is: "at most", value: 0.2 },
        because: `${short(ours)} µs for accepting, deciding, pacing, sending, two signed callbacks and tracking, against ${short(theirs)} µs for the calls of AWS alone`,
      },
    ],
    details: calls.map(([name, times]) => `${short(times)} × ${name}`),
  };
}

async function sdkCosts(isQuick: boolean): Promise<ReadonlyMap<string, number>> {
  const server = fork(fileURLToPath(new URL("null.server.ts", import.meta.url)));
  const [port] = await once(server, "message");
  const url = `http://127.0.0.1:${port}`;
  process.env["AWS_ENDPOINT_URL"] = url;
  const costs = new Map<string, number>();
  for (const [name, pair] of Object.entries(pairs(url)))
    costs.set(name, (await raced(pair, isQuick ? 3 : 7)).sdk);
  server.disconnect();
  return costs;
}
