import { strict as assert } from "node:assert";
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import * as z from "zod/mini";

const million = 1_000_000;
const mps = 100;
const codes = 500;
/** SQS looks only so far into a FIFO queue for a group that is free (quotas of FIFO queues, Amazon SQS Developer Guide). */
const lookAhead = 120_000;

const Measured = z.object({
  seconds: z.number(),
  worst: z.number(),
  allowed: z.number(),
  violations: z.number(),
  lost: z.number(),
  doubled: z.number(),
  urgent: z.object({ count: z.number(), p50: z.number(), p95: z.number(), p99: z.number() }),
  allGroupsWithin: z.number(),
});

/** A million messages wait for one sender and one-time codes arrive: how long those wait, in virtual time, by the shipped deliver function. */
export async function drillBacklog(tell: (text: string) => void, size = million): Promise<string> {
  tell(`${whole(size)} messages wait; the shipped function sends them in virtual time, which takes minutes.`);
  const { seconds, worst, allowed, violations, lost, doubled, urgent, allGroupsWithin } =
    await measured(size);
  assert.equal(lost + doubled, 0, "each was sent once");
  assert.equal(violations, 0, "never faster than allowed");
  assert.ok(allGroupsWithin < lookAhead, "every lane finds work as far as SQS looks");
  // In one queue for all, a code would not even be looked at before the backlog had shrunk to what SQS looks through.
  const unseenSeconds = Math.max(0, size - lookAhead) / mps;
  tell(
    `All groups of the bulk queue are within its first ${whole(allGroupsWithin)} messages; SQS looks through ${whole(lookAhead)}. In the same queue a code would not be looked at for ${whole(unseenSeconds)} s.`,
  );
  return `${whole(size)} messages at ${mps} mps in ${whole(seconds)} s, at most ${worst} of ${allowed} in any second; ${urgent.count} codes among them waited p50 ${whole(urgent.p50)} ms, p95 ${whole(urgent.p95)} ms, p99 ${whole(urgent.p99)} ms (behind the backlog in one queue: ${whole(size / mps)} s); ${lost} lost, ${doubled} doubled`;
}

async function measured(size: number): Promise<z.infer<typeof Measured>> {
  const program = fileURLToPath(new URL("../bench/pace/backlog.worker.ts", import.meta.url));
  const child = fork(program, [size, mps, codes].map(String), {
    execArgv: ["--max-old-space-size=12000", "--disable-warning=ExperimentalWarning"],
  });
  const ended = once(child, "exit").then(([code]): never => {
    throw new Error(`The backlog's process ended with ${String(code)}`);
  });
  const [result] = await Promise.race([once(child, "message"), ended]);
  return Measured.parse(result);
}

function whole(number: number): string {
  return Math.round(number).toLocaleString("en-US");
}
