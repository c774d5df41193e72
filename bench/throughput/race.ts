import { setTimeout as pause } from "node:timers/promises";
import * as z from "zod/mini";
import { type Case, contenders } from "./cases.ts";
import { type Child, startChild } from "./child.ts";
import { machineNow } from "./clock.ts";
import type { Job } from "./contender.ts";
import { Arrival, type Measures, measuresOf } from "./measures.ts";
import type { Sink } from "./sink.ts";
import { surround } from "./surroundings.ts";

/** What one run came to, with everything the sink saw. */
export interface Raced {
  readonly measures: Measures;
  /** CPU milliseconds of the contender's own processes for each message. */
  readonly cpuMilliseconds: number;
  readonly arrivals: readonly Arrival[];
}

const urgentEveryMilliseconds = 2_000;
/** Without a message for so long, nothing more comes. */
const silenceMilliseconds = 8_000;
/** How long a message that is sent twice is waited for. */
const afterwardsMilliseconds = 1_000;

const Handed = z.object({ at: z.number() });
const Stopped = z.object({ cpuMilliseconds: z.number(), calls: z.array(Arrival) });

/** Lets a contender send a backlog that is there from the beginning, with urgent messages behind it; undefined when it cannot run here. */
export async function race(one: Case, seconds: number, sink: Sink): Promise<Raced | undefined> {
  const around = await surround(one, sink.url);
  if (!around) return undefined;
  const { workers, rate } = one;
  const { program } = contenders[one.contender];
  const children = Array.from({ length: workers }, (_, index) => {
    const settings = JSON.stringify({ program, rate, workers, index, sinkUrl: sink.url });
    return startChild("worker.process.ts", [settings], around.environment);
  });
  try {
    await Promise.all(children.map(({ ready }) => ready));
    const bulk = jobsOf("b", rate * seconds);
    await loadAll(one, children, bulk);
    await sink.take();
    await Promise.all(children.map((child) => child.ask({ do: "start" })));
    const urgent = await urgeNowAndThen(children, seconds);
    const ids = [...bulk.map(({ id }) => id), ...urgent.keys()];
    await untilAllCame(sink, ids.length, machineNow() + seconds * 2_000);
    const answers = await Promise.all(children.map((child) => child.ask({ do: "stop" })));
    const stopped = answers.map((answer) => Stopped.parse(answer));
    await pause(afterwardsMilliseconds);
    const arrivals = await sink.take();
    const calls = stopped.flatMap((one) => one.calls);
    const cpu = stopped.reduce((sum, one) => sum + one.cpuMilliseconds, 0);
    return {
      measures: measuresOf(arrivals, { ids, urgent, rate, calls }),
      cpuMilliseconds: cpu / Math.max(1, arrivals.length),
      arrivals,
    };
  } finally {
    await Promise.all(children.map((child) => child.stop()));
    await around.stop();
  }
}

/** What keeps its backlog in its own process gets a share in each; a queue gets everything once. */
async function loadAll({ contender }: Case, children: readonly Child[], bulk: readonly Job[]): Promise<void> {
  const [first] = children;
  if (contenders[contender].backlog === "queue") {
    await first?.ask({ do: "load", jobs: bulk });
    return;
  }
  const shares = children.map((child, index) => {
    const jobs = bulk.filter((_, place) => place % children.length === index);
    return child.ask({ do: "load", jobs });
  });
  await Promise.all(shares);
}

/** Hands over an urgent message about every two seconds while there is a backlog, to each worker in turn; answers when each was. */
async function urgeNowAndThen(
  children: readonly Child[],
  seconds: number,
): Promise<ReadonlyMap<string, number>> {
  const started = machineNow();
  const handed = new Map<string, number>();
  const jobs = jobsOf("u", Math.floor(seconds / 2) - 1);
  for (const [index, job] of jobs.entries()) {
    // Not in step with the seconds of whoever counts in seconds.
    const offset = 600 * ((index * 0.618_034) % 1);
    await pause(started + (index + 1) * urgentEveryMilliseconds + offset - machineNow());
    const answer = await children[index % children.length]?.ask({ do: "urge", job });
    handed.set(job.id, Handed.parse(answer).at);
  }
  return handed;
}

async function untilAllCame(sink: Sink, expected: number, latest: number): Promise<void> {
  let [seen, changedAt] = [0, machineNow()];
  while (seen < expected && machineNow() < Math.min(latest, changedAt + silenceMilliseconds)) {
    await pause(200);
    const now = await sink.seen();
    if (now !== seen) changedAt = machineNow();
    seen = now;
  }
}

function jobsOf(kind: "b" | "u", count: number): readonly Job[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `${kind}-${String(index).padStart(6, "0")}`,
    isUrgent: kind === "u",
  }));
}
