import { setTimeout as pause } from "node:timers/promises";
import { type Finding, short } from "./figure.ts";
import { openMessagePath } from "./message-path.ts";

const step = 10_000;

/** The heap that is left after garbage was collected, while messages go by: what grows with them would be kept for ever. */
export async function memory(isQuick: boolean): Promise<Finding> {
  const count = isQuick ? 1_000 : 100_000;
  const every = Math.min(step, count / 5);
  const path = await openMessagePath();
  const heaps: number[] = [];
  for (let sent = 0; sent < count; sent += every) {
    await path.send(every);
    heaps.push(await leastHeap());
  }
  path.stop();
  // The first part loads and compiles.
  const kilobytes = slopeOf(heaps.slice(1)) / (every / 1000) / 1000;
  return {
    figures: [
      {
        name: `heap over ${count.toLocaleString("en-US")} messages, growth for every thousand`,
        value: Math.max(0, kilobytes),
        unit: " kB",
        owed: { is: "at most", value: 5 },
        wanted: { is: "at most", value: 1 },
        because: `accepted, delivered and tracked by the shipped functions in one process; ${short((heaps.at(1) ?? 0) / 1e6)} MB after ${2 * every}, ${short((heaps.at(-1) ?? 0) / 1e6)} MB at the end`,
      },
    ],
    details: heaps.map(
      (heap, index) => `after ${((index + 1) * every).toLocaleString("en-US")}: ${short(heap / 1e6)} MB`,
    ),
  };
}

/** What is on its way to be freed is no growth: the least of some looks with pauses between them. */
async function leastHeap(): Promise<number> {
  let least = Infinity;
  for (let looks = 0; looks < 5; looks += 1) {
    await pause(40);
    least = Math.min(least, heapNow());
  }
  return least;
}

function heapNow(): number {
  if (!globalThis.gc) throw new Error("Run with --expose-gc");
  globalThis.gc();
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}

/** Bytes a step by the line that lies closest to all points. */
function slopeOf(values: readonly number[]): number {
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const [over, under] = values.reduce(
    ([top, bottom], value, index) => [
      top + (index - middle) * (value - mean),
      bottom + (index - middle) ** 2,
    ],
    [0, 0],
  );
  return over / under;
}
